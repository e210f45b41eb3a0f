package botmaker.bot;

import botmaker.bot.BotRow.Owner;
import botmaker.docker.Container;
import botmaker.docker.ContainerSpec;
import botmaker.docker.ContainerSummary;
import botmaker.docker.Engine;
import botmaker.docker.EngineException;
import botmaker.docker.EngineInfo;
import botmaker.docker.EventFeed;
import botmaker.docker.ExecResult;
import botmaker.docker.ImageInfo;
import botmaker.docker.LogFrame;
import botmaker.docker.LogQuery;
import botmaker.docker.LogStream;
import botmaker.docker.Mount;
import botmaker.docker.Network;
import botmaker.docker.NetworkSpec;
import botmaker.docker.PublishedPort;
import botmaker.docker.Resources;
import botmaker.docker.StatsFeed;
import botmaker.docker.Subnet;
import botmaker.error.Failure;
import botmaker.openclaw.OpenClaw;
import botmaker.secret.SecretStore;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;

/// The bots' containers: the one place that says what a bot's container is, and finds it again by its labels.
///
/// Nothing without this installation's labels is ever touched.
final class BotContainers {
    private static final String MANAGED = "botmaker.managed";
    private static final String INSTALLATION = "botmaker.installation";
    private static final String BOT = "botmaker.bot-id";
    private static final int LAST_LINES = 10;
    private static final int FULL_FRAME = 16 * 1024;
    private static final Duration RELOAD = Duration.ofSeconds(60);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(30);

    private final Engine engine;
    private final String installation;
    private final BotFiles files;
    private final SecretStore secrets;
    private final Map<String, String> environment;
    private final Duration stopTimeout;
    private volatile List<Subnet> subnets = List.of();

    /// @param environment what every bot gets besides OpenClaw's own: time zone, proxy; nothing secret
    BotContainers(Engine engine, String installation, BotFiles files, SecretStore secrets,
            Map<String, String> environment, Duration stopTimeout) {
        this.engine = engine;
        this.installation = installation;
        this.files = files;
        this.secrets = secrets;
        this.environment = Map.copyOf(environment);
        this.stopTimeout = stopTimeout;
    }

    /// The labels that every container of this installation carries.
    Map<String, String> labels() {
        return Map.of(MANAGED, "true", INSTALLATION, installation);
    }

    /// Returns when the engine answers.
    void ping() {
        lookup(() -> {
            engine.ping();
            return true;
        });
    }

    /// What happens to this installation's containers, to be closed by the caller.
    EventFeed events() {
        return lookup(() -> engine.events(labels()));
    }

    private Map<String, String> labels(BotId id) {
        Map<String, String> labels = new HashMap<>(labels());
        labels.put(BOT, id.value());
        return labels;
    }

    /// The bot that a container's labels name; empty where they name none of this installation's.
    Optional<BotId> bot(Map<String, String> labels) {
        boolean ours = labels().entrySet().stream().allMatch(label -> label.getValue().equals(labels.get(label.getKey())));
        return ours ? BotId.of(labels.getOrDefault(BOT, "")) : Optional.empty();
    }

    /// A bot's container as it is now, whatever its name has become.
    Optional<Container> find(BotId id) {
        List<ContainerSummary> found = lookup(() -> engine.list(labels(id)));
        return found.isEmpty() ? Optional.empty() : inspect(found.getFirst().id());
    }

    /// All containers of this installation by bot, as they are now.
    Map<BotId, Container> all() {
        Map<BotId, Container> all = new HashMap<>();
        for (ContainerSummary summary : lookup(() -> engine.list(labels()))) {
            bot(summary.labels()).ifPresent(id ->
                    inspect(summary.id()).ifPresent(container -> all.putIfAbsent(id, container)));
        }
        return all;
    }

    /// Containers of this installation that name no bot, or one that is not known. A bot's container comes after its row
    /// and goes before it: so one that is still there after the row was missed is nobody's.
    List<Container> strays(Predicate<BotId> known) {
        return lookup(() -> engine.list(labels())).stream()
                .filter(container -> bot(container.labels()).filter(known).isEmpty())
                .flatMap(container -> inspect(container.id()).stream())
                .toList();
    }

    /// A container by its id; empty where it has gone.
    Optional<Container> inspect(String containerId) {
        return lookup(() -> engine.find(containerId));
    }

    /// Makes sure that bots can be made on this engine from an image.
    ///
    /// @return what the image is now
    /// @throws Failure.Unavailable where the engine shifts user ids, or does not have the image
    ImageInfo requireUsable(String image) {
        EngineInfo info = lookup(engine::version);
        if (info.rootless() || info.usernsRemap()) {
            throw unavailable("The Docker Engine is rootless or remaps user ids, so that a bot could not read its own "
                    + "secrets. Use an engine that does neither.");
        }
        return lookup(() -> engine.image(image)).orElseThrow(() -> unavailable(
                "The engine has no image %s. Build it with `make image`, then try again.".formatted(image)));
    }

    /// The digest of an image, where the engine has it.
    Optional<String> imageId(String image) {
        return lookup(() -> engine.image(image)).map(ImageInfo::id);
    }

    /// What a bot's container is made from: its image by name, unless that name has come to mean another one. State
    /// migrates forward only, so a bot never changes its image by the way.
    private String image(BotRow row) {
        Optional<String> pinned = row.upkeep().imageId();
        if (pinned.isEmpty() || imageId(row.image()).equals(pinned)) {
            return row.image();
        }
        return imageId(pinned.get()).orElseThrow(() -> unavailable(
                "The engine no longer has the image that this bot was made from. Recreate the bot on the present one."));
    }

