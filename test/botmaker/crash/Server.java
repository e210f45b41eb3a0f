package botmaker.crash;

import botmaker.json.JsonValue;
import botmaker.support.ServerProcess;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// BotMaker in a process of its own, which may be killed and started again.
final class Server implements AutoCloseable {
    /// What a request came to.
    ///
    /// @param status 0 where the connection ended without an answer
    record Answer(int status, String body) {
        boolean yes() {
            return status >= 200 && status < 300;
        }

        JsonValue json() {
            return JsonValue.parse(body);
        }

        @Override
        public String toString() {
            return status + " " + body;
        }
    }

    private final Path data;
    private final Path log;
    private final Map<String, String> environment;
    private final List<String> command;
    private ServerProcess process;

    /// @param log     takes what it logs
    /// @param command of [ServerProcess]
    Server(Path data, Path log, Map<String, String> environment, List<String> command) {
        this.data = data;
        this.log = log;
        this.environment = environment;
        this.command = command;
    }

    /// Starts it, and returns when it listens.
    void start() throws IOException {
        process = ServerProcess.start(command, data, environment, log);
    }

    /// Asks for something; that the server dies meanwhile is an answer, too.
    Answer send(String method, String path, String body) throws InterruptedException {
        try {
            var response = process.send(method, path, body);
            return new Answer(response.statusCode(), response.body());
        } catch (IOException e) {
            return new Answer(0, e.toString());
        }
    }

    int port() {
        return process.port();
    }

    long pid() {
        return process.pid();
    }

    String authorization() {
        return process.authorization();
    }

    /// An event stream, as it comes; the caller closes it.
    InputStream stream(String path) throws IOException, InterruptedException {
        return process.stream(path, "");
    }

    /// What must succeed.
    Answer demand(String method, String path, String body) throws IOException, InterruptedException {
        Answer answer = send(method, path, body);
        if (!answer.yes()) {
            throw new AssertionError(method + " " + path + ": " + answer + "\n" + log());
        }
        return answer;
    }

    List<JsonValue> bots() throws IOException, InterruptedException {
        return demand("GET", "/api/bots", "").json().get("bots").elements();
    }

    void kill() {
        process.close();
    }

    /// Waits for the end of a process that was killed.
    void awaitDeath() {
        process.awaitEnd();
    }

    /// How many lines of its log have these words.
    long logged(String words) throws IOException {
        try (Stream<String> lines = Files.lines(log)) {
            return lines.filter(line -> line.contains(words)).count();
        }
    }

    /// The end of what it printed.
    String log() throws IOException {
        List<String> lines = Files.exists(log) ? Files.readAllLines(log) : List.of();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 40), lines.size()));
    }

    @Override
    public void close() {
        if (process != null) {
            kill();
        }
    }
}
