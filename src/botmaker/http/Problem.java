package botmaker.http;

import botmaker.error.Failure.FieldError;
import botmaker.error.Failure;
import botmaker.json.Json.ObjectBuilder;
import botmaker.json.Json;
import botmaker.json.JsonValue;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// An error as the client sees it (RFC 9457).
///
/// @param status  the status code
/// @param title   the kind of error, the same text each time
/// @param detail  what happened this time, and what to do
/// @param errors  fields that are not acceptable
/// @param headers header fields to send with it
record Problem(int status, String title, String detail, List<FieldError> errors, Map<String, String> headers) {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Duration ENGINE_PAUSE = Duration.ofSeconds(2);

    static Problem of(HttpError error) {
        return new Problem(error.kind().status(), error.kind().title(), error.getMessage(), List.of(), error.headers());
    }

    static Problem of(Failure failure) {
        String detail = failure.getMessage();
        return switch (failure) {
            case Failure.NotFound _ -> new Problem(404, "Not Found", detail, List.of(), Map.of());
            case Failure.Conflict f -> new Problem(409, "Conflict", detail, f.errors(), Map.of());
            case Failure.Invalid f -> new Problem(422, "Unprocessable Content", detail, f.errors(), Map.of());
            case Failure.Unavailable f -> unavailable(detail, f.retryAfter());
            case Failure.EngineDown _ -> unavailable(detail, ENGINE_PAUSE);
            case Failure.DiskFull _ -> new Problem(507, "Insufficient Storage", detail, List.of(), Map.of());
        };
    }

    static Problem unavailable(String detail, Duration retryAfter) {
        return new Problem(503, "Service Unavailable", detail, List.of(), Map.of("Retry-After", HttpError.seconds(retryAfter)));
    }

    /// Returns an unexpected error, which is logged.
    static Problem internal(System.Logger log, Throwable cause) {
        String detail = "An unexpected error occurred. Look for error " + log(log, "A request failed", cause) + " in BotMaker's log.";
        return new Problem(500, "Internal Server Error", detail, List.of(), Map.of());
    }

    /// Logs an unexpected error under a new random id, by which a client's error is found in the log.
    ///
    /// @return the id, 12 hex digits
    static String log(System.Logger log, String what, Throwable cause) {
        byte[] bytes = new byte[6];
        RANDOM.nextBytes(bytes);
        String id = HexFormat.of().formatHex(bytes);
        log.log(System.Logger.Level.ERROR, what + ", error " + id, cause);
        return id;
    }

    /// Returns this as a problem document.
    ///
    /// @param instance the path of the request
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

    /// Returns this as a page, for a person who followed a link. Plain HTML: it must be readable without a style sheet.
    Response toPage() {
        return Response.of(status, "text/html; charset=utf-8", html().getBytes(StandardCharsets.UTF_8));
    }

    private String html() {
        return """
                <!doctype html>
                <html lang="en">
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <meta name="color-scheme" content="light dark">
                <title>%1$s – BotMaker</title>
                <h1>%1$s</h1>
                <p>%2$s</p>
                %3$s
                </html>
                """.formatted(escape(title), escape(detail), advice());
    }

    private String advice() {
        return switch (status) {
            case 401 -> """
                    <p>Reload this page and sign in. The user is <code>admin</code> unless <code>auth.user</code> names another.
                    Unless you set <code>auth.password-hash</code>, the password is in the file <code>admin-password</code>
                    in BotMaker's data directory.</p>""";
            case 404, 405 -> "<p><a href=\"/\">To the dashboard</a></p>";
            case 421 -> "<p>From this computer, <code>localhost</code> with the same port always works.</p>";
            case 429, 503, 507 -> "<p>Reload this page in a moment. <a href=\"/\">To the dashboard</a></p>";
            case 500 -> "<p>BotMaker's log has the details under that number. <a href=\"/\">To the dashboard</a></p>";
            default -> "";
        };
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;");
    }
}
