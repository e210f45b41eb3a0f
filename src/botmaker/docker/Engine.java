package botmaker.docker;

import static java.util.Objects.requireNonNull;

import botmaker.error.Failure;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;

/// The Docker Engine behind a Unix domain socket. Safe for any number of threads.
///
/// Nothing is asked of it before the first call, and it may come, go and be upgraded at any time. Every method blocks,
/// and throws [EngineException] when the engine refuses, [botmaker.error.Failure.EngineDown] when it cannot be reached,
/// stops answering (noticed within two seconds), takes longer than the call may take, or answers garbage; a change may
/// then have happened or not. An interrupt ends a call the same way, and leaves the flag set.
///
/// Ids and names of containers that no engine would accept are an [IllegalArgumentException].
public final class Engine {
    /// The engine spends an inotify instance on each followed log, and a host has 128 of them by default. Whoever gives logs to
    /// others keeps below this, so that there is room for a short read of our own.
    static final int MAX_LOG_STREAMS = 110;

    private final Client client;
    private final Containers containers;
    private final Execs execs;
    private final Images images;
    private final Networks networks;
    private final Semaphore logStreams = new Semaphore(MAX_LOG_STREAMS);

    /// @param socket of the engine, usually `/var/run/docker.sock`
    public Engine(Path socket) {
        this.client = new Client(requireNonNull(socket));
        this.containers = new Containers(client);
        this.execs = new Execs(client);
        this.images = new Images(client);
        this.networks = new Networks(client);
    }

    /// Returns when the engine answers. `GET /_ping`, at most 1.8 s.
    public void ping() {
        client.ping();
    }

    /// What the engine says about itself. `GET /info`
    public EngineInfo version() {
        ApiVersion version = client.ping();
        return client.json(Call.get("/info"), info -> EngineInfo.of(info, version));
    }

    /// An image, if the engine has it. `GET /images/{name}/json`
    ///
    /// @param reference name with tag, or digest
    public Optional<ImageInfo> image(String reference) {
        return images.find(reference);
    }

    /// Builds an image with the engine's classic builder. Nothing is taken from earlier builds: what they fetched from elsewhere may
    /// have been mended since. `POST /build`
    ///
    /// @param contextTar a tar archive with a `Dockerfile`; closed in the end, whatever comes
    /// @param arguments  build arguments; anybody who has the image can read them
    public void build(InputStream contextTar, Map<String, String> arguments, String tag, Consumer<Progress> progress) {
        images.build(requireNonNull(contextTar), arguments, tag, progress);
    }

    /// Fetches an image from its registry. `POST /images/create`
    public void pull(String reference, Consumer<Progress> progress) {
        images.pull(reference, progress);
    }

    /// Removes the images that have all of the labels and no name, such as the stages of a build. `POST /images/prune`
    ///
    /// @throws IllegalArgumentException without labels: that would remove what is somebody else's
    public void pruneUnnamedImages(Map<String, String> labels) {
        if (labels.isEmpty()) {
            throw new IllegalArgumentException("whose images?");
        }
        images.prune(labels);
    }

    /// Finds or creates a bridge network that keeps its containers apart. `GET /networks`, `POST /networks/create`
    ///
    /// @throws Failure.Conflict when a network of that name exists that is not as specified
    public Network ensureNetwork(NetworkSpec spec) {
        return networks.ensure(spec);
    }

    /// All networks that have all of the labels, the oldest first. `GET /networks`
    public List<Network> networks(Map<String, String> labels) {
        return networks.list(labels);
    }

    /// The subnets of a network that [#ensureNetwork] made, as this host knows them without asking the engine; none where
    /// it has no such device.
    public List<Subnet> subnetsOnHost(String network) {
        return Networks.onHost(network);
    }

    /// The bridge device that a network of [#ensureNetwork] has on the host, whether or not it is there now.
    public static String bridge(String network) {
        return Networks.device(network);
    }

    /// Whether a device of this host, by its index, is the bridge of a network that [#ensureNetwork] made.
    public boolean isBridge(String network, int index) {
        return Networks.isBridge(network, index);
    }

