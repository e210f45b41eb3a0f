package botmaker.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Checks the framing of one connection's requests byte by byte, before the JDK's parser reads them: that parser also ends lines at
/// a bare CR or LF, ignores anything between target and version, and lets chunk sizes overflow (RFC 9112 §2.2, §3, §5.2, §7.1).
///
/// The check follows each body by its length or its chunks, so it knows where the next head begins. It and the JDK agree on that
/// until the first malformed request; nothing behind that one is answered, since it is refused and its connection is closed.
///
/// ```
/// REQUEST_LINE ──→ FIELD ⟲ ──empty──→ (body of Content-Length) ──→ REQUEST_LINE
///                          ──empty──→ CHUNK_SIZE ──→ (chunk) ──→ CHUNK_END ──→ CHUNK_SIZE
///                                     CHUNK_SIZE ──0──→ LAST ──empty──→ REQUEST_LINE
/// ```
final class WireCheck {
    private enum Line { REQUEST_LINE, FIELD, CHUNK_SIZE, CHUNK_END, LAST }

    /// A plain number that fits a `long`.
    static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");
    private static final Pattern LENGTH = Pattern.compile("(?i)content-length:[ \t]*(.*?)[ \t]*");
    private static final Pattern CODING = Pattern.compile("(?i)transfer-encoding:.*");
    private static final Pattern CHUNK = Pattern.compile("([0-9a-fA-F]{1,15})(;.*)?");

    private final byte[] line = new byte[256];
    private int count;
    private int spaces;
    private byte last;
    private Line kind = Line.REQUEST_LINE;
    private boolean chunked;
    private long length;
    private long skip;
    private int requests;
    private int asked;
    private boolean malformed;

    /// Checks bytes that a buffer holds.
    void check(ByteBuffer bytes, int from, int to) {
        for (int at = from; at < to && !malformed; at++) {
            if (skip > 0) {
                int skipped = (int) Math.min(skip, to - at);
                skip -= skipped;
                at += skipped - 1;
            } else {
                next(bytes.get(at));
            }
        }
    }

    /// Moves on to the next request, which the JDK has parsed.
    void nextRequest() {
        asked++;
    }

    /// Returns whether the request is well-formed, as far as it was read.
    boolean isWellFormed() {
        return !malformed || asked <= requests;
    }

    private void next(byte b) {
        if ((b == '\n') != (last == '\r')) {
            malformed = true;
        } else if (b == '\n') {
            malformed = !endLine();
            count = 0;
            spaces = 0;
        } else if (b != '\r') {
            malformed = !allows(b);
            if (count < line.length) {
                line[count] = b;
            }
            count++;
        }
        last = b;
    }

    private boolean allows(byte b) {
        return switch (kind) {
            case REQUEST_LINE -> (b < 0 || b >= ' ') && b != 0x7f && (b != ' ' || ++spaces <= 2);
            case FIELD -> (b < 0 || b >= ' ' || b == '\t') && b != 0x7f && (count > 0 || b != ' ' && b != '\t');
            case CHUNK_SIZE -> b >= ' ' && b != 0x7f || b == '\t';
            case CHUNK_END, LAST -> false;
        };
    }

    /// @return whether it is well-formed
    private boolean endLine() {
        switch (kind) {
            case REQUEST_LINE -> {
                kind = count == 0 ? Line.REQUEST_LINE : Line.FIELD;
                return count == 0 || spaces == 2;
            }
            case FIELD -> {
                return count == 0 ? endHead() : readField();
            }
            case CHUNK_SIZE -> {
                Matcher chunk = CHUNK.matcher(text());
                if (count > line.length || !chunk.matches()) {
                    return false;
                }
                skip = Long.parseLong(chunk.group(1), 16);
                kind = skip == 0 ? Line.LAST : Line.CHUNK_END;
                return skip <= Integer.MAX_VALUE;
            }
            case CHUNK_END -> kind = Line.CHUNK_SIZE;
            case LAST -> endRequest();
        }
        return true;
    }

    /// Reads the fields that frame a body. A length that is not a number is refused by [Framing].
    ///
    /// @return whether they were read in full
    private boolean readField() {
        if (line[0] != 'c' && line[0] != 'C' && line[0] != 't' && line[0] != 'T') {
            return true;
        }
        Matcher field = LENGTH.matcher(text());
        boolean isLength = field.matches();
        boolean isCoding = CODING.matcher(text()).matches();
        if (isLength && NUMBER.matcher(field.group(1)).matches()) {
            length = Long.parseLong(field.group(1));
        }
        chunked |= isCoding;
        return count <= line.length || !isLength && !isCoding;
    }

    private boolean endHead() {
        if (chunked) {
            kind = Line.CHUNK_SIZE;
        } else {
            skip = length;
            endRequest();
        }
        return true;
    }

    private void endRequest() {
        kind = Line.REQUEST_LINE;
        chunked = false;
        length = 0;
        requests++;
    }

    private String text() {
        return new String(line, 0, Math.min(count, line.length), ISO_8859_1);
    }
}
