package botmaker.bot.host;

import botmaker.bot.host.BotHost.Difference;
import botmaker.bot.host.BotHost.Warning;
import botmaker.bot.model.BotId;
import botmaker.bot.model.BotRecord;
import botmaker.bot.model.Limits.Capacity;
import botmaker.bot.model.Limits;
import botmaker.docker.ContainerSpec;
import botmaker.docker.Engine;
import botmaker.docker.EngineException;
import botmaker.docker.EngineInfo;
import botmaker.docker.EngineStream;
import botmaker.docker.Images.Image;
import botmaker.docker.Networks;
import botmaker.error.Failure;
import botmaker.file.CommandLock;
import botmaker.file.IoFailures;
import botmaker.file.IoFailures;
import botmaker.logs.LastLines;
import botmaker.openclaw.Gateway;
import botmaker.openclaw.OpenClaw;
import botmaker.policy.Reach;
import botmaker.secret.Redactor;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/// A Docker Engine as the place where bots run: makes containers as [BotContainerSpec] says, and finds them by their labels.
public final class DockerHost implements BotHost {
    private static final System.Logger LOG = System.getLogger(DockerHost.class.getName());
    private static final Duration KILL_TIME = Duration.ofSeconds(5);
    private static final int KILLED = 128 + 9;

    private final Engine engine;
    private final BotContainerSpec blueprint;
    private final BotNetwork network;
    private final DriftDetector drift;
    private final HostChecks checks;
    private volatile Optional<Capacity> capacity = Optional.empty();

    DockerHost(Engine engine, BotContainerSpec blueprint) {
        this.engine = engine;
        this.blueprint = blueprint;
        this.network = new BotNetwork(engine, blueprint.networkName(), blueprint.labels());
        this.drift = new DriftDetector(engine, blueprint, network);
        this.checks = new HostChecks(this, network, drift);
    }

    /// Returns what opens this engine for an installation.
    public static Factory on(Engine engine) {
        return (installation, files, secrets, environment, stopTimeout) ->
                new DockerHost(engine, new BotContainerSpec(installation, files, secrets, environment, stopTimeout));
    }

    @Override
    public void ping() {
        Refusal.lookup(() -> {
            engine.ping();
            return true;
        });
    }

    @Override
    public Feed<BotId> events() {
        EngineStream<Engine.Event> events = Refusal.lookup(() -> engine.events(blueprint.labels()));
        return feed(events, event -> blueprint.bot(event.attributes()));
    }

    /// Returns the id of the default bridge, which an engine that ends its containers when it ends makes anew; empty where the engine
    /// is configured to have none.
    @Override
    public Optional<String> run() {
        try {
            return engine.networks().named("bridge").map(Networks.Network::id);
        } catch (EngineException e) {
            return Optional.empty();
        }
    }

    @Override
    public Map<BotId, List<Container>> all(Runnable answered) {
        Map<BotId, List<Container>> all = new HashMap<>();
        for (var summary : Refusal.lookup(() -> engine.list(blueprint.labels()))) {
            answered.run();
            blueprint.bot(summary.labels()).ifPresent(id -> inspect(summary.id()).ifPresent(
                    container -> all.computeIfAbsent(id, _ -> new ArrayList<>()).add(container)));
        }
        all.forEach((id, containers) -> containers.sort(ownFirst(id)));
        return all;
    }

    @Override
    public List<Container> ofBot(BotId id) {
        List<Container> all = everyOf(id);
        return all.size() < 2 ? all : all.stream().filter(it -> !it.isReplacement()).toList();
    }

    @Override
    public List<Container> everyOf(BotId id) {
        return Refusal.lookup(() -> engine.list(blueprint.labels(id))).stream()
                .flatMap(summary -> inspect(summary.id()).stream()).sorted(ownFirst(id)).toList();
    }

    @Override
    public List<Container> strays(Predicate<BotId> known) {
        return Refusal.lookup(() -> engine.list(blueprint.labels())).stream()
                .filter(container -> blueprint.bot(container.labels()).filter(known).isEmpty())
                .flatMap(container -> inspect(container.id()).stream()).toList();
    }

    /// Orders the container that BotMaker named first; where somebody renamed it, the oldest.
    private static Comparator<Container> ownFirst(BotId id) {
        return Comparator.comparing((Container it) -> !it.name().equals(BotContainerSpec.containerName(id)))
                .thenComparing(Container::createdAt);
    }

    @Override
    public Optional<Container> inspect(String containerId) {
        return Refusal.lookup(() -> engine.find(containerId)).map(blueprint::container);
    }

