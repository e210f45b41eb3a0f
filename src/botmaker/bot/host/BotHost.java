package botmaker.bot.host;

import botmaker.bot.model.BotId;
import botmaker.bot.model.BotRecord;
import botmaker.bot.model.Limits.Capacity;
import botmaker.bot.model.Limits;
import botmaker.docker.Container;
import botmaker.docker.ContainerSpec;
import botmaker.docker.Engine.Event;
import botmaker.docker.Engine.ExecResult;
import botmaker.docker.Engine;
import botmaker.docker.EngineException;
import botmaker.docker.EngineInfo;
import botmaker.docker.EngineStream;
import botmaker.docker.ImageInfo;
import botmaker.docker.Network;
import botmaker.docker.Usage;
import botmaker.error.Failure;
import botmaker.logs.LastLines;
import botmaker.openclaw.OpenClaw;
import botmaker.secret.Redactor;
import botmaker.secret.SecretStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;

/// The bots' containers: makes them as [BotContainerSpec] says, and finds them again by their labels.
///
/// Nothing without this installation's labels is ever touched.
public final class BotHost {
    private static final Duration KILL_TIME = Duration.ofSeconds(5);
    private static final int KILLED = 128 + 9;
    private static final Duration RETRY_AFTER = Duration.ofSeconds(30);

    private final Engine engine;
    private final BotContainerSpec blueprint;
    private final BotNetwork network;
    private volatile Optional<Capacity> capacity = Optional.empty();

    /// @param environment what every bot gets besides OpenClaw's own: time zone, proxy; nothing secret
    public BotHost(Engine engine, String installation, BotFiles files, SecretStore secrets,
            Map<String, String> environment, Duration stopTimeout) {
        this.engine = engine;
        this.blueprint = new BotContainerSpec(installation, files, secrets, environment, stopTimeout);
        this.network = new BotNetwork(engine, blueprint.networkName(), blueprint.labels());
    }

    /// The labels that every container of this installation carries.
    public Map<String, String> labels() {
        return blueprint.labels();
    }

    /// Returns when the engine answers.
    public void ping() {
        lookup(() -> {
            engine.ping();
            return true;
        });
    }

    /// What happens to this installation's containers, to be closed by the caller.
    public EngineStream<Event> events() {
        return lookup(() -> engine.events(labels()));
    }

    /// Returns something that changes with each restart of an engine that ends its containers when it ends: the default
    /// bridge, which such an engine makes anew. Empty where the engine is configured to have none.
    public Optional<String> engineRun() {
        try {
            return engine.networks().named("bridge").map(Network::id);
        } catch (EngineException e) {
            return Optional.empty();
        }
    }

    /// The bot that a container's labels name; empty where they name none of this installation's.
    public Optional<BotId> bot(Map<String, String> labels) {
        boolean ours = labels().entrySet().stream().allMatch(label -> label.getValue().equals(labels.get(label.getKey())));
        return ours ? BotId.of(labels.getOrDefault(BotContainerSpec.BOT, "")) : Optional.empty();
    }

    /// Returns a bot's container as it is now, whatever its name has become.
    public Optional<Container> find(BotId id) {
        return ofBot(id).stream().findFirst();
    }

    /// Returns all containers with a bot's labels as they are now: one, unless somebody made more by hand; its own comes first.
    /// A replacement that has not taken its place yet is left out.
    public List<Container> ofBot(BotId id) {
        return settled(everyOf(id), id);
    }

    /// Returns every container with a bot's labels, its own first.
    public List<Container> everyOf(BotId id) {
        return lookup(() -> engine.list(blueprint.labels(id))).stream()
                .flatMap(summary -> inspect(summary.id()).stream())
                .sorted(ownFirst(id))
                .toList();
    }

    private static List<Container> settled(List<Container> all, BotId id) {
        return all.size() < 2 ? all : all.stream().filter(it -> !it.name().equals(replacementName(id))).toList();
    }

    /// Returns all containers of this installation by bot, as they are now; each bot's own comes first. They are inspected one
    /// after the other.
    ///
    /// @param answered runs at each answer of the engine
    public Map<BotId, List<Container>> all(Runnable answered) {
        Map<BotId, List<Container>> all = new HashMap<>();
        for (Container.Summary summary : lookup(() -> engine.list(labels()))) {
            answered.run();
            bot(summary.labels()).ifPresent(id -> inspect(summary.id()).ifPresent(
                    container -> all.computeIfAbsent(id, _ -> new ArrayList<>()).add(container)));
        }
        all.forEach((id, containers) -> containers.sort(ownFirst(id)));
        return all;
    }

