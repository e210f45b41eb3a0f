package botmaker.http;

import java.io.IOException;

/// What a handler returns for an event stream, after it has opened all that can fail: a failure before the first byte still
/// becomes a problem document. `http` calls [#stream] at most once and [#close] always.
public interface EventSource extends AutoCloseable {
    /// Writes events until there are no more. Must end soon when its thread is interrupted: the client has left, or the server
    /// closes.
    ///
    /// @throws IOException from the stream, and passed on: the client is gone or the server closes
    void stream(EventStream out) throws IOException, InterruptedException;

    /// Releases what the handler opened.
    @Override
    void close();
}