    @Override
    public List<Network> strayNetworks(boolean inUse) {
        return network.strays(inUse);
    }

    @Override
    public List<String> lastLines(Container container, Redactor redactor) {
        return Refusal.lookup(() -> engine.find(container.id()))
                .map(it -> LastLines.read(engine, it, redactor::applyToPart)).orElse(List.of());
    }

    @Override
    public String requireUsable(String image, Reach reach) {
        EngineInfo info = engineInfo();
        if (info.rootless() || info.usernsRemap()) {
            throw new Failure.Conflict("The Docker Engine is rootless or remaps user ids, so that a bot could not read its own "
                    + "secrets. Use an engine that does neither.");
        }
        Image found = Refusal.lookup(() -> engine.images().find(image)).orElseThrow(() -> new Failure.Conflict(
                "The Docker Engine has no image %s. Build it with “make image”, then try again.".formatted(image)));
        if (reach.isBrokered() && !OpenClaw.LINKS_VERSION.equals(found.labels().get(OpenClaw.LINKS_LABEL))) {
            throw new Failure.Conflict(("The image %s is too old for a bot with the reach %s. Build it again with “make image”, upgrade "
                    + "the bot if there is one, then try again.").formatted(image, reach.id()));
        }
        return found.id();
    }

    /// Returns what a bot's container is made from: its image by name, unless that name has come to mean another one. State
    /// migrates forward only, so a bot never changes its image as a side effect.
    private String image(BotRecord record) {
        Optional<String> pinned = record.rollout().imageId();
        if (pinned.isEmpty() || imageId(record.image()).equals(pinned)) {
            return record.image();
        }
        return imageId(pinned.get()).orElseThrow(() -> new Failure.Conflict(
                "The Docker Engine no longer has the image that this bot was made from. Upgrade the bot to the present image."));
    }

    /// Returns the specification of a bot's container, with everything there that it needs.
    private ContainerSpec spec(BotRecord record) {
        if (record.spec().reach().isBrokered()) {
            IoFailures.run("cannot create the directory for the bot's links", () -> blueprint.files().ensureLink(record.id()));
        }
        return blueprint.spec(record, image(record), () -> network.ensure().id());
    }

    @Override
    public String create(BotRecord record) {
        return create(record, BotContainerSpec.containerName(record.id()));
    }

    @Override
    public String createReplacement(BotRecord record) {
        return create(record, BotContainerSpec.replacementName(record.id()));
    }

    private String create(BotRecord record, String name) {
        return Refusal.asking("create the bot's container", () -> {
            ContainerSpec spec = spec(record);
            try {
                return engine.create(name, spec);
            } catch (EngineException e) {
                Container inTheWay = everyOf(record.id()).stream().filter(it -> e.conflict() && it.name().equals(name)
                        && (it.neverRan() || name.equals(BotContainerSpec.replacementName(record.id())))).findFirst().orElseThrow(() -> e);
                engine.remove(inTheWay.id(), true);
                return engine.create(name, spec);
            }
        });
    }

    @Override
    public boolean promote(BotId id, String containerId) {
        try {
            engine.rename(containerId, BotContainerSpec.containerName(id));
            return true;
        } catch (EngineException e) {
            LOG.log(System.Logger.Level.DEBUG, "bot " + id + ": its new container gets its name later", e);
            return false;
        }
    }

    @Override
    public void settleReplacement(BotId id) {
        List<Container> all = everyOf(id);
        all.stream().filter(Container::isReplacement).map(Container::id)
                .forEach(all.size() == 1 ? replacement -> promote(id, replacement) : this::remove);
    }

    @Override
    public boolean start(Container container) {
        requireNoBackup(container);
        try {
            if (container.state() == Container.State.PAUSED) {
                engine.unpause(container.id());
            } else {
                engine.start(container.id());
            }
            return true;
        } catch (EngineException e) {
            if (e.notFound()) { // or its network: `docker network prune` takes it while all bots are stopped, and its id never returns
                return false;
            }
            throw Refusal.of("start the bot", e);
        }
    }

    /// A bot that a backup has paused would write into the files that are being copied.
    private void requireNoBackup(Container container) {
        if (container.state() == Container.State.PAUSED && blueprint.files().isBackupRunning()) {
            throw new Failure.Conflict("The bot is being backed up, which pauses it for a moment. Try again when the backup is done.");
        }
    }

    @Override
    public void start(String containerId) {
        Refusal.asking("start the bot", () -> engine.start(containerId));
    }

