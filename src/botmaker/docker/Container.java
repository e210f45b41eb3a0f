package botmaker.docker;

import botmaker.json.Json;
import botmaker.json.JsonValue;
import java.net.InetAddress;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// One container, as the engine sees it now (Engine API `GET /containers/{id}/json`).
///
/// @param id           64 hexadecimal digits
/// @param name         without the leading slash
/// @param image        the reference that it was created from
/// @param imageId      the digest of that image
/// @param exitCode     of the last end; 0 while it runs
/// @param oomKilled    whether the last end was for want of memory
/// @param error        the engine's words when it could not be started; empty when all is well
/// @param health       `starting`, `healthy`, `unhealthy`; empty when the image has no check
/// @param startedAt    empty when it never was
/// @param finishedAt   of the last end; empty when it never did
/// @param restartCount how often the engine restarted it since its last start by hand
/// @param terminal     whether its process has a TTY
/// @param raw          all that the engine said; `null` in JSON where that was dropped
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

    /// The engine's seven states of a container.
    public enum State {
        CREATED, RUNNING, PAUSED, RESTARTING, REMOVING, EXITED, DEAD;

        /// Whether it has a process, or is about to have one again.
        public boolean alive() {
            return this == RUNNING || this == PAUSED || this == RESTARTING;
        }

        static State of(String word) {
            return valueOf(word.toUpperCase(Locale.ROOT));
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

    public Container {
        labels = Map.copyOf(labels);
        endpoints = List.copyOf(endpoints);
    }

    /// The same for keeping: without all that the engine said, which is more than all the rest together.
    public Container withoutRaw() {
        return new Container(id, name, image, imageId, labels, state, exitCode, oomKilled, error, health, createdAt, startedAt,
                finishedAt, restartCount, endpoints, terminal, Json.NULL);
    }

    /// Whether it was made and nothing more.
    public boolean neverRan() {
        return state == State.CREATED && startedAt.isEmpty();
    }

    /// Its address in a network, given by name or id, while it runs there.
    public Optional<InetAddress> address(String network) {
        return endpoints.stream()
                .filter(endpoint -> endpoint.network().equals(network) || endpoint.networkId().equals(network))
                .findFirst()
                .flatMap(Endpoint::address);
    }

    static Container of(JsonValue json) {
        JsonValue state = json.get("State");
        JsonValue config = json.get("Config");
        return new Container(
                json.get("Id").string(),
                ContainerSummary.bareName(json.get("Name").string()),
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
}
