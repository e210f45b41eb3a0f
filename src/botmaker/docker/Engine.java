package botmaker.docker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import botmaker.error.Failure;
import botmaker.json.Json;
import botmaker.json.JsonValue;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Semaphore;
import java.util.regex.Pattern;

/// The Docker Engine behind a Unix domain socket: its containers, and through [#images()] and [#networks()] the rest.
/// Safe for any number of threads.
///
/// Connects at the first call; the engine may come, go and be upgraded at any time. Does not start an engine again that
/// somebody stopped, where systemd would start it for a connection ([Client.SocketActivation]). Every method blocks. It throws
/// [EngineException] when the engine refuses, and [Failure.EngineDown] when the engine cannot be reached, stops
/// answering (noticed within two seconds), exceeds the call's time limit, or sends garbage; a change may then have
/// happened or not. An interrupt ends a call the same way and leaves the flag set.
///
/// Throws `IllegalArgumentException` for container ids and names that no engine would accept.
public final class Engine {
    private static final System.Logger LOG = System.getLogger(Engine.class.getName());

    /// The engine spends an inotify instance on each followed log, and a host has 128 of them by default. The limit
    /// leaves room for short reads of our own.
    static final int MAX_LOG_STREAMS = 110;

    /// The names that the engine itself accepts; ids match too.
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]{0,254}");
    private static final Duration STOP_MARGIN = Duration.ofSeconds(15);
    private static final Duration REMOVAL_POLL = Duration.ofMillis(50);
    private static final Duration EXEC_POLL = Duration.ofMillis(20);
    private static final int MAX_OUTPUT = 1024 * 1024;
    private static final int MAX_LINE = 1024 * 1024;

    private final Client client;
    private final Images images;
    private final Networks networks;
    private final Semaphore logStreams = new Semaphore(MAX_LOG_STREAMS);

    /// Something that happened to a container.
    ///
    /// @param action     `create`, `start`, `die`, `oom`, `health_status: healthy`, …
    /// @param id         of the container
    /// @param attributes its `name`, `image` and labels; a `die` also has the `exitCode`
    public record Event(String action, String id, Map<String, String> attributes) {
        public Event {
            attributes = Map.copyOf(attributes);
        }

        static Event of(JsonValue json) {
            JsonValue actor = json.get("Actor");
            return new Event(json.get("Action").string(), actor.get("ID").string(), Fields.texts(actor, "Attributes"));
        }
    }

    /// The result of a command that ran inside a container.
    ///
    /// @param output the first 1 MiB of its standard output, decoded as UTF-8
    public record ExecResult(int exitCode, String output) {}

    /// @param socket of the engine, usually `/var/run/docker.sock`
    public Engine(Path socket) {
        this(socket, Client.SocketActivation.ofThisHost());
    }

    Engine(Path socket, Client.SocketActivation activation) {
        this.client = new Client(requireNonNull(socket), activation);
        this.images = new Images(client);
        this.networks = new Networks(client);
    }

    /// Returns the calls on images.
    public Images images() {
        return images;
    }

    /// Returns the calls on networks.
    public Networks networks() {
        return networks;
    }

    /// Returns when the engine answers. `GET /_ping`, at most 1.8 s.
    public void ping() {
        client.ping();
    }

    /// Describes the engine and its host. `GET /info`
    public EngineInfo info() {
        String version = client.ping().toString();
        return client.json(Call.get("/info"), info -> EngineInfo.of(info, version));
    }

    /// Creates a container and returns its id. `POST /containers/create`
    ///
    /// @throws EngineException `notFound()` without the image, `conflict()` when the name is in use
    public String create(String name, ContainerSpec spec) {
        Call call = Call.post("/containers/create").with("name", checked(name)).body(spec.toJson()).within(Call.CHANGE);
        return client.json(call, answer -> {
            Fields.list(answer, "Warnings").forEach(warning -> LOG.log(System.Logger.Level.WARNING,
                    "the Docker Engine warns about container {0}: {1}", name, warning.string()));
            return answer.get("Id").string();
        });
    }

    /// Starts a container; does nothing when it runs. `POST /containers/{id}/start`
    public void start(String id) {
        client.run(Call.post(path(id, "/start")).within(Call.CHANGE));
    }

    /// Freezes all processes of a running container. `POST /containers/{id}/pause`
    ///
    /// @throws EngineException when it is paused or does not run
    public void pause(String id) {
        client.run(Call.post(path(id, "/pause")).within(Call.CHANGE));
    }

    /// Resumes a paused container. `POST /containers/{id}/unpause`
    ///
    /// @throws EngineException when it is not paused
    public void unpause(String id) {
        client.run(Call.post(path(id, "/unpause")).within(Call.CHANGE));
    }

    /// Stops a container with SIGTERM, and with SIGKILL after the timeout; does nothing when it does not run.
    /// `POST /containers/{id}/stop`
    ///
    /// @param timeout in whole seconds
    public void stop(String id, Duration timeout) {
        client.run(ending(id, "/stop", timeout).within(timeout.plus(STOP_MARGIN)));
    }

    /// Stops a container if it runs, and starts it. `POST /containers/{id}/restart`
    ///
    /// @param timeout as for [#stop(String, Duration)]
    public void restart(String id, Duration timeout) {
        client.run(ending(id, "/restart", timeout).within(timeout.plus(Call.CHANGE)));
    }

    /// Renames a container. `POST /containers/{id}/rename`
    ///
    /// @throws EngineException `conflict()` when the name is in use
    public void rename(String id, String name) {
        client.run(Call.post(path(id, "/rename")).with("name", checked(name)).within(Call.CHANGE));
    }

    /// Removes a container and its anonymous volumes, and returns when it is gone; does nothing when it does not exist.
    /// `DELETE /containers/{id}`
    ///
    /// @param force even while it runs
    public void remove(String id, boolean force) {
        try {
            client.run(Call.delete(path(id, "")).with("force", force).with("v", true).within(Call.CHANGE));
        } catch (EngineException e) {
            if (!e.notFound() && !(e.aboutRemoval() && awaitGone(id))) {
                throw e;
            }
        }
    }

    /// Returns a container that must exist. `GET /containers/{id}/json`
    public Container inspect(String id) {
        return client.json(Call.get(path(id, "/json")), Container::of);
    }

    /// Returns a container if it exists. `GET /containers/{id}/json`
    public Optional<Container> find(String idOrName) {
        return EngineException.unlessMissing(() -> inspect(idOrName));
    }

    /// Lists all containers that have all of the labels, in any state. `GET /containers/json`
    public List<Container.Summary> list(Map<String, String> labels) {
        Call call = Call.get("/containers/json").with("all", true).filter(labels).within(Call.CHANGE);
        return client.elements(call, Container.Summary::of);
    }

    /// Opens a container's log. `GET /containers/{id}/logs`
    ///
    /// @param tail   how many of the last frames (not lines); empty for all
    /// @param follow whether to continue with what the container writes from now on, until it stops
    /// @return to be closed by the caller
    /// @throws Failure.Unavailable when 110 logs are open
    public EngineStream<LogFrame> logs(Container container, OptionalInt tail, boolean follow) {
        Call call = Call.get(path(container.id(), "/logs"))
                .with("stdout", true).with("stderr", true).with("timestamps", true).with("follow", follow)
                .with("tail", tail.isPresent() ? String.valueOf(tail.getAsInt()) : "all").stream();
        if (!logStreams.tryAcquire()) {
            throw new Failure.Unavailable("The Docker Engine can serve " + MAX_LOG_STREAMS
                    + " logs at a time, and as many are open. Close another log page.", Duration.ofSeconds(5));
        }
        try {
            // without follow, the engine must end the answer by itself, so that pings go on; a follow may be silent for hours
            Exchange exchange = follow ? silent(call) : client.open(call.within(Call.FOREVER));
            return container.terminal()
                    ? new EngineStream<>(exchange, LogFrame::ofTerminal, body -> body.available() > 0, logStreams::release)
                    : new EngineStream<>(exchange, LogFrame::next, LogFrame::ready, logStreams::release);
        } catch (RuntimeException | Error e) {
            logStreams.release();
            throw e;
        }
    }

    /// Subscribes to the events of containers that have all of the labels, from now on. Loses nothing between the call
    /// and the first `next()`. `GET /events`
    ///
    /// @return to be closed by the caller
    public EngineStream<Event> events(Map<String, String> labels) {
        return events(labels, Instant.now());
    }

    /// Subscribes to events as [#events(Map)] does, including those that the engine remembers from a time on.
    ///
    /// Leaves out the events of commands that run inside (`exec_create: …`, `exec_start: …`, `exec_die`): they change
    /// nothing of a container, and every health check makes three. The stream may be silent for hours, also because the
    /// engine froze: only a ping can tell. The engine remembers its last 256 events and none from before its own start,
    /// so that only a list tells the state after a new subscription.
    public EngineStream<Event> events(Map<String, String> labels, Instant since) {
        Call call = Call.get("/events").with("since", timestamp(since)).filter(labels, "type", "container").stream();
        return new EngineStream<>(silent(call), body -> {
            Optional<Event> next;
            do {
                next = body.takeLine(MAX_LINE).map(line -> Client.converting(call, () -> Event.of(JsonValue.parse(line))));
            } while (next.filter(event -> event.action().startsWith("exec_")).isPresent());
            return next;
        }, _ -> false, client::suspect);
    }

    /// Measures what a container uses, about once a second, until it stops. `GET /containers/{id}/stats`
    ///
    /// @return to be closed by the caller
    /// @throws EngineException `notFound()` without the container
    public EngineStream<Container.Usage> stats(String id) {
        Call call = Call.get(path(id, "/stats")).with("stream", true).stream();
        return new EngineStream<>(silent(call), body -> body.takeLine(MAX_LINE)
                .flatMap(line -> Client.converting(call, () -> Container.Usage.of(JsonValue.parse(line)))), _ -> false, () -> { });
    }

    /// Runs a command inside a running container as the container's user. `POST /containers/{id}/exec`
    ///
    /// @param timeout after which this method returns; the command may continue inside
    /// @return empty where the command did not end in time
    /// @throws EngineException `conflict()` when the container does not run
    public Optional<ExecResult> exec(String id, List<String> command, Duration timeout) {
        long start = System.nanoTime();
        Call create = Call.post(path(id, "/exec")).body(Json.object()
                .put("AttachStdout", true).put("AttachStderr", true).put("Cmd", Json.strings(command)).build());
        String exec = client.json(create, answer -> answer.get("Id").string());
        Call run = Call.post("/exec/" + exec + "/start").within(timeout)
                .body(Json.object().put("Detach", false).put("Tty", false).build());
        Optional<String> output;
        try (Exchange exchange = client.open(run)) {
            output = exchange.readInTime(Engine::output);
        }
        return output.flatMap(text -> exitCode(exec, timeout.minusNanos(System.nanoTime() - start))
                .map(code -> new ExecResult(code, text)));
    }

    /// Reads the standard output, as much of it as is kept. Standard error is attached so that the command can write
    /// to it, and dropped.
    private static String output(Body body) throws IOException {
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        for (Optional<LogFrame> next; (next = LogFrame.next(body)).isPresent(); ) {
            LogFrame frame = next.get();
            if (frame.source() == LogFrame.Source.OUT) {
                output.write(frame.payload(), 0, Math.min(frame.payload().length, MAX_OUTPUT - output.size()));
            }
        }
        return output.toString(UTF_8);
    }

    /// Waits for the exit code of a command. The output ends a moment before the engine knows it, or long before, when the
    /// command closed its output.
    private Optional<Integer> exitCode(String exec, Duration patience) {
        long start = System.nanoTime();
        while (true) {
            Optional<Integer> code = client.json(Call.get("/exec/" + exec + "/json"), answer -> Fields.flag(answer, "Running")
                    ? Optional.empty() : Fields.present(answer, "ExitCode").map(it -> Math.toIntExact(it.integer())));
            if (code.isPresent() || System.nanoTime() - start > patience.toNanos()) {
                return code;
            }
            Client.pause(EXEC_POLL);
        }
    }

    /// Opens a stream whose engine may be silent for any time.
    private Exchange silent(Call call) {
        Exchange exchange = client.open(call);
        exchange.unwatch();
        return exchange;
    }

    /// Waits until a removal that somebody else began is complete; until then the container may be in any state.
    private boolean awaitGone(String id) {
        long start = System.nanoTime();
        while (System.nanoTime() - start < Call.CHANGE.toNanos()) {
            if (find(id).isEmpty()) {
                return true;
            }
            Client.pause(REMOVAL_POLL);
        }
        return false;
    }

    private static Call ending(String id, String action, Duration timeout) {
        return Call.post(path(id, action)).with("t", String.valueOf(timeout.toSeconds()));
    }

    /// Writes a time as the engine does: seconds and nine digits of nanoseconds.
    static String timestamp(Instant time) {
        return "%d.%09d".formatted(time.getEpochSecond(), time.getNano());
    }

    private static String path(String id, String rest) {
        return "/containers/" + checked(id) + rest;
    }

    private static String checked(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("not a container name or id");
        }
        return name;
    }
}