    /// The one that BotMaker named; where somebody renamed it, the oldest.
    private static Comparator<Container> ownFirst(BotId id) {
        return Comparator.comparing((Container container) -> !container.name().equals(BotContainerSpec.containerName(id)))
                .thenComparing(Container::createdAt);
    }

    /// Containers of this installation that name no bot, or one that is not known. A bot's container comes after its row
    /// and goes before it: so one that is still there after the row was missed is nobody's.
    public List<Container> strays(Predicate<BotId> known) {
        return lookup(() -> engine.list(labels())).stream()
                .filter(container -> bot(container.labels()).filter(known).isEmpty())
                .flatMap(container -> inspect(container.id()).stream())
                .toList();
    }

    /// A container by its id; empty where it has gone.
    public Optional<Container> inspect(String containerId) {
        return lookup(() -> engine.find(containerId));
    }

    /// Makes sure that bots can be made on this engine from an image.
    ///
    /// @return what the image is now
    /// @throws Failure.Unavailable where the engine shifts user ids, or does not have the image
    public ImageInfo requireUsable(String image) {
        EngineInfo info = engineInfo();
        if (info.rootless() || info.usernsRemap()) {
            throw unavailable("The Docker Engine is rootless or remaps user ids, so that a bot could not read its own "
                    + "secrets. Use an engine that does neither.");
        }
        return imageInfo(image).orElseThrow(() -> unavailable(
                "The engine has no image %s. Build it with `make image`, then try again.".formatted(image)));
    }

    /// The digest of an image, where the engine has it.
    public Optional<String> imageId(String image) {
        return imageInfo(image).map(ImageInfo::id);
    }

    /// An image by name or digest, where the engine has it.
    public Optional<ImageInfo> imageInfo(String image) {
        return lookup(() -> engine.images().find(image));
    }

    /// What the engine says of itself.
    public EngineInfo engineInfo() {
        EngineInfo info = lookup(engine::info);
        capacity = Optional.of(new Capacity(info.cpus(), info.memory()));
        return info;
    }

    /// Returns what the engine's host has, as it said last.
    ///
    /// @throws Failure.EngineDown where it never said so and does not answer
    public Capacity capacity() {
        if (capacity.isEmpty()) {
            engineInfo();
        }
        return capacity.orElseThrow();
    }

    /// Returns the limits for bots whose request names none: never more than the host has, as far as that is known.
    public Limits defaults(Limits configured) {
        return capacity.map(it -> it.atMost(configured)).orElse(configured);
    }

    /// What a bot's container is made from: its image by name, unless that name has come to mean another one. State
    /// migrates forward only, so a bot never changes its image by the way.
    private String image(BotRecord row) {
        Optional<String> pinned = row.rollout().imageId();
        if (pinned.isEmpty() || imageId(row.image()).equals(pinned)) {
            return row.image();
        }
        return imageId(pinned.get()).orElseThrow(() -> unavailable(
                "The engine no longer has the image that this bot was made from. Recreate the bot on the present one."));
    }

    /// Everything that decides a bot's container, on a network that is there.
    ///
    /// @throws Failure.Unavailable where the image that it was made from is gone
    public ContainerSpec spec(BotRecord row) {
        return blueprint.spec(row, image(row), network.ensure().id());
    }

    /// The same on any image and network, to be compared.
    public ContainerSpec spec(BotRecord row, String image, String networkId) {
        return blueprint.spec(row, image, networkId);
    }

    /// Creates the container of a bot that has none, not started.
    ///
    /// One that is there all the same and never ran was asked for before, when the engine fell silent, which has made it
    /// since: it gives way.
    ///
    /// @return the container's id
    public String create(BotId id, ContainerSpec spec) {
        return create(id, BotContainerSpec.containerName(id), spec);
    }

    /// Creates, beside a bot's container, the one that is to take its place, not started. One of an earlier try gives way.
    ///
    /// @return the new container's id
    public String createReplacement(BotId id, ContainerSpec spec) {
        return create(id, replacementName(id), spec);
    }

    private String create(BotId id, String name, ContainerSpec spec) {
        try {
            return engine.create(name, spec);
        } catch (EngineException e) {
            Container inTheWay = everyOf(id).stream().filter(it -> e.conflict() && it.name().equals(name)
                    && (it.neverRan() || name.equals(replacementName(id)))).findFirst().orElseThrow(() -> e);
            remove(inTheWay);
            return engine.create(name, spec);
        }
    }

    /// Gives a replacement the name of the container that it replaced, which is gone.
    public void promote(BotId id, String containerId) {
        engine.rename(containerId, BotContainerSpec.containerName(id));
    }

