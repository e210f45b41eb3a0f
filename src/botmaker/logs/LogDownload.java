package botmaker.logs;

import static java.nio.charset.StandardCharsets.UTF_8;

import botmaker.docker.Engine;
import botmaker.error.Failure;
import botmaker.http.BodySource;
import botmaker.http.Request;
import botmaker.http.Response;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URLEncoder;
import java.util.Optional;
import java.util.OptionalInt;

/// The log of one bot as a file, to its end. It is read from the engine no faster than the client takes it.
record LogDownload(Engine engine, LoggedBots bots, String botId, LogRequest<Position> request, LineFilter filter,
        Slots.Lease lease) implements BodySource {

    /// What was asked for: as of a stream, but that a file has an end, is not resumed, and has all lines unless told
    /// otherwise.
    ///
    /// @throws Failure.Invalid for parameters that cannot be accepted
    static LogRequest<Position> request(Request rq) {
        LogRequest<Position> request = LogRequest.of(rq, Position::parse);
        OptionalInt tail = rq.query("tail").isPresent() ? request.tail() : OptionalInt.empty();
        return new LogRequest<>(Optional.empty(), tail, request.since(), false);
    }

    /// The answer, which browsers save under the bot's name (RFC 6266).
    Response response(String botName) {
        String name = URLEncoder.encode(botName, UTF_8).replace("+", "%20").replace("*", "%2A");
        return Response.written("text/plain; charset=utf-8", this)
                .with("Content-Disposition", "attachment; filename=\"" + botId + ".log.txt\"; filename*=UTF-8''"
                        + name + ".log.txt");
    }

    @Override
    public void writeTo(OutputStream out) throws IOException, InterruptedException {
        TextSink sink = new TextSink(out, filter);
        if (new Follower(engine, bots, botId, request, sink).run().equals("deleted")) {
            sink.note("The bot was deleted.");
        }
    }

    @Override
    public void close() {
        lease.close();
    }
}
