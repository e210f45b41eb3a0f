package botmaker.bot;

import static org.junit.jupiter.api.Assertions.fail;

import botmaker.audit.Audit;
import botmaker.bot.host.BotFiles;
import botmaker.bot.host.BotHost;
import botmaker.bot.host.DockerHost;
import botmaker.bot.model.BotId;
import botmaker.bot.model.BotSecretStore;
import botmaker.bot.model.BotRecord;
import botmaker.bot.model.BotStore.PortRange;
import botmaker.bot.model.BotStore;
import botmaker.bot.model.KeptKeys;
import botmaker.bot.model.Limits;
import botmaker.bot.model.NewBot;
import botmaker.bot.model.PriceBook;
import botmaker.bot.model.Schema;
import botmaker.bot.view.BotView;
import botmaker.docker.Engine;
import botmaker.docker.EngineStream;
import botmaker.docker.LogFrame;
import botmaker.json.JsonValue;
import botmaker.key.KeyStore;
import botmaker.secret.SecretStore;
import botmaker.store.Database;
import botmaker.support.Tar;
import botmaker.support.TestImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/// Bots on an engine, in a data directory of the test's own; closing it removes whatever they left in the engine.
public final class Workshop implements AutoCloseable {
    private static final String SLEEP = "trap 'exit 143' TERM; echo ready; sleep 3600 & wait";
    static final Path SOCKET = Path.of("/var/run/docker.sock");

    final Path data;
    public final Engine engine;
    final Database database;
    public final SecretStore secrets;
    private final KeptKeys keys;
    public final Bots bots;

    private Workshop(Path data, Engine engine, String image) throws IOException {
        this(data, engine, image, Map.of("TZ", "Europe/Berlin"), System::nanoTime);
    }

    private Workshop(Path data, Engine engine, String image, Map<String, String> environment, LongSupplier nanoTime) throws IOException {
        this(data, engine, image, environment, nanoTime, Optional.empty());
    }

    private Workshop(Path data, Engine engine, String image, Map<String, String> environment, LongSupplier nanoTime, Optional<KeptKeys> others)
            throws IOException {
        this.data = data;
        this.engine = engine;
        if (!Files.exists(data.resolve("bots"))) {
            Files.createDirectory(data.resolve("secrets"));
            Files.createDirectory(data.resolve("bots"));
            Files.createDirectory(data.resolve("broker"));
        }
        this.database = Database.open(data.resolve("botmaker.db"), Schema.MIGRATIONS);
        this.secrets = new SecretStore(data.resolve("secrets"));
        this.keys = others.isPresent() ? others.get() : new KeyStore(database, new SecretStore(data.resolve("keys")), Clock.systemUTC());
        this.bots = new Bots(database, new Audit(database, Clock.systemUTC()),
                new BotSecretStore(secrets, new SecretStore(data.resolve("keys"))), keys, PriceBook.NONE, () -> { },
                DockerHost.on(engine), new Bots.Options(
                data.resolve("bots"), data.resolve("kept"), image, new Limits(2L << 30, 1000, 512),
                Duration.ofSeconds(5), 1_900_000_000, PortRange.USUAL, environment,
                data.resolve("broker").resolve("policy.json"), ZoneOffset.UTC), Clock.systemUTC(), nanoTime);
        bots.load();
        bots.start();
    }

    /// On the real engine, with an image that sleeps instead of OpenClaw.
    public static Workshop open(Path data) throws IOException {
        return running(data, SLEEP);
    }

    /// On the real engine, with an image that runs a command of its own.
    public static Workshop running(Path data, String shell) throws IOException {
        return running(data, shell, System::nanoTime);
    }

    /// The same with a clock of the test's own for what takes minutes.
    public static Workshop running(Path data, String shell, LongSupplier nanoTime) throws IOException {
        Engine engine = new Engine(SOCKET);
        return new Workshop(data, engine, TestImage.running(engine, shell), Map.of("TZ", "Europe/Berlin"), nanoTime).ready();
    }