    /// Completes a replacement that was cut off: beside the bot's own container it is removed, alone it takes its place.
    public void settleReplacement(BotId id) {
        List<Container> all = everyOf(id);
        all.stream().filter(it -> it.name().equals(replacementName(id))).forEach(replacement -> {
            if (all.size() == 1) {
                promote(id, replacement.id());
            } else {
                remove(replacement);
            }
        });
    }

    /// Returns whether a container is a replacement that a cut-off step left.
    public static boolean isReplacement(BotId id, Container container) {
        return container.name().equals(replacementName(id));
    }

    private static String replacementName(BotId id) {
        return BotContainerSpec.containerName(id) + "-next";
    }

    /// Makes a container run, also one that somebody paused.
    public void start(Container container) {
        if (container.state() == Container.State.PAUSED) {
            requireNoBackup();
            engine.unpause(container.id());
        } else {
            engine.start(container.id());
        }
    }

    /// A bot that a backup has paused would write into the files that are being copied.
    private void requireNoBackup() {
        if (blueprint.files().isBackupRunning()) {
            throw new Failure.Conflict("The bot is being backed up, which pauses it for a moment. Try again when the backup is done.");
        }
    }

    /// Starts a container that was created or stopped.
    public void start(String containerId) {
        engine.start(containerId);
    }

    public void stop(Container container) {
        engine.stop(container.id(), blueprint.stopTimeout());
    }

    public void restart(Container container) {
        if (container.state() == Container.State.PAUSED) {
            requireNoBackup();
        }
        engine.restart(container.id(), blueprint.stopTimeout());
    }

    /// Removes a container, killing what runs in it; harmless when it has gone.
    public void remove(Container container) {
        engine.remove(container.id(), true);
    }

    public void remove(String containerId) {
        engine.remove(containerId, true);
    }

    /// Runs a command inside a running container, as the bot's own user. The command is killed inside as well when its time is over:
    /// those that hang would pile up there, some hundred megabytes each.
    ///
    /// @return empty if it was killed, or did not end
    public Optional<ExecResult> exec(Container container, List<String> command, Duration limit) {
        List<String> limited = new ArrayList<>(List.of("timeout", "-s", "KILL", Long.toString(Math.max(1, limit.toSeconds()))));
        limited.addAll(command);
        long began = System.nanoTime();
        return engine.exec(container.id(), limited, limit.plus(KILL_TIME))
                .filter(result -> result.exitCode() != KILLED || System.nanoTime() - began < limit.toNanos());
    }

    /// Watches what a container uses. The caller closes it.
    public EngineStream<Usage> stats(Container container) {
        return engine.stats(container.id());
    }

    /// Makes a running bot take up its secrets anew.
    ///
    /// @return whether it did, in the time given
    public boolean reloadSecrets(Container container, Duration patience) {
        try {
            return exec(container, OpenClaw.RELOAD_SECRETS, patience).filter(result -> result.exitCode() == 0).isPresent();
        } catch (EngineException e) {
            return false;
        }
    }

    /// Returns the last lines that a container printed, redacted.
    public List<String> lastLines(Container container, Redactor redactor) {
        return LastLines.read(engine, container, redactor::applyToPart);
    }

    /// Creates a container as a bot's, never starts it, and removes it.
    ///
    /// @return the container as the engine made it, with the engine's own additions
    Container specimen(BotId id, ContainerSpec spec) {
        String name = "botmaker-specimen-" + id;
        engine.remove(name, true); // of a process that was killed meanwhile
        String made = engine.create(name, spec);
        try {
            return engine.inspect(made);
        } finally {
            engine.remove(made, true);
        }
    }

    /// Returns the network of all bots.
    public BotNetwork network() {
        return network;
    }

    public String networkName() {
        return blueprint.networkName();
    }

    /// Asks what the engine has no reason to refuse: one that does (a broken storage, say) is no better than one that
    /// does not answer.
    static <T> T lookup(Supplier<T> question) {
        try {
            return question.get();
        } catch (EngineException e) {
            throw new Failure.EngineDown("The Docker Engine does not work: " + e.message(), e);
        }
    }

    /// What the engine refused, as a failure whose words may be shown.
    public static Failure refused(String what, EngineException e) {
        String detail = "The Docker Engine refused to %s: %s".formatted(what, e.getMessage());
        return e.conflict() ? new Failure.Conflict(detail) : unavailable(detail);
    }

    private static Failure unavailable(String detail) {
        return new Failure.Unavailable(detail, RETRY_AFTER);
    }
}
