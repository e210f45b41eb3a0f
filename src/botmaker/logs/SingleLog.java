package botmaker.logs;

import botmaker.docker.Engine;
import botmaker.http.EventSource;
import botmaker.http.EventStream;
import botmaker.json.Json;
import java.io.IOException;
import java.util.Optional;

/// The log of one bot as an event stream.
record SingleLog(Engine engine, LoggedBots bots, String botId, LogRequest<Position> request, LineFilter filter,
        Slots.Lease lease) implements EventSource {

    @Override
    public void stream(EventStream out) throws IOException, InterruptedException {
        String end = new Follower(engine, bots, botId, request, new EventSink(out, LineJson.of(filter))).run();
        out.send(Optional.of("end"), Optional.empty(), Json.object().put("reason", end).build().toString());
        out.flush();
    }

    @Override
    public void close() {
        lease.close();
    }
}
