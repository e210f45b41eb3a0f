package botmaker.logs;

import static java.nio.charset.StandardCharsets.UTF_8;

import botmaker.docker.Container;
import botmaker.docker.Engine;
import botmaker.error.Failure;
import botmaker.http.BodySource;
import botmaker.http.ConcurrencyLimit;
import botmaker.http.Request;
import botmaker.http.Response;
import botmaker.json.JsonValue.JsonObject;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URLEncoder;
import java.util.Optional;
import java.util.OptionalInt;

/// The log of one bot as a text file, to its end. It is read from the engine no faster than the client takes it.
record LogDownload(Engine engine, LoggedBots bots, String botId, LogRequest<Position> request, Optional<Container> inspected,
        ConcurrencyLimit.Lease lease) implements BodySource {

    /// Reads the parameters: those of a stream, but that a file has an end, is not resumed, and has all lines by default.
    ///
    /// @throws Failure.Invalid for parameters that cannot be accepted
    static LogRequest<Position> request(Request rq) {
        LogRequest<Position> request = LogRequest.of(rq, Position::parse);
        OptionalInt tail = rq.query("tail").isPresent() ? request.tail() : OptionalInt.empty();
        return new LogRequest<>(Optional.empty(), tail, request.since(), false);
    }

    /// Returns the response, which browsers save under the bot's name (RFC 6266).
    Response response(String botName) {
        String name = URLEncoder.encode(botName, UTF_8).replace("+", "%20").replace("*", "%2A");
        return Response.written("text/plain; charset=utf-8", this)
                .with("Content-Disposition", "attachment; filename=\"" + botId + ".log.txt\"; filename*=UTF-8''"
                        + name + ".log.txt");
    }

    @Override
    public void writeTo(OutputStream out) throws IOException, InterruptedException {
        Text sink = new Text(out, Line.Writer.of(bots.redaction(botId)));
        if (new Follower(engine, bots, botId, request, sink, inspected).run().equals("deleted")) {
            sink.note("The bot was deleted.");
        }
    }

    @Override
    public void close() {
        lease.close();
    }

    /// Writes the log as text. What the bot did not write begins with `-- ` instead of a time.
    private record Text(OutputStream out, Line.Writer writer) implements Follower.Sink {
        @Override
        public void line(Line line, Position after) throws IOException {
            out.write(writer.text(line).getBytes(UTF_8));
        }

        @Override
        public void event(String name, JsonObject data) throws IOException {
            note(name + " " + data);
        }

        private void note(String remark) throws IOException {
            out.write(("-- " + remark + "\n").getBytes(UTF_8));
        }

        @Override
        public void at(Position position) {
            // a file has no positions
        }

        @Override
        public void flush() throws IOException {
            out.flush();
        }
    }
}
