package botmaker.support;

import botmaker.cli.Launcher;
import botmaker.json.JsonValue;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// The whole program as a process of its own, on a free port, with a client that is signed in. Closing it kills it and leaves
/// the rest.
public final class ServerProcess implements AutoCloseable {
    /// The flags of `scripts/botmaker serve` and of the units in `systemd/`.
    public static final List<String> JVM = List.of("-XX:+UseSerialGC", "-Xms24m", "-Xmx128m", "-Xmn12m", "-XX:MinHeapFreeRatio=20",
            "-XX:MaxHeapFreeRatio=40", "-XX:-ShrinkHeapInSteps", "-XX:TrimNativeHeapInterval=2000", "-XX:+ExitOnOutOfMemoryError");
    private static final String LISTENING = "BotMaker listening on ";

    private final Process process;
    private final String url;
    private final String password;
    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private ServerProcess(Process process, String url, String password) {
        this.process = process;
        this.url = url;
        this.password = password;
    }

    /// The classes under test, in a virtual machine that starts quickly. What it logs goes to a file beside its data.
    ///
    /// @param data directory that exists or can be made
    public static ServerProcess start(Path data, Map<String, String> environment) throws IOException {
        return start(classes(), data, environment, data.resolveSibling(data.getFileName() + ".log"));
    }

    /// Starts it, and returns when it listens.
    ///
    /// @param command [#classes] or [#jar]
    /// @param log     what it logs is added to this file
    public static ServerProcess start(List<String> command, Path data, Map<String, String> environment, Path log) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        builder.environment().put("BOTMAKER_DATA_DIR", data.toString());
        builder.environment().put("BOTMAKER_SERVER_PORT", "0");
        Process process = builder.start();
        try {
            String url = listening(process.inputReader());
            if (url.isEmpty()) {
                throw new IOException("it does not serve: " + Files.readString(log));
            }
            return new ServerProcess(process, url, Files.readString(data.resolve("admin-password")).strip());
        } catch (IOException | RuntimeException | Error e) {
            process.destroyForcibly();
            throw e;
        }
    }

    /// `build/botmaker.jar`, with its log in its data directory.
    ///
    /// @param data    a directory that exists
    /// @param options of the Java virtual machine, after the usual ones
    public static ServerProcess startJar(Path data, Map<String, String> environment, String... options) throws IOException {
        return start(jar(options), data, environment, data.resolve("stderr"));
    }

    private static String listening(BufferedReader output) throws IOException {
        for (String line; (line = output.readLine()) != null; ) {
            if (line.startsWith(LISTENING)) {
                return line.substring(LISTENING.length()).strip();
            }
        }
        return "";
    }

    public static List<String> classes() {
        return ChildJvm.command(Launcher.class, "serve");
    }

    /// `build/botmaker.jar`, as `scripts/botmaker serve` starts it.
    ///
    /// @param options of the Java virtual machine, after the usual ones
    public static List<String> jar(String... options) {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(JVM);
        command.addAll(List.of(options));
        command.addAll(List.of("-jar", Path.of("build", "botmaker.jar").toString(), "serve"));
        return command;
    }

    public Process process() {
        return process;
    }

    public long pid() {
        return process.pid();
    }

    public String url() {
        return url;
    }

    public int port() {
        return URI.create(url).getPort();
    }

    /// `user:password`, as curl takes it.
    public String credentials() {
        return "admin:" + password;
    }

    /// What the operator's browser sends with every request.
    public String authorization() {
        return "Basic " + Base64.getEncoder().encodeToString(credentials().getBytes(StandardCharsets.UTF_8));
    }

    /// @param json the body; empty for none
    public HttpResponse<String> send(String method, String path, String json) throws IOException, InterruptedException {
        return client.send(request(path).method(method, json.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(json))
                .build(), BodyHandlers.ofString());
    }

    /// The body of an answer that must be a success; an empty object where it has none.
    public JsonValue demand(String method, String path, String json) throws IOException, InterruptedException {
        HttpResponse<String> answer = send(method, path, json);
        if (answer.statusCode() >= 300) {
            throw new IOException(method + " " + path + ": " + answer.statusCode() + " " + answer.body());
        }
        return JsonValue.parse(answer.body().isEmpty() ? "{}" : answer.body());
    }

    /// The body of an answer, a refusal's, too.
    public JsonValue get(String path) throws IOException, InterruptedException {
        return JsonValue.parse(send("GET", path, "").body());
    }

    /// Makes a bot that talks to nobody.
    ///
    /// @param name unlike any other bot's
    public JsonValue createBot(String name, boolean start) throws IOException, InterruptedException {
        return demand("POST", "/api/bots", """
                {"name": "%s", "start": %s,
                 "ai": {"provider": "openai-compatible", "model": "m", "baseUrl": "http://10.9.8.7/v1"},
                 "reach": "legacy", "channel": {"type": "telegram", "credentials": {"token": "123456789:AA%s-x7Kq2mZvR9tLw4bNc8HdJs6fGyPu3e"}}}"""
                .formatted(name, start, (name + "xxxxxxxx").substring(0, 8)));
    }

    /// An event stream, as it comes; the caller closes it.
    ///
    /// @param lastEventId where to go on; empty for the usual beginning
    public InputStream stream(String path, String lastEventId) throws IOException, InterruptedException {
        HttpRequest.Builder request = request(path);
        if (!lastEventId.isEmpty()) {
            request.header("Last-Event-ID", lastEventId);
        }
        return client.send(request.build(), BodyHandlers.ofInputStream()).body();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(url + path))
                .timeout(Duration.ofMinutes(2))
                .header("Content-Type", "application/json")
                .header("Authorization", authorization());
    }

    @Override
    public void close() {
        process.destroyForcibly();
        awaitEnd();
    }

    /// Waits for a process that is about to end.
    public void awaitEnd() {
        process.onExit().orTimeout(1, TimeUnit.MINUTES).join();
        client.shutdownNow();
    }
}
