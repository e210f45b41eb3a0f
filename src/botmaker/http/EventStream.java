package botmaker.http;

import java.io.IOException;
import java.util.Optional;

/// The writing end of an event stream (WHATWG HTML §9.2), for the one thread that runs [EventSource#stream].
/// Comments that keep a quiet stream alive are written beside it, never inside an event.
public interface EventStream {
    /// Adds an event to the buffer, which is sent when it is full. Blocks while the client does not read.
    ///
    /// @param event the event's name; empty for a plain `message`
    /// @param id    what the client sends as `Last-Event-ID` when it reconnects
    /// @param data  the text; may have several lines
    /// @throws IllegalArgumentException if the name or the id has a line break or NUL
    /// @throws IOException              if the client is gone or the server closes
    void send(Optional<String> event, Optional<String> id, String data) throws IOException;

    /// Adds an id without an event: from here on the client reconnects with it (§9.2.6 dispatches no event without data).
    ///
    /// @throws IllegalArgumentException if the id has a line break or NUL
    /// @throws IOException              if the client is gone or the server closes
    void position(String id) throws IOException;

    /// Sends what is buffered. Call it before every wait for more.
    ///
    /// @throws IOException if the client is gone or the server closes
    void flush() throws IOException;
}
