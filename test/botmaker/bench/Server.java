package botmaker.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import botmaker.json.JsonValue;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// `build/botmaker.jar` in a process of its own, started as `build.sh run` starts it, on a free port.
public final class Server implements AutoCloseable {
    /// As `build.sh run` and the units in `systemd/` have them.
    public static final List<String> JVM = List.of("-XX:+UseSerialGC", "-Xms24m", "-Xmx128m", "-Xmn12m", "-XX:MinHeapFreeRatio=20",
            "-XX:MaxHeapFreeRatio=40", "-XX:-ShrinkHeapInSteps", "-XX:TrimNativeHeapInterval=2000", "-XX:+ExitOnOutOfMemoryError");
    private static final String READY = "BotMaker listening on ";

    private final Process process;
    private final String url;
    private final String password;
    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private Server(Process process, String url, String password) {
        this.process = process;
        this.url = url;
        this.password = password;
    }

    /// Starts it on a data directory that exists, and waits until it answers.
    ///
    /// @param options of the Java virtual machine, after the usual ones
    public static Server start(Path data, Map<String, String> settings, String... options) throws IOException {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(JVM);
        command.addAll(List.of(options));
        command.addAll(List.of("-jar", Path.of("build", "botmaker.jar").toString(), "serve"));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(data.resolve("stderr").toFile());
        builder.environment().putAll(settings);
        builder.environment().put("BOTMAKER_DATA_DIR", data.toString());
        builder.environment().put("BOTMAKER_SERVER_PORT", "0");
        Process process = builder.start();
        BufferedReader out = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
        for (String line; (line = out.readLine()) != null; ) {
            if (line.startsWith(READY)) {
                String password = Files.readString(data.resolve("admin-password")).strip();
                return new Server(process, line.substring(READY.length()).strip(), password);
            }
        }
        throw new IOException("the server did not start: " + Files.readString(data.resolve("stderr")));
    }

    public String url() {
        return url;
    }

    /// `user:password`, as curl takes it.
    public String credentials() {
        return "admin:" + password;
    }

    /// The value of an `Authorization` header.
    public String authorization() {
        return "Basic " + Base64.getEncoder().encodeToString(credentials().getBytes(UTF_8));
    }

    public int port() {
        return URI.create(url).getPort();
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /// The answer's body, which must be a success.
    public JsonValue send(String method, String path, String json) throws IOException, InterruptedException {
        HttpResponse<String> answer = client.send(HttpRequest.newBuilder(URI.create(url + path))
                .header("Authorization", authorization())
                .header("Content-Type", "application/json")
                .method(method, json.isEmpty() ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(json))
                .build(), BodyHandlers.ofString());
        if (answer.statusCode() >= 300) {
            throw new IOException(method + " " + path + ": " + answer.statusCode() + " " + answer.body());
        }
        return answer.body().isEmpty() ? JsonValue.parse("{}") : JsonValue.parse(answer.body());
    }

    /// Makes a bot that talks to nobody.
    ///
    /// @param name unlike any other bot's
    public JsonValue createBot(String name, boolean start) throws IOException, InterruptedException {
        return send("POST", "/api/bots", """
                {"name": "%s", "start": %s,
                 "ai": {"provider": "openai-compatible", "model": "m", "baseUrl": "http://10.9.8.7/v1"},
                 "channel": {"type": "telegram", "credentials": {"token": "123456789:AA%s-x7Kq2mZvR9tLw4bNc8HdJs6fGyPu3e"}}}"""
                .formatted(name, start, (name + "xxxxxxxx").substring(0, 8)));
    }

    @Override
    public void close() {
        client.shutdownNow();
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
