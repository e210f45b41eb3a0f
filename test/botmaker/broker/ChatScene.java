package botmaker.broker;

import static java.nio.charset.StandardCharsets.UTF_8;

import botmaker.file.PrivateFiles;
import botmaker.json.JsonValue;
import botmaker.policy.BotPolicy;
import botmaker.policy.Budget;
import botmaker.policy.Origin;
import botmaker.policy.Reach;
import botmaker.secret.Secret;
import botmaker.secret.SecretName;
import botmaker.secret.SecretStore;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLSocketFactory;

/// A bot at a chat service that a test plays, with a broker in between.
final class ChatScene implements AutoCloseable {
    static final String HOST = "chat.service.test";

    /// The requests that came to the service, whole.
    final List<String> asked = new CopyOnWriteArrayList<>();
    final Activity activity = new Activity(Clock.systemUTC());
    final SecretStore keys;
    final ChatExchange exchange;
    private final Scene scene;
    private final Scene.Server service;
    private final Upstreams upstreams;
    private final BotPolicy bot;
    private volatile String answer = whole(200, "{\"ok\":true}");

    /// @param id     the service
    /// @param path   of its base URL
    /// @param tokens the real tokens by their placeholders
    ChatScene(Path dir, String id, String path, Map<String, String> tokens) throws IOException {
        this(dir, id, path, tokens, List.of(HOST), Optional.empty());
    }

    /// @param hosts the names of the service
    ChatScene(Path dir, String id, Map<String, String> tokens, String... hosts) throws IOException {
        this(dir, id, "", tokens, List.of(hosts), Optional.empty());
    }

    /// @param play what the service does on each connection, in place of giving the same answer to each request
    ChatScene(Path dir, String id, String path, Map<String, String> tokens, List<String> hosts, Optional<Scene.Server.Play> play) throws IOException {
        keys = new SecretStore(dir.resolve("keys"));
        Map<SecretName, Secret> held = new HashMap<>();
        List<Origin.Credential> credentials = new CopyOnWriteArrayList<>();
        tokens.forEach((placeholder, token) -> {
            SecretName file = new SecretName("token-" + held.size());
            held.put(file, Secret.of(token));
            credentials.add(new Origin.Credential(Optional.of("a-channel"), file.value(), placeholder));
        });
        keys.create("a-channel", held, PrivateFiles.currentUid(), PrivateFiles.currentGid());
        service = new Scene.Server(Optional.empty(), play.orElse(socket -> {
            for (Optional<String> request; (request = Scene.Server.request(socket)).isPresent(); ) {
                asked.add(request.get());
                Scene.Server.say(socket, answer);
            }
        }));
        upstreams = new Upstreams(Upstreams.Limits.USUAL.direct(Resolver.ofSystem()), (SSLSocketFactory) SSLSocketFactory.getDefault(),
                Upstreams.Limits.USUAL);
        exchange = new ChatExchange(new KeyFiles(keys), upstreams, CallLimit.ofChats(Duration.ofMillis(100), System::nanoTime), activity,
                new Placeholders(System::nanoTime));
        scene = new Scene(dir, exchange);
        Path links = Files.createDirectories(dir.resolve("a"));
        List<Origin> origins = hosts.stream().map(host -> new Origin("m1", host, 80, false,
                URI.create("http://127.0.0.1:" + service.port() + path), id, List.copyOf(credentials), List.of())).toList();
        bot = new BotPolicy("a", Reach.SEALED, links, origins, List.of(), Optional.empty(), Budget.NONE);
        scene.links.follow(List.of(bot));
    }

    /// From now on, the bot is allowed this, too.
    void allow(List<String> also) {
        scene.links.follow(List.of(new BotPolicy(bot.id(), bot.reach(), bot.links(), bot.origins(), List.of(), Optional.empty(), Budget.NONE, also)));
    }

    static String whole(int status, String body) {
        return "HTTP/1.1 " + status + " X\r\nContent-Type: application/json\r\nContent-Length: " + body.getBytes(UTF_8).length + "\r\n\r\n" + body;
    }

    void answers(String next) {
        answer = next;
    }

    Scene.Client bot() throws IOException {
        return scene.plain("a", "m1");
    }

    String call(String method, String target, String fields, String body) throws IOException {
        return call(HOST, method, target, fields, body);
    }

    String call(String host, String method, String target, String fields, String body) throws IOException {
        return bot().send(method + " " + target + " HTTP/1.1\r\nHost: " + host + "\r\n" + fields
                + "Content-Length: " + body.length() + "\r\n\r\n" + body).answer();
    }

    /// What would have allowed the refused calls.
    List<String> allowable() {
        return activity.toJson().get(0).get("allowable").elements().stream().map(JsonValue::string).toList();
    }

    /// The kinds of refusals that were counted.
    List<String> refusals() {
        return activity.toJson().elements().stream().flatMap(bot -> bot.get("refused").elements().stream())
                .map(it -> it.get("kind").string()).toList();
    }

    @Override
    public void close() throws IOException {
        scene.close();
        upstreams.close();
        service.close();
    }
}
