package botmaker.docker;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.net.ProtocolException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The status line and header fields of a response (RFC 9112 §4, §5), read strictly.
///
/// @param headers by lower-case name; of a repeated field the first counts, but a repeated framing field is an error
record ResponseHead(int status, Map<String, String> headers) {
    /// The most bytes that the status line and the header fields may have together.
    static final int MAX_BYTES = 16 * 1024;
    private static final int MAX_FIELDS = 100;
    private static final Pattern STATUS_LINE = Pattern.compile("HTTP/1\\.1 ([1-5][0-9]{2})( [\\t\\x20-\\x7e\\x80-\\xff]*)?");
    private static final Pattern FIELD =
            Pattern.compile("([!#$%&'*+.^_`|~0-9A-Za-z-]+):([\\t\\x20-\\x7e\\x80-\\xff]*)");
    private static final Pattern LENGTH = Pattern.compile("[0-9]{1,18}");
    private static final byte[] START = "HTTP/1.1 ".getBytes(ISO_8859_1);

    ResponseHead {
        headers = Map.copyOf(headers);
    }

    /// Returns the index just after the empty line that ends the head in `bytes[0..limit)`; −1 while it has not arrived.
    static int end(byte[] bytes, int limit) throws ProtocolException {
        for (int i = 0; i < Math.min(limit, START.length); i++) {
            if (bytes[i] != START[i]) {
                throw new ProtocolException("it is not HTTP/1.1");
            }
        }
        for (int i = START.length; i + 3 < limit; i++) {
            if (bytes[i] == '\r' && bytes[i + 1] == '\n' && bytes[i + 2] == '\r' && bytes[i + 3] == '\n') {
                return i + 4;
            }
        }
        if (limit >= MAX_BYTES) {
            throw new ProtocolException("its header is larger than " + MAX_BYTES + " bytes");
        }
        return -1;
    }

    /// Parses `bytes[0..end)`, where `end` is from [#end(byte[], int)].
    static ResponseHead parse(byte[] bytes, int end) throws ProtocolException {
        String[] lines = new String(bytes, 0, end - 4, ISO_8859_1).split("\r\n", -1);
        Matcher statusLine = STATUS_LINE.matcher(lines[0]);
        if (!statusLine.matches()) {
            throw new ProtocolException("its status line is malformed");
        }
        if (lines.length - 1 > MAX_FIELDS) {
            throw new ProtocolException("it has more than " + MAX_FIELDS + " header fields");
        }
        Map<String, String> headers = new LinkedHashMap<>();
        for (int i = 1; i < lines.length; i++) {
            Matcher field = FIELD.matcher(lines[i]);
            if (!field.matches()) {
                throw new ProtocolException("a header field is malformed");
            }
            String name = field.group(1).toLowerCase(Locale.ROOT);
            boolean repeated = headers.putIfAbsent(name, field.group(2).strip()) != null;
            if (repeated && (name.equals("content-length") || name.equals("transfer-encoding"))) {
                throw new ProtocolException("it has two " + name + " fields");
            }
        }
        return new ResponseHead(Integer.parseInt(statusLine.group(1)), headers);
    }

    Optional<String> header(String lowerCaseName) {
        return Optional.ofNullable(headers.get(lowerCaseName));
    }

    /// Returns how the body is delimited (RFC 9112 §6.3).
    Framing framing() throws ProtocolException {
        Optional<String> coding = header("transfer-encoding");
        Optional<String> length = header("content-length");
        if (status == 204 || status == 304) {
            return Framing.ofLength(0);
        }
        if (status < 200 && status != 101) {
            throw new ProtocolException("unexpected interim status " + status);
        }
        if (coding.isPresent() && length.isPresent()) {
            throw new ProtocolException("it has both a length and a transfer coding");
        }
        if (coding.isPresent()) {
            if (!coding.get().equalsIgnoreCase("chunked")) {
                throw new ProtocolException("unknown transfer coding");
            }
            return Framing.chunked();
        }
        if (length.isPresent()) {
            if (!LENGTH.matcher(length.get()).matches()) {
                throw new ProtocolException("its length is not a number");
            }
            return Framing.ofLength(Long.parseLong(length.get()));
        }
        return Framing.untilClose();
    }
}
