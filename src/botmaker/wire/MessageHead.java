package botmaker.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.net.ProtocolException;
import java.util.Arrays;
import java.util.List;

/// The first line and the header fields of a request or response, read strictly (RFC 9112 §2.1, §5): lines end with CR LF, and neither
/// byte stands alone; no field is folded; no control character but the tab, and that only within a value.
public record MessageHead(String startLine, HeaderFields fields) {
    /// Returns the index just after the empty line that ends the head; −1 while it has not arrived.
    ///
    /// @param from the first byte of the head
    /// @param seen up to where an earlier call has looked, at least `from`
    static int end(byte[] bytes, int from, int seen, int limit) throws ProtocolException {
        for (int i = seen; i < limit; i++) {
            boolean afterReturn = i > from && bytes[i - 1] == '\r';
            if ((bytes[i] == '\n') != afterReturn) {
                throw new ProtocolException("a line of its header does not end with CR LF");
            }
            if (bytes[i] == '\n' && i - from >= 3 && bytes[i - 2] == '\n') {
                return i + 1;
            }
        }
        return -1;
    }

    /// Parses `bytes[from..end)`, where `end` is from [#end].
    static MessageHead parse(byte[] bytes, int from, int end) throws ProtocolException {
        List<String> lines = Arrays.asList(new String(bytes, from, end - 4 - from, ISO_8859_1).split("\r\n", -1));
        return new MessageHead(lines.getFirst(), HeaderFields.parse(lines.subList(1, lines.size())));
    }
}
