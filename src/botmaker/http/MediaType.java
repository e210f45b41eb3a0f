package botmaker.http;

import java.util.List;
import java.util.regex.Pattern;

/// The one type of body that is read: JSON, which is UTF-8 whatever its parameters say (RFC 8259 §11).
///
/// Asking for it is also a defence: no HTML form can send it, and a script needs a preflight for it, which is never granted.
final class MediaType {
    private static final Pattern JSON =
            Pattern.compile("application/json[ \t]*(;[ \t]*charset=\"?utf-8\"?[ \t]*)?", Pattern.CASE_INSENSITIVE);

    private MediaType() {}

    /// @throws HttpError when the body is not announced as JSON
    static void requireJson(Headers headers) {
        List<String> types = headers.all("Content-Type");
        if (types.size() != 1 || !JSON.matcher(types.getFirst()).matches()) {
            throw new HttpError(HttpError.Kind.UNSUPPORTED_MEDIA_TYPE, "Send the body as `Content-Type: application/json`.");
        }
    }
}
