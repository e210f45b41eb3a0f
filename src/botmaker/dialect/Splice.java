package botmaker.dialect;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Comparator;
import java.util.List;

/// A replacement of `[start..end)` of a body.
record Splice(int start, int end, String text) {
    /// Applies replacements that do not overlap. All other bytes stay as they are.
    ///
    /// @return the body itself if there is nothing to replace
    static byte[] apply(byte[] body, List<Splice> splices) {
        if (splices.isEmpty()) {
            return body;
        }
        int size = body.length;
        for (Splice splice : splices) {
            size += splice.text.getBytes(UTF_8).length - (splice.end - splice.start);
        }
        byte[] edited = new byte[size];
        int from = 0;
        int to = 0;
        for (Splice splice : splices.stream().sorted(Comparator.comparingInt(Splice::start)).toList()) {
            byte[] text = splice.text.getBytes(UTF_8);
            System.arraycopy(body, from, edited, to, splice.start - from);
            to += splice.start - from;
            System.arraycopy(text, 0, edited, to, text.length);
            to += text.length;
            from = splice.end;
        }
        System.arraycopy(body, from, edited, to, body.length - from);
        return edited;
    }
}
