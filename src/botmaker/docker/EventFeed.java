package botmaker.docker;

import botmaker.json.JsonValue;
import java.util.Optional;

/// The engine's container events as they happen, but for those of commands that run inside (`exec_create: …`, `exec_start: …`,
/// `exec_die`): they change nothing of a container, and every health check makes three. One thread reads; any thread may
/// close. Whoever asked for it closes it.
///
/// It may be silent for hours, also because the engine froze: only a ping can tell. The engine remembers its last 256
/// events and none from before its own start, so after every new feed the truth comes from a list.
public final class EventFeed implements AutoCloseable {
    private static final int MAX_LINE = 1024 * 1024;

    private final Exchange exchange;

    EventFeed(Exchange exchange) {
        this.exchange = exchange;
    }

    /// Waits for the next event. Empty when the engine ends the feed, after [#close()] from any thread, and when the
    /// reading thread is interrupted (its flag stays set).
    ///
    /// @throws botmaker.error.Failure.EngineDown when the connection breaks, or brings garbage
    public Optional<Event> next() {
        Optional<Event> next;
        do {
            next = exchange.next(body -> body.takeLine(MAX_LINE))
                    .map(line -> Client.converting("GET /events", () -> JsonValue.parse(line).convert(Event::of)));
        } while (next.filter(event -> event.action().startsWith("exec_")).isPresent());
        return next;
    }

    /// Ends the feed, and a [#next()] that waits in another thread.
    @Override
    public void close() {
        exchange.close();
    }
}