    /// On the real engine, with an image that sleeps and has one program of its own, a shell script.
    public static Workshop withProgram(Path data, String name, String script) throws IOException {
        Engine engine = new Engine(SOCKET);
        String reference = TestImage.name("program-" + Integer.toHexString(script.hashCode()));
        if (engine.images().find(reference).isEmpty()) {
            String dockerfile = "FROM %s\nCOPY program /bin/%s\nCMD [\"sh\", \"-c\", \"%s\"]\n"
                    .formatted(TestImage.ensure(engine), name, SLEEP);
            engine.images().build(new Tar().file("Dockerfile", dockerfile).file("program", script).open(), Map.of(), reference, _ -> { });
        }
        return new Workshop(data, engine, reference).ready();
    }

    /// On the real engine, with an image that sleeps, and says that it can do without a network.
    public static Workshop withLinks(Path data) throws IOException {
        return withLinks(data, Map.of("TZ", "Europe/Berlin"));
    }

    /// The same with other variables for every bot.
    public static Workshop withLinks(Path data, Map<String, String> environment) throws IOException {
        Engine engine = new Engine(SOCKET);
        return new Workshop(data, engine, linked(engine), environment, System::nanoTime).ready();
    }

    private static String linked(Engine engine) {
        String reference = TestImage.name("links");
        if (engine.images().find(reference).isEmpty()) {
            String dockerfile = "FROM %s\nLABEL openclaw.image.links=1\nCMD [\"sh\", \"-c\", \"%s\"]\n".formatted(TestImage.ensure(engine), SLEEP);
            engine.images().build(new Tar().file("Dockerfile", dockerfile).open(), Map.of(), reference, _ -> { });
        }
        return reference;
    }

    /// On the real engine, with an image that is there.
    public static Workshop ofImage(Path data, String image, KeptKeys keys) throws IOException {
        return new Workshop(data, new Engine(SOCKET), image, Map.of("TZ", "Europe/Berlin"), System::nanoTime, Optional.of(keys)).ready();
    }

    /// The same with kept keys of its own, and other variables for every bot than usual.
    public static Workshop ofImage(Path data, String image, Map<String, String> environment) throws IOException {
        return new Workshop(data, new Engine(SOCKET), image, environment, System::nanoTime).ready();
    }

    /// On the real engine, with other variables for every bot than usual.
    public static Workshop withEnvironment(Path data, Map<String, String> environment) throws IOException {
        Engine engine = new Engine(SOCKET);
        return new Workshop(data, engine, TestImage.running(engine, SLEEP), environment, System::nanoTime).ready();
    }

    /// On the real engine behind a proxy, or wherever it is; the image sleeps.
    public static Workshop behind(Path socket, Path data) throws IOException {
        return new Workshop(data, new Engine(socket), TestImage.running(new Engine(SOCKET), SLEEP)).ready();
    }

    /// On the real engine behind a proxy, with an image that sleeps and says that it can do without a network, and a clock of its own.
    public static Workshop keepingKeys(Path socket, Path data, LongSupplier nanoTime) throws IOException {
        return new Workshop(data, new Engine(socket), linked(new Engine(SOCKET)), Map.of(), nanoTime).ready();
    }

    /// On an engine of the test's own that has no image, with a clock of its own.
    public static Workshop on(Path socket, Path data, LongSupplier nanoTime) throws IOException {
        return new Workshop(data, new Engine(socket), "absent:1", Map.of(), nanoTime).ready();
    }

    /// Without an engine.
    public static Workshop withoutEngine(Path data) throws IOException {
        return new Workshop(data, new Engine(data.resolve("nothing.sock")), "botmaker-test-absent:1");
    }

    /// On the real engine, without the image.
    public static Workshop withoutImage(Path data) throws IOException {
        return new Workshop(data, new Engine(SOCKET), "botmaker-test-absent:1").ready();
    }

