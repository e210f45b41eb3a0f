package botmaker.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.net.ProtocolException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The status line and header fields of a response (RFC 9112 §4, §5), read strictly.
///
/// @param fields of a repeated field the first counts, but a repeated framing field is an error
public record ResponseHead(int status, HeaderFields fields) {
    /// The most bytes that the status line and the header fields may have together.
    public static final int MAX_BYTES = 16 * 1024;
    private static final Pattern STATUS_LINE = Pattern.compile("HTTP/1\\.1 ([1-5][0-9]{2})( [\\t\\x20-\\x7e\\x80-\\xff]*)?");
    private static final byte[] START = "HTTP/1.1 ".getBytes(ISO_8859_1);

    /// Returns the index just after the empty line that ends the head in `bytes[0..limit)`; −1 while it has not arrived.
    public static int end(byte[] bytes, int limit) throws ProtocolException {
        for (int i = 0; i < Math.min(limit, START.length); i++) {
            if (bytes[i] != START[i]) {
                throw new ProtocolException("it is not HTTP/1.1");
            }
        }
        int end = MessageHead.end(bytes, 0, 0, limit);
        if (end < 0 && limit >= MAX_BYTES) {
            throw new ProtocolException("its header is larger than " + MAX_BYTES + " bytes");
        }
        return end;
    }

    /// Parses `bytes[0..end)`, where `end` is from [#end(byte[], int)].
    public static ResponseHead parse(byte[] bytes, int end) throws ProtocolException {
        return of(MessageHead.parse(bytes, 0, end));
    }

    /// Reads a head as that of a response.
    public static ResponseHead of(MessageHead head) throws ProtocolException {
        Matcher statusLine = STATUS_LINE.matcher(head.startLine());
        if (!statusLine.matches()) {
            throw new ProtocolException("its status line is malformed");
        }
        head.fields().only("content-length");
        head.fields().only("transfer-encoding");
        return new ResponseHead(Integer.parseInt(statusLine.group(1)), head.fields());
    }

    /// Returns the value of the first field of a name.
    public Optional<String> header(String name) {
        return fields.first(name);
    }

    /// Returns how the body is delimited (RFC 9112 §6.3).
    public Framing framing() throws ProtocolException {
        if (status == 204 || status == 304) {
            return Framing.ofLength(0);
        }
        if (status < 200 && status != 101) {
            throw new ProtocolException("unexpected interim status " + status);
        }
        return fields.framing().orElseGet(Framing::untilClose);
    }
}
