package botmaker;

import botmaker.file.ChildJvm;
import botmaker.json.JsonValue;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;

/// The whole program as a process of its own, with a client that is signed in. Closing it kills it and leaves the rest.
public final class ServerProcess implements AutoCloseable {
    private final Path data;
    private final Process process;
    private final String url;
    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private ServerProcess(Path data, Process process, String url) {
        this.data = data;
        this.process = process;
        this.url = url;
    }

    /// @param data directory that exists or can be made
    public static ServerProcess start(Path data, Map<String, String> environment) throws IOException {
        Path out = Files.createTempFile(data.getParent(), "out", "");
        Path err = Files.createTempFile(data.getParent(), "err", "");
        ProcessBuilder builder = new ProcessBuilder(ChildJvm.command(Main.class, "serve"))
                .redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().putAll(environment);
        builder.environment().put("BOTMAKER_DATA_DIR", data.toString());
        builder.environment().put("BOTMAKER_SERVER_PORT", "0");
        Process process = builder.start();
        try {
            Listener.await("it serves", () -> !process.isAlive() || read(out).contains("listening"));
            if (!process.isAlive()) {
                throw new IOException("it does not serve: " + read(err));
            }
            return new ServerProcess(data, process, read(out).strip().replaceFirst(".* ", ""));
        } catch (IOException | RuntimeException | Error e) {
            process.destroyForcibly();
            throw e;
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }

    public Process process() {
        return process;
    }

    public int port() {
        return URI.create(url).getPort();
    }

    /// What the operator's browser sends with every request.
    public String authorization() throws IOException {
        String credentials = "admin:" + Files.readString(data.resolve("admin-password")).strip();
        return "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8));
    }

    public HttpResponse<String> send(String method, String path, String json) throws IOException, InterruptedException {
        return client.send(request(path).method(method, json.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(json))
                .build(), BodyHandlers.ofString());
    }

    public JsonValue get(String path) throws IOException, InterruptedException {
        return JsonValue.parse(send("GET", path, "").body());
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

    private HttpRequest.Builder request(String path) throws IOException {
        return HttpRequest.newBuilder(URI.create(url + path))
                .timeout(Duration.ofMinutes(2))
                .header("Content-Type", "application/json")
                .header("Authorization", authorization());
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
        client.shutdownNow();
    }
}