    /// Removes a network; a missing one is fine. `DELETE /networks/{id}`
    ///
    /// @throws EngineException while it has containers
    public void removeNetwork(String id) {
        networks.remove(id);
    }

    /// Creates a container and answers its id. `POST /containers/create`
    ///
    /// @throws EngineException `notFound()` without the image, `conflict()` when the name is in use
    public String create(String name, ContainerSpec spec) {
        return containers.create(name, spec);
    }

    /// Starts a container; one that runs is fine. `POST /containers/{id}/start`
    public void start(String id) {
        containers.start(id);
    }

    /// Freezes all processes of a running container where they are; one that is paused already is refused.
    /// `POST /containers/{id}/pause`
    public void pause(String id) {
        containers.pause(id);
    }

    /// Lets a paused container go on; one that is not paused is refused. `POST /containers/{id}/unpause`
    public void unpause(String id) {
        containers.unpause(id);
    }

    /// Stops a container, by SIGTERM and after the timeout by SIGKILL; one that does not run is fine.
    /// `POST /containers/{id}/stop`
    ///
    /// @param timeout in whole seconds
    public void stop(String id, Duration timeout) {
        containers.stop(id, timeout);
    }

    /// Stops a container if it runs, and starts it. `POST /containers/{id}/restart`
    ///
    /// @param timeout as for [#stop(String, Duration)]
    public void restart(String id, Duration timeout) {
        containers.restart(id, timeout);
    }

    /// Removes a container and its anonymous volumes, and returns when it is gone; a missing one is fine.
    /// `DELETE /containers/{id}`
    ///
    /// @param force even while it runs
    public void remove(String id, boolean force) {
        containers.remove(id, force);
    }

    /// A container that must be there. `GET /containers/{id}/json`
    public Container inspect(String id) {
        return containers.inspect(id);
    }

    /// A container that may be there. `GET /containers/{id}/json`
    public Optional<Container> find(String idOrName) {
        return containers.find(idOrName);
    }

    /// All containers that have all of the labels, in whatever state. `GET /containers/json`
    public List<ContainerSummary> list(Map<String, String> labels) {
        return containers.list(labels);
    }

    /// Opens a container's log. `GET /containers/{id}/logs`
    ///
    /// @return to be closed by the caller
    /// @throws Failure.Unavailable when 110 logs are open
    public LogStream logs(String id, LogQuery query) {
        boolean terminal = containers.inspect(id).terminal();
        if (!logStreams.tryAcquire()) {
            throw new Failure.Unavailable(MAX_LOG_STREAMS + " logs are being read already; the engine cannot serve more.",
                    Duration.ofSeconds(5));
        }
        try {
            return new LogStream(containers.logs(id, query), terminal, logStreams::release);
        } catch (RuntimeException | Error e) {
            logStreams.release();
            throw e;
        }
    }

    /// Subscribes to what happens to containers that have all of the labels. `GET /events`
    ///
    /// Nothing between the call and the first `next()` is lost.
    ///
    /// @return to be closed by the caller
    public EventFeed events(Map<String, String> labels) {
        return events(labels, Instant.now());
    }

    /// The same with what the engine remembers from a time on, itself included.
    public EventFeed events(Map<String, String> labels, Instant since) {
        return new EventFeed(containers.events(labels, since));
    }

    /// Something that is another after each restart of an engine that ends its containers when it ends: the default bridge,
    /// which such an engine makes anew. Empty where it is told to have none. `GET /networks`
    public Optional<String> run() {
        return networks.list(Map.of()).stream().filter(network -> network.name().equals("bridge")).map(Network::id).findFirst();
    }

    /// Watches what a container uses, about once a second. `GET /containers/{id}/stats`
    ///
    /// @return to be closed by the caller
    /// @throws EngineException `notFound()` without the container
    public StatsFeed stats(String id) {
        return new StatsFeed(containers.stats(id));
    }

    /// Runs a command inside a running container as the container's user. `POST /containers/{id}/exec`
    ///
    /// @param timeout after which the command is no longer waited for; it may go on inside
    /// @return empty where it did not end in that time
    /// @throws EngineException `conflict()` when the container does not run
    public Optional<ExecResult> exec(String id, List<String> command, Duration timeout) {
        return execs.run(id, command, timeout);
    }
}
