package botmaker.logs;

import botmaker.http.EventStream;
import botmaker.json.JsonValue.JsonObject;
import java.io.IOException;
import java.util.Optional;

/// Lines of one bot, as events of a stream.
final class EventSink implements LogSink {
    private final EventStream out;
    private final LineJson json;

    EventSink(EventStream out, LineJson json) {
        this.out = out;
        this.json = json;
    }

    @Override
    public void line(Line line, Position after) throws IOException {
        out.send(Optional.empty(), Optional.of(after.toString()), json.of(line));
    }

    @Override
    public void event(String name, JsonObject data) throws IOException {
        out.send(Optional.of(name), Optional.empty(), data.toString());
    }

    @Override
    public void at(Position position) {
        // the next line brings its own
    }

    @Override
    public void flush() throws IOException {
        out.flush();
    }
}
