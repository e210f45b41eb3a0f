package botmaker.docker;

import botmaker.json.JsonValue;
import java.util.Optional;

/// What a container uses, about once a second (Engine API `GET /containers/{id}/stats`). One thread reads; any thread may
/// close. Whoever asked for it closes it.
public final class StatsFeed implements AutoCloseable {
    private static final int MAX_LINE = 256 * 1024;

    private final Exchange exchange;
    private Optional<Usage> before = Optional.empty();

    StatsFeed(Exchange exchange) {
        this.exchange = exchange;
    }

    /// Waits for the next look. Empty when the container does not run, after [#close()] from any thread, and when the
    /// reading thread is interrupted (its flag stays set).
    ///
    /// @throws botmaker.error.Failure.EngineDown when the connection breaks, or brings garbage
    public Optional<Usage> next() {
        Optional<Usage> now = exchange.next(body -> body.takeLine(MAX_LINE)).flatMap(line ->
                Client.converting("GET /containers/{id}/stats", () -> JsonValue.parse(line).convert(usage -> Usage.of(usage, before))));
        before = now;
        return now;
    }

    /// Ends the feed, and a [#next()] that waits in another thread.
    @Override
    public void close() {
        exchange.close();
    }
}
