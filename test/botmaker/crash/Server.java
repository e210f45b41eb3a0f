package botmaker.crash;

import botmaker.json.JsonValue;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// BotMaker in a process of its own, which may be killed and started again, with a client that is signed in.
final class Server implements AutoCloseable {
    private static final String LISTENING = "BotMaker listening on ";

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
    private final List<String> program;
    private HttpClient client;
    private Process process;
    private String url = "";

    private Server(Path data, Path log, Map<String, String> environment, List<String> program) {
        this.data = data;
        this.log = log;
        this.environment = environment;
        this.program = program;
    }

    /// One that is started often, and lives shortly.
    ///
    /// @param log takes what it prints
    Server(Path data, Path log, Map<String, String> environment) {
        this(data, log, environment, List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto", "-Xmx128m",
                "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"), "botmaker.Main", "serve"));
    }

    /// `build/botmaker.jar`, as `build.sh run` starts it.
    ///
    /// @param log takes what it prints
    static Server asShipped(Path data, Path log, Map<String, String> environment) {
        List<String> program = new ArrayList<>(botmaker.bench.Server.JVM);
        program.addAll(List.of("-jar", Path.of("build", "botmaker.jar").toString(), "serve"));
        return new Server(data, log, environment, program);
    }

    /// Starts it, and returns when it listens.
    void start() throws IOException {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(program);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(environment);
        builder.environment().put("BOTMAKER_DATA_DIR", data.toString());
        builder.environment().put("BOTMAKER_SERVER_PORT", "0");
        builder.redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
        process = builder.start();
        BufferedReader output = process.inputReader();
        String line = output.readLine();
        if (line == null || !line.startsWith(LISTENING)) {
            throw new AssertionError("it did not start: " + line + "\n" + log());
        }
        url = line.substring(LISTENING.length());
        client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    }

    /// Asks for something; that the server dies meanwhile is an answer, too.
    Answer send(String method, String path, String body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url + path)).timeout(Duration.ofMinutes(2))
                .header("Content-Type", "application/json")
                .header("Authorization", authorization())
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body)).build();
        try {
            var response = client.send(request, BodyHandlers.ofString());
            return new Answer(response.statusCode(), response.body());
        } catch (IOException e) {
            return new Answer(0, e.toString());
        }
    }

    /// The value of an `Authorization` header.
    String authorization() throws IOException {
        String credentials = "admin:" + Files.readString(data.resolve("admin-password")).strip();
        return "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8));
    }

    int port() {
        return URI.create(url).getPort();
    }

    long pid() {
        return process.pid();
    }

    /// An event stream, as it comes; the caller closes it.
    InputStream stream(String path) throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(URI.create(url + path)).header("Authorization", authorization()).build(),
                BodyHandlers.ofInputStream()).body();
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
        process.destroyForcibly();
        awaitDeath();
    }

    /// Waits for the end of a process that was killed.
    void awaitDeath() {
        process.onExit().orTimeout(60, TimeUnit.SECONDS).join();
        client.shutdownNow();
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
