package botmaker.docker;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/// A container's log as it is read. One thread reads; any thread may close. Whoever asked for it closes it.
///
/// Nothing is read ahead but one buffer of 64 KiB: a reader that stops makes the engine wait.
public final class LogStream implements AutoCloseable {
    private final Exchange exchange;
    private final boolean terminal;
    private final Runnable onClose;
    private final AtomicBoolean closed = new AtomicBoolean();

    LogStream(Exchange exchange, boolean terminal, Runnable onClose) {
        this.exchange = exchange;
        this.terminal = terminal;
        this.onClose = onClose;
    }

    /// Waits for the next frame. Empty at the end of the log, after [#close()] from any thread, and when the reading
    /// thread is interrupted (its flag stays set).
    ///
    /// @throws botmaker.error.Failure.EngineDown when the connection breaks before the end, or brings garbage
    /// @throws EngineException when the engine reports an error inside the stream
    public Optional<LogFrame> next() {
        return exchange.next(terminal ? LogStream::piece : Frames::next);
    }

    /// Whether [#next()] will answer without waiting: when not, it is time to flush what was made of the frames so far.
    public boolean ready() {
        return closed.get() || exchange.read(terminal ? body -> body.complete() || body.available() > 0 : Frames::ready);
    }

    /// Ends the stream, and a [#next()] that waits in another thread.
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            exchange.close();
            onClose.run();
        }
    }

    private static Optional<LogFrame> piece(Body body) throws IOException {
        return body.await(1)
                ? Optional.of(new LogFrame(LogFrame.Source.OUT, body.take(body.available())))
                : Optional.empty();
    }
}
