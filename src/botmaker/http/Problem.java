package botmaker.http;

import botmaker.error.Failure;
import botmaker.error.FieldError;
import botmaker.json.Json;
import botmaker.json.JsonValue;
import botmaker.json.ObjectBuilder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;

/// An error as it is told to the client (RFC 9457).
///
/// @param status  the status code
/// @param title   the kind of error, in words that are the same each time
/// @param detail  what happened this time, and what to do
/// @param errors  fields that cannot be accepted
/// @param headers to send with it
record Problem(int status, String title, String detail, List<FieldError> errors, Map<String, String> headers) {
    private static final Duration ENGINE_PAUSE = Duration.ofSeconds(2);

    /// One that only HTTP knows.
    static Problem of(int status, String detail) {
        return new Problem(status, title(status), detail, List.of(), Map.of());
    }

    /// One of those that a feature may tell.
    static Problem of(Failure failure) {
        String detail = failure.getMessage();
        return switch (failure) {
            case Failure.Malformed _ -> of(400, detail);
            case Failure.Unauthenticated _ -> of(401, detail);
            case Failure.Denied _ -> of(403, detail);
            case Failure.NotFound _ -> of(404, detail);
            case Failure.MethodNotAllowed f ->
                of(405, detail).with("Allow", String.join(", ", new TreeSet<>(f.allowed())));
            case Failure.Conflict f -> new Problem(409, title(409), detail, f.errors(), Map.of());
            case Failure.TooLarge _ -> of(413, detail);
            case Failure.UnsupportedMediaType _ -> of(415, detail);
            case Failure.Misdirected _ -> of(421, detail);
            case Failure.Invalid f -> new Problem(422, title(422), detail, f.errors(), Map.of());
            case Failure.Throttled f -> of(429, detail).retryAfter(f.retryAfter());
            case Failure.Unavailable f -> of(503, detail).retryAfter(f.retryAfter());
            case Failure.EngineDown _ -> of(503, detail).retryAfter(ENGINE_PAUSE);
            case Failure.DiskFull _ -> of(507, detail);
        };
    }

    /// @param header its name
    Problem with(String header, String value) {
        return new Problem(status, title, detail, errors, Map.of(header, value));
    }

    /// As a problem document.
    ///
    /// @param instance the path that was asked for
    Response toResponse(String instance) {
        ObjectBuilder json = Json.object()
                .put("type", "about:blank#" + title.toLowerCase(Locale.ROOT).replace(' ', '-'))
                .put("title", title)
                .put("status", status)
                .put("detail", detail)
                .put("instance", instance);
        if (!errors.isEmpty()) {
            json.put("errors", Json.array(errors.stream().map(Problem::toJson).toList()));
        }
        return Response.of(status, "application/problem+json", json.build().toString().getBytes(StandardCharsets.UTF_8));
    }

    private static JsonValue toJson(FieldError error) {
        return Json.object().put("field", error.field()).put("message", error.message()).build();
    }

    /// Whole seconds, rounded up (RFC 9110 §10.2.3).
    private Problem retryAfter(Duration wait) {
        return with("Retry-After", String.valueOf(Math.max(1, wait.plusMillis(999).toSeconds())));
    }

    private static String title(int status) {
        return switch (status) {
            case 400 -> "Bad Request";
            case 401 -> "Unauthorized";
            case 403 -> "Forbidden";
            case 404 -> "Not Found";
            case 405 -> "Method Not Allowed";
            case 409 -> "Conflict";
            case 411 -> "Length Required";
            case 413 -> "Content Too Large";
            case 414 -> "URI Too Long";
            case 415 -> "Unsupported Media Type";
            case 421 -> "Misdirected Request";
            case 422 -> "Unprocessable Content";
            case 429 -> "Too Many Requests";
            case 431 -> "Request Header Fields Too Large";
            case 503 -> "Service Unavailable";
            case 505 -> "HTTP Version Not Supported";
            case 507 -> "Insufficient Storage";
            default -> "Internal Server Error";
        };
    }
}
