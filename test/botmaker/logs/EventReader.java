package botmaker.logs;

import static java.nio.charset.StandardCharsets.UTF_8;

import botmaker.docker.Engine;
import botmaker.http.Route;
import botmaker.http.TestServer;
import botmaker.json.JsonValue;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// An event stream's client (WHATWG HTML §9.2.6) that remembers where it is, as a browser's does.
final class EventReader implements AutoCloseable {
    private static final int TIMEOUT_MS = 60_000;

    private final HttpURLConnection connection;
    private final BufferedReader lines;
    private String lastId;

    /// @param name `message` for a log line
    record Event(String name, Optional<String> id, JsonValue data) {
        boolean isLine() {
            return name.equals("message");
        }

        /// The text of a log line.
        String text() {
            return data.get("m").string();
        }
    }

    /// Serves the logs of bots as BotMaker does.
    static TestServer serve(Engine engine, LoggedBots bots) {
        try {
            return TestServer.start(new LogRoutes(engine, bots).routes().toArray(Route[]::new));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// @param lastId what to send as `Last-Event-ID`; empty for none
    EventReader(TestServer server, String path, String lastId) throws IOException {
        this("http://localhost:" + server.port() + path, TestServer.AUTHORIZATION, lastId);
    }

    /// @param authorization the header's value
    EventReader(String url, String authorization, String lastId) throws IOException {
        this.lastId = lastId;
        this.connection = (HttpURLConnection) URI.create(url).toURL().openConnection();
        connection.setReadTimeout(TIMEOUT_MS);
        connection.setRequestProperty("Authorization", authorization);
        connection.setRequestProperty("Accept", "text/event-stream");
        if (!lastId.isEmpty()) {
            connection.setRequestProperty("Last-Event-ID", lastId);
        }
        if (connection.getResponseCode() != 200) {
            String problem = new String(connection.getErrorStream().readAllBytes(), UTF_8);
            throw new IOException(connection.getResponseCode() + " " + problem);
        }
        this.lines = new BufferedReader(new InputStreamReader(connection.getInputStream(), UTF_8));
    }

    /// Waits for the next event; empty when the server ends the stream.
    Optional<Event> next() throws IOException {
        String name = "message";
        Optional<String> id = Optional.empty();
        StringBuilder data = new StringBuilder();
        for (String line; (line = lines.readLine()) != null; ) {
            if (line.isEmpty()) {
                lastId = id.orElse(lastId);
                if (!data.isEmpty()) {
                    return Optional.of(new Event(name, id, JsonValue.parse(data.toString())));
                }
                id = Optional.empty();
            } else if (line.startsWith("event: ")) {
                name = line.substring(7);
            } else if (line.startsWith("id: ")) {
                id = Optional.of(line.substring(4));
            } else if (line.startsWith("data: ")) {
                data.append(data.isEmpty() ? "" : "\n").append(line.substring(6));
            } else if (!line.startsWith(":")) {
                throw new IOException("no field of an event stream: " + line);
            }
        }
        return Optional.empty();
    }

    /// Reads on until an event of a name comes; that one is the last.
    List<Event> until(String name) throws IOException {
        List<Event> events = new ArrayList<>();
        do {
            events.add(next().orElseThrow(() -> new IOException("ended without " + name + ": " + events)));
        } while (!events.getLast().name().equals(name));
        return events;
    }

    /// Reads on until a log line with a text comes; that one is the last.
    List<Event> untilLine(String text) throws IOException {
        List<Event> events = new ArrayList<>();
        do {
            events.add(next().orElseThrow(() -> new IOException("ended without " + text + ": " + events)));
        } while (!(events.getLast().isLine() && events.getLast().text().equals(text)));
        return events;
    }

    /// What to reconnect with.
    String lastId() {
        return lastId;
    }

    @Override
    public void close() {
        connection.disconnect();
    }
}
