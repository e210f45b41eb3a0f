package botmaker.support;

import botmaker.bot.model.Schema;
import botmaker.config.Settings;
import botmaker.docker.Engine;
import botmaker.http.Route;
import botmaker.json.JsonValue;
import botmaker.server.App;
import botmaker.store.Database;
import java.io.IOException;
import java.io.InputStream;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.SocketException;
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
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The whole program in this process, on a free port and a data directory of the test's own, with a client that is signed
/// in; closing it removes the bots that a failed test left.
public final class RunningApp implements AutoCloseable {
    private final App app;
    private final Path data;
    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private RunningApp(App app, Path data) {
        this.app = app;
        this.data = data;
    }

    public static RunningApp start(Path data, Map<String, String> settings) throws Exception {
        Map<String, String> environment = new HashMap<>(settings);
        environment.put("BOTMAKER_DATA_DIR", data.toString());
        environment.putIfAbsent("BOTMAKER_SERVER_PORT", "0");
        Settings.Source source = new Settings.Source(Optional.empty(), environment);
        App app = App.start(source);
        app.begin();
        return new RunningApp(app, data);
    }

    /// Ends the program and leaves everything else as it is.
    public void stop() {
        app.close();
    }

    /// The program once more, on the same data and port, after [#stop].
    public RunningApp again(Map<String, String> settings) throws Exception {
        Map<String, String> environment = new HashMap<>(settings);
        environment.put("BOTMAKER_SERVER_PORT", Integer.toString(app.port()));
        return start(data, environment);
    }

    /// The host's own address on the default Docker bridge, which containers of every bridge reach.
    public static InetAddress bridge() throws SocketException {
        return NetworkInterface.getByName("docker0").inetAddresses()
                .filter(address -> address instanceof Inet4Address).findFirst().orElseThrow();
    }

    public int port() {
        return app.port();
    }

    public String url() {
        return app.url();
    }

    /// Every route but those to the dashboard's files.
    public List<Route> routes() {
        return app.routes();
    }

    public Path data() {
        return data;
    }

    public Path passwordFile() {
        return data.resolve("admin-password");
    }

    public HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return send("GET", path, "");
    }

    public HttpResponse<String> post(String path, String json) throws IOException, InterruptedException {
        return send("POST", path, json);
    }

    public HttpResponse<String> send(String method, String path, String json) throws IOException, InterruptedException {
        return client.send(request(path)
                .method(method, json.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(json)).build(),
                BodyHandlers.ofString());
    }

    /// An event stream, as it comes; the caller closes it.
    public InputStream stream(String path) throws IOException, InterruptedException {
        return client.send(request(path).build(), BodyHandlers.ofInputStream()).body();
    }

    /// The whole answer, header included, to a browser that goes to a path; it is sent as it is, whatever a client would make
    /// of it.
    public String navigate(String path) throws IOException {
        String credentials = Base64.getEncoder().encodeToString(
                ("admin:" + Files.readString(passwordFile()).strip()).getBytes(StandardCharsets.UTF_8));
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), app.port())) {
            socket.setSoTimeout(60_000);
            socket.getOutputStream().write(("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nAccept: text/html\r\nConnection: close\r\n"
                    + "Authorization: Basic " + credentials + "\r\n\r\n").getBytes(StandardCharsets.UTF_8));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private HttpRequest.Builder request(String path) throws IOException {
        String credentials = "admin:" + Files.readString(passwordFile()).strip();
        return HttpRequest.newBuilder(URI.create(url() + path))
                .timeout(Duration.ofMinutes(2))
                .header("Content-Type", "application/json")
                .header("Authorization", "Basic "
                        + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8)));
    }

    /// Waits until a bot says something.
    public JsonValue await(String id, String member, String value, Duration atMost) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + atMost.toNanos();
        JsonValue bot = JsonValue.parse(get("/api/bots/" + id).body());
        while (!bot.get(member).string().equals(value)) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("the bot's " + member + " never became " + value + ": " + bot);
            }
            Thread.sleep(200);
            bot = JsonValue.parse(get("/api/bots/" + id).body());
        }
        return bot;
    }

    /// Removes from the engine what a failed test left, and the network of the bots, which BotMaker itself keeps: the engine
    /// has room for about thirty.
    private void cleanEngine() {
        cleanEngine(data);
    }

    /// The same for whoever else used a data directory.
    public static void cleanEngine(Path data) {
        cleanEngine(new Engine(Path.of("/var/run/docker.sock")), data);
    }

    /// The same on another engine.
    public static void cleanEngine(Engine engine, Path data) {
        try (Database database = Database.open(data.resolve("botmaker.db"), Schema.MIGRATIONS)) {
            database.read(tx -> tx.one("SELECT id FROM installation", row -> row.text("id"))).ifPresent(id -> {
                engine.list(Map.of("botmaker.installation", id)).forEach(container -> engine.remove(container.id(), true));
                engine.networks().remove("botmaker-" + id);
            });
        }
    }

    @Override
    public void close() throws IOException {
        try {
            for (JsonValue bot : JsonValue.parse(get("/api/bots").body()).get("bots").elements()) {
                send("DELETE", "/api/bots/" + bot.get("id").string(), "");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            app.close();
            client.shutdownNow();
            cleanEngine();
        }
    }
}
