package botmaker.http;

import java.io.IOException;
import java.io.OutputStream;

/// Writes a body that is too large to hold in memory. A handler returns it after it has opened everything that can fail, since a
/// failure before the first byte still becomes a problem document. `http` calls [#writeTo] at most once and [#close] always.
public interface BodySource extends AutoCloseable {
    /// Writes the whole body. Each write blocks while the client does not read. Must return soon after its thread is
    /// interrupted: the client reads nothing, was signed out, or the server closes.
    ///
    /// @param out buffered; flush it before a long wait for more data
    /// @throws IOException                from `out`, and passed on: the client is gone or the server closes
    /// @throws botmaker.error.Failure     if the rest is not available; the client sees the connection break
    void writeTo(OutputStream out) throws IOException, InterruptedException;

    /// Releases what the handler opened.
    @Override
    void close();
}