    /// On the real engine, with a tag that [TestImage#tag] may make mean another image.
    public static Workshop tagged(Path data, String tag, String shell) throws IOException {
        Engine engine = new Engine(SOCKET);
        TestImage.tag(engine, tag, shell);
        return new Workshop(data, engine, tag).ready();
    }

    private Workshop ready() {
        await("the engine is followed", () -> bots.engineProblem().isEmpty());
        return this;
    }

    /// The kept keys.
    public KeptKeys keys() {
        return keys;
    }

    /// The containers of this installation, as another part would see them.
    public BotHost host() {
        return DockerHost.on(engine).of(new BotStore(database).installation(), new BotFiles(data.resolve("bots"), data.resolve("kept")), secrets,
                Map.of(), Duration.ofSeconds(5));
    }

    public NewBot request(String name) {
        return NewBot.from(JsonValue.parse("""
                {"name": "%s",
                 "ai": {"provider": "openai-compatible", "model": "m", "baseUrl": "http://10.9.8.7/v1", "apiKey": "canary-ai-key"},
                 "reach": "legacy", "channel": {"type": "telegram", "credentials": {"token": "123456789:AAcanary-canary-canary-canary-canary"}}}"""
                .formatted(name)), new Limits(2L << 30, 1000, 512), KeptKeys.NONE);
    }

    public BotView create(String name) throws InterruptedException {
        return bots.service().create(request(name));
    }

    /// Waits until a sleeping bot heeds SIGTERM: before its shell has set the trap, the first process ignores it.
    public void awaitReady(String containerId) {
        await("it has set its trap", () -> {
            try (EngineStream<LogFrame> log = engine.logs(engine.inspect(containerId), OptionalInt.empty(), false)) {
                return log.next().isPresent();
            }
        });
    }

    /// Adds the row of a kept key.
    public void keepKey(String id, String provider) {
        database.write(tx -> tx.update("INSERT INTO keys(id, provider, label, label_key, created_at, replaced_at) VALUES (?, ?, ?, ?, '', '')",
                id, provider, id, id));
    }

    /// The bots' records in the database.
    public List<BotRecord> stored() {
        return new BotStore(database).all();
    }

    public BotView bot(BotId id) {
        return bots.registry().bot(id).orElseThrow();
    }

    /// The names of what there is in a directory below the data directory.
    public List<String> entries(String directory) throws IOException {
        if (!Files.exists(data.resolve(directory))) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(data.resolve(directory))) {
            return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
        }
    }

    /// What BotMaker recorded that it did by itself, as `action name detail`.
    public List<String> audited() {
        return database.read(tx -> tx.list("SELECT action, bot, name, detail FROM audit WHERE user = '' AND source = '' ORDER BY seq",
                row -> (row.text("action") + " " + row.text("name") + " " + row.text("detail")).strip()));
    }

    /// The name of the network of all bots.
    String networkName() {
        return "botmaker-" + new BotStore(database).installation();
    }

    /// The labels of this installation's host.
    public Map<String, String> labels() {
        return Map.of("botmaker.installation", new BotStore(database).installation());
    }

    public static void await(String what, BooleanSupplier condition) {
        await(what, Duration.ofMinutes(2), condition); // an event ends it; on a busy machine some events wait for the next look
    }

    public static void await(String what, Duration atMost, BooleanSupplier condition) {
        long deadline = System.nanoTime() + atMost.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                fail("never happened: " + what);
            }
            try {
                Thread.sleep(20);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                fail("interrupted while waiting: " + what);
            }
        }
    }

    /// Ends watching and closes the database, as a crash would: engine and disk stay as they are.
    public void crash() {
        bots.close();
        database.close();
    }

    @Override
    public void close() {
        String installation = new BotStore(database).installation();
        crash();
        Engine real = new Engine(SOCKET);
        Map<String, String> ours = Map.of("botmaker.installation", installation);
        real.list(ours).forEach(container -> real.remove(container.id(), true));
        real.networks().remove("botmaker-" + installation);
    }
}
