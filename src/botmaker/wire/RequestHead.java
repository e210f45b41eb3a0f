package botmaker.wire;

import java.net.ProtocolException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The request line and header fields of a request (RFC 9112 §3, §5), read so strictly that no two programs could read it differently.
///
/// @param path  raw, begins with `/`; has no empty segment, no segment `.`, no `..`, and no encoded dot, slash, backslash or zero
/// @param query what follows the `?`, raw, without an encoded zero; empty if there is none
/// @param host  the value of the only `Host` field, in lower case
public record RequestHead(String method, String path, String query, String host, HeaderFields fields) {
    /// The most bytes that the request line and the header fields may have together.
    public static final int MAX_BYTES = 32 * 1024;
    private static final Pattern REQUEST_LINE =
            Pattern.compile("([A-Z]{1,20}) (/[\\x21-\\x7e&&[^?#\\\\]]*)(?:\\?([\\x21-\\x7e&&[^#\\\\]]*))? HTTP/1\\.1");
    private static final Pattern AMBIGUOUS = Pattern.compile("//|\\.\\.|/\\.(/|$)|%(2e|2f|5c|00)", Pattern.CASE_INSENSITIVE);
    private static final Pattern HOST = Pattern.compile("([a-z0-9._-]{1,253}|\\[[0-9a-f:.]{2,45}])(:[0-9]{1,5})?");

    /// Reads a head as that of a request in origin-form.
    public static RequestHead of(MessageHead head) throws ProtocolException {
        Matcher line = REQUEST_LINE.matcher(head.startLine());
        if (!line.matches()) {
            throw new ProtocolException("its request line is not a method, a path and HTTP/1.1");
        }
        if (AMBIGUOUS.matcher(line.group(2)).find()) {
            throw new ProtocolException("its path has an empty segment, one that is a dot, two dots, or an encoded dot, slash, backslash or zero");
        }
        if (line.group(3) != null && line.group(3).contains("%00")) {
            throw new ProtocolException("its query has an encoded zero");
        }
        List<String> hosts = head.fields().all("host");
        String host = hosts.size() == 1 ? hosts.getFirst().toLowerCase(Locale.ROOT) : "";
        if (!HOST.matcher(host).matches()) {
            throw new ProtocolException("it has not exactly one Host field with the name of a host");
        }
        RequestHead request = new RequestHead(line.group(1), line.group(2), line.group(3) == null ? "" : line.group(3), host, head.fields());
        request.framing();
        return request;
    }

    /// Returns how the body is delimited (RFC 9112 §6.3).
    public Framing framing() throws ProtocolException {
        return fields.framing().orElseGet(() -> Framing.ofLength(0));
    }

    /// Returns path and query as they stood in the request line.
    public String target() {
        return query.isEmpty() ? path : path + "?" + query;
    }
}
