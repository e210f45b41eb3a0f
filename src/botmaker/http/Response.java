package botmaker.http;

import botmaker.json.JsonValue;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;

/// A response as a value. [WebServer] adds the length, the date and the security headers when it sends it.
public final class Response {
    /// What follows the header.
    sealed interface Body {
        /// @param content sent as it is; not copied
        record Bytes(byte[] content) implements Body {}

        /// @param source  writes until it is done or interrupted
        /// @param welcome whether its reader still is; asked each second
        record Events(Source<EventStream> source, BooleanSupplier welcome) implements Body {}

        /// @param source  writes until it is done, or fails and breaks the connection
        /// @param welcome whether its reader still is; asked each second
        record Written(Source<OutputStream> source, BooleanSupplier welcome) implements Body {}
    }

    /// Writes a body that lasts, or is too large to hold in memory. A handler returns it after it has opened everything that can
    /// fail, since a failure before the first byte still becomes a problem document. `http` calls [#writeTo] at most once and
    /// [#close] always.
    ///
    /// @param <T> what it writes to: an [EventStream], or an `OutputStream` for any other body
    public interface Source<T> extends AutoCloseable {
        /// Writes until there is no more. Each write blocks while the client does not read. Must return soon after its thread is
        /// interrupted: the client left, reads nothing or was signed out, or the server closes.
        ///
        /// @param out buffered; flush it before a wait for more
        /// @throws IOException            from `out`, and passed on: the client is gone or the server closes
        /// @throws botmaker.error.Failure if the rest is not available: an event stream ends with the message, another body
        ///                                breaks off
        void writeTo(T out) throws IOException, InterruptedException;

        /// Releases what the handler opened.
        @Override
        void close();
    }

    private static final Body NOTHING = new Body.Bytes(new byte[0]);

    private final int status;
    private final Map<String, String> headers;
    private final Body body;

    private Response(int status, Map<String, String> headers, Body body) {
        this.status = status;
        this.headers = Collections.unmodifiableMap(headers);
        this.body = body;
    }

    /// Returns 200 with JSON.
    public static Response ok(JsonValue json) {
        return json(200, json);
    }

    /// Returns 201 with the new resource as JSON.
    ///
    /// @param location its path
    public static Response created(String location, JsonValue json) {
        return json(201, json).with("Location", location);
    }

    /// Returns 204.
    public static Response noContent() {
        return of(204);
    }

    /// Returns 200 with an event stream (WHATWG HTML §9.2) that lasts until the source returns, the client leaves or the server closes.
    /// The source is always closed.
    public static Response events(Source<EventStream> source) {
        return new Response(200, Map.of(), new Body.Events(source, () -> true))
                .with("Content-Type", "text/event-stream")
                .with("X-Accel-Buffering", "no");
    }

    /// Returns 200 with a body of any type and length that is written as it is produced, no faster than the client reads. The
    /// source is always closed.
    public static Response written(String contentType, Source<OutputStream> source) {
        return new Response(200, Map.of(), new Body.Written(source, () -> true)).with("Content-Type", contentType);
    }

    /// Returns a status without a body.
    public static Response of(int status) {
        return new Response(status, Map.of(), NOTHING);
    }

    /// Returns a status with a body of any type.
    ///
    /// @param content sent as it is; not copied, so do not modify it later
    public static Response of(int status, String contentType, byte[] content) {
        return new Response(status, Map.of(), new Body.Bytes(content)).with("Content-Type", contentType);
    }

    static Response json(int status, JsonValue json) {
        return of(status, "application/json", json.toString().getBytes(StandardCharsets.UTF_8));
    }

    /// Returns this response with one more header field, which replaces one of the same name.
    ///
    /// @throws IllegalArgumentException if the value has a control character, or one beyond Latin-1
    public Response with(String header, String value) {
        if (value.chars().anyMatch(c -> c < ' ' || c == 0x7f || c > 0xff)) {
            throw new IllegalArgumentException("The value of " + header + " cannot be sent");
        }
        Map<String, String> more = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        more.putAll(headers);
        more.put(header, value);
        return new Response(status, more, body);
    }

    /// Returns this response, ended when its reader is no longer welcome, if it lasts.
    Response whileWelcome(BooleanSupplier welcome) {
        return switch (body) {
            case Body.Events events -> new Response(status, headers, new Body.Events(events.source(), welcome));
            case Body.Written written -> new Response(status, headers, new Body.Written(written.source(), welcome));
            case Body.Bytes _ -> this;
        };
    }

    /// Returns the status code (RFC 9110 §15).
    public int status() {
        return status;
    }

    /// Returns the header fields that the handler set.
    public Map<String, String> headers() {
        return headers;
    }

    Body body() {
        return body;
    }
}
