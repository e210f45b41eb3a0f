package botmaker.docker;

import botmaker.json.Json;
import botmaker.json.JsonTypeException;
import botmaker.json.JsonValue;
import java.net.InetAddress;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/// One container, as the engine sees it now (Engine API `GET /containers/{id}/json`).
///
/// @param id           64 hexadecimal digits
/// @param name         without the leading slash
/// @param image        the reference it was created from
/// @param imageId      the digest of that image
/// @param exitCode     of the last end; 0 while it runs
/// @param oomKilled    whether the last end was for lack of memory
/// @param error        why it could not be started, or cannot be parsed; empty otherwise
/// @param health       `starting`, `healthy`, `unhealthy`; empty when the image has no check
/// @param startedAt    empty when it never started
/// @param finishedAt   of the last end; empty when it never ended
/// @param restartCount how often the engine restarted it since somebody last started it
/// @param terminal     whether its process has a TTY
/// @param raw          the engine's whole answer; JSON `null` where that was dropped
public record Container(
        String id,
        String name,
        String image,
        String imageId,
        Map<String, String> labels,
        State state,
        int exitCode,
        boolean oomKilled,
        String error,
        Optional<String> health,
        Instant createdAt,
        Optional<Instant> startedAt,
        Optional<Instant> finishedAt,
        long restartCount,
        List<Endpoint> endpoints,
        boolean terminal,
        JsonValue raw) {

    /// The engine's seven states of a container; `UNKNOWN` is any other word, and a container that cannot be parsed.
    public enum State {
        CREATED, RUNNING, PAUSED, RESTARTING, REMOVING, EXITED, DEAD, UNKNOWN;

        /// Returns whether it has a process, or is about to have one again.
        public boolean alive() {
            return this == RUNNING || this == PAUSED || this == RESTARTING;
        }

        static State of(String word) {
            return Arrays.stream(values()).filter(state -> state.name().equalsIgnoreCase(word)).findFirst().orElse(UNKNOWN);
        }
    }

    /// The container's place in a network; without an address while it does not run.
    public record Endpoint(String network, String networkId, Optional<InetAddress> address) {
        static List<Endpoint> of(JsonValue networkSettings) {
            return Fields.map(networkSettings, "Networks").entrySet().stream()
                    .map(network -> new Endpoint(network.getKey(),
                            Fields.text(network.getValue(), "NetworkID").orElse(""),
                            Fields.address(network.getValue(), "IPAddress")))
                    .toList();
        }
    }

    /// One element of the list of containers (Engine API `GET /containers/json`).
    ///
    /// @param id      64 hexadecimal digits
    /// @param name    without the leading slash; empty while it is being removed
    /// @param imageId the digest of its image
    public record Summary(String id, String name, String imageId, Map<String, String> labels, State state) {

        public Summary {
            labels = Map.copyOf(labels);
        }

        static Summary of(JsonValue json) {
            return new Summary(
                    json.get("Id").string(),
                    Fields.list(json, "Names").stream().map(JsonValue::string).findFirst().map(Container::bareName).orElse(""),
                    Fields.text(json, "ImageID").orElse(""),
                    Fields.texts(json, "Labels"),
                    Fields.text(json, "State").map(State::of).orElse(State.UNKNOWN));
        }
    }

    public Container {
        labels = Map.copyOf(labels);
        endpoints = List.copyOf(endpoints);
    }

    /// Returns a copy for keeping, without the engine's whole answer, which is larger than all the rest.
    public Container withoutRaw() {
        return new Container(id, name, image, imageId, labels, state, exitCode, oomKilled, error, health, createdAt, startedAt,
                finishedAt, restartCount, endpoints, terminal, Json.NULL);
    }

    /// Returns whether it was created and never started.
    public boolean neverRan() {
        return state == State.CREATED && startedAt.isEmpty();
    }

    /// Returns its address in a network, given by name or id, while it runs.
    public Optional<InetAddress> address(String network) {
        return endpoints.stream()
                .filter(endpoint -> endpoint.network().equals(network) || endpoint.networkId().equals(network))
                .findFirst()
                .flatMap(Endpoint::address);
    }

    /// Reads a container. One that cannot be parsed is of state `UNKNOWN` and says so in its error, so that it hides no other.
    static Container of(JsonValue json) {
        try {
            return read(json);
        } catch (JsonTypeException | DateTimeException | ArithmeticException | IllegalArgumentException e) {
            String why = "the Docker Engine describes this container in a way that cannot be parsed: " + e.getMessage();
            return new Container(json.get("Id").string(), or(() -> bareName(json.get("Name").string()), ""), "",
                    or(() -> json.get("Image").string(), ""), or(() -> Fields.texts(json.get("Config"), "Labels"), Map.of()),
                    State.UNKNOWN, 0, false, why, Optional.empty(), Instant.EPOCH, Optional.empty(), Optional.empty(), 0, List.of(),
                    false, json);
        }
    }

    private static <T> T or(Supplier<T> reading, T otherwise) {
        try {
            return reading.get();
        } catch (JsonTypeException _) {
            return otherwise;
        }
    }

    private static Container read(JsonValue json) {
        JsonValue state = json.get("State");
        JsonValue config = json.get("Config");
        return new Container(
                json.get("Id").string(),
                bareName(json.get("Name").string()),
                Fields.text(config, "Image").orElse(""),
                json.get("Image").string(),
                Fields.texts(config, "Labels"),
                State.of(state.get("Status").string()),
                Math.toIntExact(Fields.number(state, "ExitCode")),
                Fields.flag(state, "OOMKilled"),
                Fields.text(state, "Error").orElse(""),
                Fields.present(state, "Health").flatMap(h -> Fields.text(h, "Status")).filter(h -> !h.equals("none")),
                Instant.parse(json.get("Created").string()),
                Fields.time(state, "StartedAt"),
                Fields.time(state, "FinishedAt"),
                Fields.number(json, "RestartCount"),
                Endpoint.of(json.get("NetworkSettings")),
                Fields.flag(config, "Tty"),
                json);
    }

    private static String bareName(String name) {
        return name.startsWith("/") ? name.substring(1) : name;
    }
}
