package botmaker.http;

import java.io.IOException;

/// Writes an event stream. A handler returns it after it has opened everything that can fail, since a failure before the first
/// byte still becomes a problem document. `http` calls [#stream] at most once and [#close] always.
public interface EventSource extends AutoCloseable {
    /// Writes events until there are no more. Must return soon after its thread is interrupted: the client left or was signed
    /// out, or the server closes.
    ///
    /// @throws IOException from the stream, and passed on: the client is gone or the server closes
    void stream(EventStream out) throws IOException, InterruptedException;

    /// Releases what the handler opened.
    @Override
    void close();
}
