package botmaker.docker;

import botmaker.json.JsonException;
import botmaker.json.JsonValue;
import java.net.InetAddress;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/// One container, as the engine sees it now (Engine API `GET /containers/{id}/json`).
///
/// @param id           64 hexadecimal digits
/// @param name         without the leading slash
/// @param imageId      the digest of its image
/// @param exitCode     of the last end; 0 while it runs
/// @param oomKilled    whether the last end was for lack of memory
/// @param error        why it could not be started, or cannot be parsed; empty otherwise
/// @param startedAt    empty when it never started
/// @param finishedAt   of the last end; empty when it never ended
/// @param restartCount how often the engine restarted it since somebody last started it
/// @param addresses    by network name; none while it does not run
/// @param terminal     whether its process has a TTY
/// @param raw          the engine's whole answer
public record Container(
        String id,
        String name,
        String imageId,
        Map<String, String> labels,
        State state,
        int exitCode,
        boolean oomKilled,
        String error,
        Instant createdAt,
        Optional<Instant> startedAt,
        Optional<Instant> finishedAt,
        long restartCount,
        Map<String, InetAddress> addresses,
        boolean terminal,
        JsonValue raw) {

    /// The engine's seven states of a container; `UNKNOWN` is any other word, and a container that cannot be parsed.
    public enum State {
        CREATED, RUNNING, PAUSED, RESTARTING, REMOVING, EXITED, DEAD, UNKNOWN;

        static State of(String word) {
            return Arrays.stream(values()).filter(state -> state.name().equalsIgnoreCase(word)).findFirst().orElse(UNKNOWN);
        }
    }

    /// One element of the list of containers (Engine API `GET /containers/json`).
    ///
    /// @param id 64 hexadecimal digits
    public record Summary(String id, Map<String, String> labels, State state) {
        public Summary {
            labels = Map.copyOf(labels);
        }

        static Summary of(JsonValue json) {
            return new Summary(json.get("Id").string(), Fields.texts(json, "Labels"),
                    Fields.text(json, "State").map(State::of).orElse(State.UNKNOWN));
        }
    }

    /// What a container used at one moment.
    ///
    /// @param at          when the engine measured
    /// @param cores       how many processors it kept busy since the previous measurement; empty for the first
    /// @param memory      bytes without the reclaimable page cache, as `docker stats` counts
    /// @param memoryLimit bytes; 0 where the engine does not say
    /// @param received    bytes over all its networks since its start
    /// @param sent        bytes over all its networks since its start
    public record Usage(Instant at, Optional<Double> cores, long memory, long memoryLimit, long received, long sent) {

        /// Reads one line of the engine's stream; returns empty where the container does not run, which the engine reports as
        /// empty numbers.
        static Optional<Usage> of(JsonValue line) {
            JsonValue memory = Fields.object(line, "memory_stats");
            long used = Fields.number(memory, "usage");
            long limit = Fields.number(memory, "limit");
            return Fields.time(line, "read").filter(_ -> limit != 0 || used != 0).map(at -> new Usage(at,
                    Fields.time(line, "preread").filter(at::isAfter).map(before -> Math.max(0,
                            (double) (cpuNanos(line, "cpu_stats") - cpuNanos(line, "precpu_stats"))
                                    / Duration.between(before, at).toNanos())),
                    Math.max(0, used - cache(Fields.object(memory, "stats"))), limit,
                    network(line, "rx_bytes"), network(line, "tx_bytes")));
        }

        private static long cpuNanos(JsonValue line, String name) {
            return Fields.number(Fields.object(Fields.object(line, name), "cpu_usage"), "total_usage");
        }

        /// Returns what the kernel could drop at once; cgroup v1 and v2 name it differently.
        private static long cache(JsonValue stats) {
            return Fields.number(stats, stats.find("total_inactive_file").isPresent() ? "total_inactive_file" : "inactive_file");
        }

        private static long network(JsonValue line, String name) {
            return Fields.map(line, "networks").values().stream().mapToLong(network -> Fields.number(network, name)).sum();
        }
    }

    public Container {
        labels = Map.copyOf(labels);
        addresses = Map.copyOf(addresses);
    }

    /// Reads a container. One that cannot be parsed is of state `UNKNOWN` and says so in its error, so that it hides no other.
    static Container of(JsonValue json) {
        try {
            return read(json);
        } catch (JsonException | DateTimeException | ArithmeticException | IllegalArgumentException e) {
            String why = "the Docker Engine describes this container in a way that cannot be parsed: " + e.getMessage();
            return new Container(json.get("Id").string(), or(() -> name(json), ""), or(() -> json.get("Image").string(), ""),
                    or(() -> Fields.texts(json.get("Config"), "Labels"), Map.of()), State.UNKNOWN, 0, false, why, Instant.EPOCH,
                    Optional.empty(), Optional.empty(), 0, Map.of(), false, json);
        }
    }

    private static <T> T or(Supplier<T> reading, T otherwise) {
        try {
            return reading.get();
        } catch (JsonException _) {
            return otherwise;
        }
    }

    private static Container read(JsonValue json) {
        JsonValue state = json.get("State");
        JsonValue config = json.get("Config");
        Map<String, InetAddress> addresses = new HashMap<>();
        Fields.map(json.get("NetworkSettings"), "Networks").forEach((network, endpoint) ->
                Fields.text(endpoint, "IPAddress").ifPresent(address -> addresses.put(network, InetAddress.ofLiteral(address))));
        return new Container(
                json.get("Id").string(),
                name(json),
                json.get("Image").string(),
                Fields.texts(config, "Labels"),
                State.of(state.get("Status").string()),
                Math.toIntExact(Fields.number(state, "ExitCode")),
                Fields.flag(state, "OOMKilled"),
                Fields.text(state, "Error").orElse(""),
                Instant.parse(json.get("Created").string()),
                Fields.time(state, "StartedAt"),
                Fields.time(state, "FinishedAt"),
                Fields.number(json, "RestartCount"),
                addresses,
                Fields.flag(config, "Tty"),
                json);
    }

    private static String name(JsonValue json) {
        return json.get("Name").string().replaceFirst("^/", "");
    }
}
