package botmaker.broker;

import botmaker.file.PrivateFiles;
import botmaker.ledger.Ledger;
import botmaker.policy.BotPolicy;
import botmaker.secret.Secret;
import botmaker.secret.SecretName;
import botmaker.secret.SecretStore;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLSocketFactory;

/// Bots and an AI that a test plays, with a broker in between that holds the key `k1` and counts what is used.
final class AiScene implements AutoCloseable {
    static final SecretName VALUE = new SecretName("value");

    /// The requests that came to the AI, whole.
    final List<String> asked = new CopyOnWriteArrayList<>();
    final Activity activity = new Activity(Clock.systemUTC());
    final SecretStore keys;
    final Ledger ledger;
    final Exchange exchange;
    final Scene.Server ai;
    private final Upstreams upstreams;
    private final Scene bots;

    /// What the AI does with a request.
    interface Ai {
        void answer(Socket socket, String request) throws IOException;
    }

    AiScene(Path dir, Ai play) throws IOException {
        keys = new SecretStore(dir.resolve("keys"));
        ai = new Scene.Server(Optional.empty(), socket -> {
            for (Optional<String> request; (request = Scene.Server.request(socket)).isPresent(); ) {
                asked.add(request.get());
                play.answer(socket, request.get());
            }
        });
        upstreams = new Upstreams(Upstreams.Limits.USUAL.direct(Resolver.ofSystem()), (SSLSocketFactory) SSLSocketFactory.getDefault(),
                Upstreams.Limits.USUAL);
        ledger = Ledger.open(dir.resolve("usage.db"), Clock.systemUTC());
        exchange = new Exchange(new KeyFiles(keys), upstreams, new CallLimit(Duration.ofMillis(100), System::nanoTime), ledger, activity,
                new Placeholders(System::nanoTime));
        bots = new Scene(dir, exchange);
    }

    /// Keeps the key.
    void keep(String key) throws IOException {
        keys.create("k1", Map.of(VALUE, Secret.of(key)), PrivateFiles.currentUid(), PrivateFiles.currentGid());
    }

    /// Returns where the AI is.
    URI url(String path) {
        return URI.create("http://127.0.0.1:" + ai.port() + path);
    }

    void follow(List<BotPolicy> policy) {
        bots.links.follow(policy);
    }

    Scene.Client plain(String bot, String link) throws IOException {
        return bots.plain(bot, link);
    }

    Scene.Client encrypted(String bot, String host) throws IOException {
        return bots.encrypted(bot, host);
    }

    @Override
    public void close() throws IOException {
        bots.close();
        upstreams.close();
        ledger.close();
        ai.close();
    }
}