    @Override
    public void stop(Container container) {
        Refusal.asking("stop the bot", () -> engine.stop(container.id(), blueprint.stopTimeout()));
    }

    @Override
    public void restart(Container container) {
        requireNoBackup(container);
        Refusal.asking("restart the bot", () -> engine.restart(container.id(), blueprint.stopTimeout()));
    }

    @Override
    public void remove(String containerId) {
        Refusal.asking("remove the bot's container", () -> engine.remove(containerId, true));
    }

    @Override
    public void removeNetwork(String id) {
        Refusal.asking("remove the network", () -> engine.networks().remove(id));
    }

    @Override
    public Optional<Gateway.Door> door(BotRecord record, Container container) {
        return record.spec().reach().isBrokered()
                ? Optional.of(new BotSocket(blueprint.files().state(record.id()), record.owner().uid()))
                : container.address().map(Gateway.Door::at);
    }

    /// Also has the command killed inside when its time is over: those that hang would pile up there, some hundred megabytes each.
    @Override
    public Optional<CommandResult> exec(Container container, List<String> command, Duration limit) {
        List<String> limited = new ArrayList<>(List.of("timeout", "-s", "KILL", Long.toString(Math.max(1, limit.toSeconds()))));
        limited.addAll(command);
        long began = System.nanoTime();
        try (CommandLock.Held _ = blueprint.files().beginCommand()) {
            return Refusal.inside("run a command in the bot", () -> engine.exec(container.id(), limited, limit.plus(KILL_TIME)))
                    .filter(result -> result.exitCode() != KILLED || System.nanoTime() - began < limit.toNanos())
                    .map(result -> new CommandResult(result.exitCode(), result.output()));
        } catch (IOException e) {
            throw IoFailures.translate(e, "cannot keep a backup from pausing the bot");
        }
    }

    @Override
    public Feed<Usage> stats(Container container) {
        return feed(Refusal.inside("measure the bot", () -> engine.stats(container.id())), usage -> usage.cores()
                .map(cores -> new Usage(usage.at(), cores, usage.memory(), usage.memoryLimit(), usage.received(), usage.sent())));
    }

    @Override
    public boolean reloadSecrets(Container container, Duration patience) {
        try {
            return exec(container, OpenClaw.RELOAD_SECRETS, patience).filter(result -> result.exitCode() == 0).isPresent();
        } catch (Failure.EngineDown e) {
            throw e;
        } catch (Failure e) {
            return false;
        }
    }

    @Override
    public Capacity capacity() {
        if (capacity.isEmpty()) {
            engineInfo();
        }
        return capacity.orElseThrow();
    }

    @Override
    public Limits defaults(Limits configured) {
        return capacity.map(it -> it.atMost(configured)).orElse(configured);
    }

    private EngineInfo engineInfo() {
        EngineInfo info = Refusal.lookup(engine::info);
        capacity = Optional.of(new Capacity(info.cpus(), info.memory()));
        return info;
    }

    @Override
    public Optional<String> imageId(String image) {
        return Refusal.lookup(() -> engine.images().find(image)).map(Image::id);
    }

    @Override
    public void learnNetwork() {
        Refusal.asking("create the bots' network", network::learn);
    }

    @Override
    public boolean isBotAddress(InetAddress address) {
        return network.contains(address);
    }

    @Override
    public String bridge() {
        return Networks.device(blueprint.networkName());
    }

    @Override
    public void learn(Collection<BotRecord> records, Map<BotId, List<Container>> there) {
        drift.learn(records, there, this::engineInfo);
    }

    @Override
    public List<Difference> drift(BotRecord record, List<Container> there) {
        return drift.of(record, there);
    }

    @Override
    public void check(Collection<Container> containers) {
        checks.check(containers);
    }

    @Override
    public int checkNow(Collection<Container> containers) {
        return checks.checkNow(containers);
    }

    @Override
    public List<Warning> warnings() {
        return checks.warnings();
    }

    /// Returns a stream as a feed of what a conversion makes of it, without the elements that it makes nothing of.
    private static <A, B> Feed<B> feed(EngineStream<A> stream, Function<A, Optional<B>> conversion) {
        return new Feed<>() {
            @Override
            public Optional<B> next() {
                for (Optional<A> next = stream.next(); next.isPresent(); next = stream.next()) {
                    Optional<B> converted = conversion.apply(next.get());
                    if (converted.isPresent()) {
                        return converted;
                    }
                }
                return Optional.empty();
            }

            @Override
            public void close() {
                stream.close();
            }
        };
    }
}