    /// Makes a bot's container, not started; the bot has none.
    ///
    /// One that is there all the same and never ran was asked for before, when the engine fell silent, which has made it
    /// since: it gives way.
    void create(BotRow row) {
        String name = "botmaker-" + row.id();
        ContainerSpec spec = spec(row, image(row), network().id());
        try {
            engine.create(name, spec);
        } catch (EngineException e) {
            remove(find(row.id()).filter(it -> e.conflict() && it.name().equals(name) && it.neverRan()).orElseThrow(() -> e));
            engine.create(name, spec);
        }
    }

    /// Makes a container run, also one that somebody paused.
    void start(Container container) {
        if (container.state() == Container.State.PAUSED) {
            engine.unpause(container.id());
        } else {
            engine.start(container.id());
        }
    }

    void stop(Container container) {
        engine.stop(container.id(), stopTimeout);
    }

    void restart(Container container) {
        engine.restart(container.id(), stopTimeout);
    }

    /// Removes a container, killing what runs in it; harmless when it has gone.
    void remove(Container container) {
        engine.remove(container.id(), true);
    }

    /// Runs a command inside a running container, as the bot's own user.
    ExecResult exec(Container container, List<String> command, Duration timeout) {
        return engine.exec(container.id(), command, timeout);
    }

    /// Watches what a container uses. The caller closes it.
    StatsFeed stats(Container container) {
        return engine.stats(container.id());
    }

    /// Makes a running bot take up its secrets anew.
    ///
    /// @return whether it did
    boolean reloadSecrets(Container container) {
        try {
            return engine.exec(container.id(), OpenClaw.RELOAD_SECRETS, RELOAD).exitCode() == 0;
        } catch (EngineException e) {
            return false;
        }
    }

    /// The last lines that a container printed, without their times.
    List<String> lastLines(Container container) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        try (LogStream log = engine.logs(container.id(), LogQuery.tail(LAST_LINES))) {
            for (Optional<LogFrame> frame = log.next(); frame.isPresent(); frame = log.next()) {
                String text = new String(frame.get().payload(), StandardCharsets.UTF_8);
                line.append(text, text.indexOf(' ') + 1, text.length());
                if (text.endsWith("\n") || frame.get().payload().length < FULL_FRAME) { // a long line comes in several
                    lines.add(line.toString().strip());
                    line.setLength(0);
                }
            }
        }
        if (!line.isEmpty()) {
            lines.add(line.toString().strip());
        }
        return lines;
    }

    /// The network of all bots of this installation, which they share without reaching each other.
    private Network network() {
        Network found = engine.ensureNetwork(new NetworkSpec(networkName(), labels(), false));
        subnets = found.subnets();
        return found;
    }

    /// The networks with this installation's labels.
    List<Network> networks() {
        return lookup(() -> engine.networks(labels()));
    }

    /// Removes a network that no container is in.
    void removeNetwork(String id) {
        engine.removeNetwork(id);
    }

    String networkName() {
        return "botmaker-" + installation;
    }

    /// Learns from this host where the bots live: they may run, and be refused, while the engine cannot be asked.
    void recallNetwork() {
        subnets = engine.subnetsOnHost(networkName());
    }

    /// Learns where the bots live, unless it is known.
    void learnNetwork() {
        if (subnets.isEmpty()) {
            network();
        }
    }

    /// Whether an address is one of the bots'.
    boolean isBotAddress(InetAddress address) {
        return subnets.stream().anyMatch(subnet -> subnet.contains(address));
    }

    /// Everything that decides a bot's container.
    private ContainerSpec spec(BotRow row, String image, String network) {
        Owner owner = row.owner();
        Limits limits = row.spec().limits();
        Map<String, String> variables = new HashMap<>(environment);
        variables.putAll(OpenClaw.ENVIRONMENT);
        Map<String, String> tmpfs = new HashMap<>();
        OpenClaw.TMPFS.forEach((path, size) -> tmpfs.put(path, "rw,nosuid,nodev,size=%d,mode=0700,uid=%d,gid=%d"
                .formatted(size, owner.uid(), owner.gid())));
        return new ContainerSpec(
                image,
                List.of(),
                owner.uid() + ":" + owner.gid(),
                "bot-" + row.id(),
                variables,
                labels(row.id()),
                List.of(
                        new Mount(files.config(row.id()), OpenClaw.CONFIG, true),
                        new Mount(files.state(row.id()), OpenClaw.STATE, false),
                        new Mount(secrets.directory(row.id().value()), OpenClaw.SECRETS, true)),
                tmpfs,
                new Resources(limits.memory(), limits.cpus() * 1_000_000, Math.toIntExact(limits.pids())),
                network,
                row.spec().controlUi().port().stream().mapToObj(port -> new PublishedPort(OpenClaw.PORT, port)).toList(),
                ContainerSpec.Restart.UNLESS_STOPPED,
                false, // the image brings its own init
                false,
                stopTimeout);
    }

    /// Asks what the engine has no reason to refuse: one that does (a broken storage, say) is no better than one that
    /// does not answer.
    private static <T> T lookup(Supplier<T> question) {
        try {
            return question.get();
        } catch (EngineException e) {
            throw new Failure.EngineDown("The Docker Engine does not work: " + e.message(), e);
        }
    }

    /// What the engine refused, as a failure whose words may be shown.
    static Failure refused(String what, EngineException e) {
        String detail = "The Docker Engine refused to %s: %s".formatted(what, e.getMessage());
        return e.conflict() ? new Failure.Conflict(detail) : unavailable(detail);
    }

    private static Failure unavailable(String detail) {
        return new Failure.Unavailable(detail, RETRY_AFTER);
    }
}
