package botmaker.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/// Writes the elements of the Distinguished Encoding Rules (X.690) that keys and certificates are made of.
public final class Der {
    /// Before this year a certificate's times have two digits for it (RFC 5280 §4.1.2.5).
    private static final int GENERALIZED_FROM = 2050;

    private Der() {}

    /// Returns an element with several parts in its content.
    ///
    /// @param tag the identifier octet
    public static byte[] element(int tag, byte[]... contents) {
        ByteArrayOutputStream inside = new ByteArrayOutputStream();
        for (byte[] content : contents) {
            inside.writeBytes(content);
        }
        int length = inside.size();
        ByteArrayOutputStream element = new ByteArrayOutputStream();
        element.write(tag);
        element.writeBytes(length < 0x80 ? new byte[] {(byte) length}
                : length < 0x100 ? new byte[] {(byte) 0x81, (byte) length}
                : new byte[] {(byte) 0x82, (byte) (length >> 8), (byte) length});
        element.writeBytes(inside.toByteArray());
        return element.toByteArray();
    }

    /// Returns a SEQUENCE.
    public static byte[] sequence(byte[]... contents) {
        return element(0x30, contents);
    }

    /// Returns a SET of one element.
    public static byte[] set(byte[] content) {
        return element(0x31, content);
    }

    /// Returns a BOOLEAN that is true.
    public static byte[] yes() {
        return element(0x01, new byte[] {(byte) 0xff});
    }

    /// Returns an INTEGER.
    public static byte[] integer(BigInteger value) {
        return element(0x02, value.toByteArray());
    }

    /// Returns a BIT STRING.
    ///
    /// @param unused bits at the end of the last byte, which are zero
    public static byte[] bitString(int unused, byte[] bits) {
        return element(0x03, new byte[] {(byte) unused}, bits);
    }

    /// Returns an OCTET STRING.
    public static byte[] octetString(byte[] content) {
        return element(0x04, content);
    }

    /// Returns an OBJECT IDENTIFIER.
    ///
    /// @param dotted such as 2.5.29.14
    public static byte[] oid(String dotted) {
        String[] arcs = dotted.split("\\.", -1);
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        content.write(Integer.parseInt(arcs[0]) * 40 + Integer.parseInt(arcs[1]));
        for (int i = 2; i < arcs.length; i++) {
            int arc = Integer.parseInt(arcs[i]);
            for (int shift = 28; shift > 0; shift -= 7) {
                if (arc >>> shift != 0) {
                    content.write(arc >>> shift & 0x7f | 0x80);
                }
            }
            content.write(arc & 0x7f);
        }
        return element(0x06, content.toByteArray());
    }

    /// Returns a UTF8String.
    public static byte[] text(String text) {
        return element(0x0c, text.getBytes(UTF_8));
    }

    /// Returns a time of a certificate, to the second.
    public static byte[] time(Instant time) {
        boolean generalized = time.atOffset(ZoneOffset.UTC).getYear() >= GENERALIZED_FROM;
        DateTimeFormatter format = DateTimeFormatter.ofPattern(generalized ? "yyyyMMddHHmmss'Z'" : "yyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);
        return element(generalized ? 0x18 : 0x17, format.format(time).getBytes(US_ASCII));
    }
}
