package botmaker.docker;

import botmaker.json.Json.ObjectBuilder;
import botmaker.json.Json;
import botmaker.json.JsonValue;
import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// One request to the engine.
///
/// @param path  without the API version, with every variable part encoded
/// @param query encoded, without `?`; empty for none
/// @param json  the body; empty for none
/// @param tar   the body; empty for none. It is read once: the call cannot be repeated
/// @param limit how long the engine may take to begin its answer and, unless it is a stream, to complete it
/// @param patience how long the engine may leave pings unanswered, and send nothing else, before it counts as frozen
record Call(String method, String path, String query, Optional<JsonValue> json, Optional<InputStream> tar,
        Duration limit, Duration patience, boolean streaming) {
    /// The time limit of a lookup on a busy host; a frozen engine is noticed much earlier.
    static final Duration LOOKUP = Duration.ofSeconds(10);

    /// The time limit of calls that change something.
    static final Duration CHANGE = Duration.ofSeconds(60);

    /// How long an engine may be silent: two missed pings.
    static final Duration TWO_PINGS = Duration.ofMillis(1450);

    /// The time limit of an exchange that may last as long as its reader likes.
    static final Duration FOREVER = Duration.ofDays(36_500);

    static Call get(String path) {
        return of("GET", path);
    }

    static Call post(String path) {
        return of("POST", path);
    }

    static Call delete(String path) {
        return of("DELETE", path);
    }

    private static Call of(String method, String path) {
        return new Call(method, path, "", Optional.empty(), Optional.empty(), LOOKUP, TWO_PINGS, false);
    }

    Call with(String name, String value) {
        String pair = name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8);
        return new Call(method, path, query.isEmpty() ? pair : query + "&" + pair, json, tar, limit, patience, streaming);
    }

    Call with(String name, boolean value) {
        return with(name, value ? "1" : "0");
    }

    /// Lists only what has all of the labels, and matches the further filters: name, value, name, value, …
    Call filter(Map<String, String> labels, String... others) {
        ObjectBuilder filters = Json.object();
        if (!labels.isEmpty()) {
            filters.put("label", Json.strings(labels.entrySet().stream().map(it -> it.getKey() + "=" + it.getValue()).toList()));
        }
        for (int i = 0; i < others.length; i += 2) {
            filters.put(others[i], Json.strings(List.of(others[i + 1])));
        }
        return with("filters", filters.build().toString());
    }

    Call body(JsonValue value) {
        return new Call(method, path, query, Optional.of(value), tar, limit, patience, streaming);
    }

    Call body(InputStream archive) {
        return new Call(method, path, query, json, Optional.of(archive), limit, patience, streaming);
    }

    Call within(Duration duration) {
        return new Call(method, path, query, json, tar, duration, patience, streaming);
    }

    /// Lets the engine be silent for longer, pings unanswered, before it counts as frozen.
    Call patient(Duration silence) {
        return new Call(method, path, query, json, tar, limit, silence, streaming);
    }

    /// Expects a stream of many small writes, to be read as it comes.
    Call stream() {
        return new Call(method, path, query, json, tar, limit, patience, true);
    }

    /// Returns the request target (RFC 9112 §3.2), without an API version.
    String target() {
        return path + (query.isEmpty() ? "" : "?" + query);
    }

    /// Returns the request target in a version of the API.
    String target(String version) {
        return "/v" + version + target();
    }

    /// Names the call in messages, without its parameters.
    @Override
    public String toString() {
        return method + " " + path;
    }
}
