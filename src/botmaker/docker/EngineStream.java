package botmaker.docker;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/// What the engine sends over time on one connection: log frames, events, measurements. One thread reads, any thread may
/// close. Whoever opened it closes it.
///
/// Reads nothing ahead but one buffer of 64 KiB: a reader that stops makes the engine wait.
public final class EngineStream<T> implements AutoCloseable {
    private final Exchange exchange;
    private final Exchange.Reading<Optional<T>> next;
    private final Exchange.Reading<Boolean> ready;
    private final Runnable onClose;
    private final AtomicBoolean closed = new AtomicBoolean();

    /// @param next    reads one element; empty at the end
    /// @param ready   returns without waiting whether a whole element has arrived
    /// @param onClose runs once
    EngineStream(Exchange exchange, Exchange.Reading<Optional<T>> next, Exchange.Reading<Boolean> ready, Runnable onClose) {
        this.exchange = exchange;
        this.next = next;
        this.ready = ready;
        this.onClose = onClose;
    }

    /// Waits for the next element. Returns empty when the engine ends the stream, after [#close()] from any thread, and
    /// when the reading thread is interrupted (its flag stays set).
    ///
    /// @throws botmaker.error.Failure.EngineDown when the connection breaks before the end, or brings garbage
    /// @throws EngineException when the engine reports an error inside the stream
    public Optional<T> next() {
        return exchange.next(next);
    }

    /// Returns whether [#next()] will return without waiting; if not, it is time to flush what was made so far.
    public boolean ready() {
        return closed.get() || exchange.read(body -> body.complete() || ready.from(body));
    }

    /// Ends the stream, and a [#next()] that waits in another thread.
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            exchange.close();
            onClose.run();
        }
    }
}
