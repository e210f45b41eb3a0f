package botmaker.http;

import java.io.IOException;
import java.io.OutputStream;

/// What a handler returns for a body that is too large to be made before it is sent, after it has opened all that can fail: a
/// failure before the first byte still becomes a problem document. `http` calls [#writeTo] at most once and [#close] always.
public interface BodySource extends AutoCloseable {
    /// Writes the whole body. Each write blocks for as long as the client does not read. Must end soon when its thread is
    /// interrupted: the client reads nothing, or the server closes.
    ///
    /// @param out buffered; to be flushed before a long wait for more
    /// @throws IOException                from `out`, and passed on: the client is gone or the server closes
    /// @throws botmaker.error.Failure     when there is no more of it; the client sees the connection break
    void writeTo(OutputStream out) throws IOException, InterruptedException;

    /// Releases what the handler opened.
    @Override
    void close();
}
