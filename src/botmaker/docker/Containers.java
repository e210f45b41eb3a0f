package botmaker.docker;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// The Engine API's calls on containers.
final class Containers {
    private static final System.Logger LOG = System.getLogger(Containers.class.getName());

    /// What the engine itself accepts as a name; ids fit, too.
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]{0,254}");
    private static final Duration CHANGE = Duration.ofSeconds(60);
    private static final Duration STOP_MARGIN = Duration.ofSeconds(15);
    private static final Duration REMOVAL_POLL = Duration.ofMillis(50);

    private final Client client;

    Containers(Client client) {
        this.client = client;
    }

    String create(String name, ContainerSpec spec) {
        Call call = Call.post("/containers/create").with("name", checked(name)).body(spec.toJson()).within(CHANGE);
        return client.json(call, answer -> {
            Fields.list(answer, "Warnings").forEach(
                    warning -> LOG.log(System.Logger.Level.WARNING, "engine, on creating {0}: {1}", name, warning.string()));
            return answer.get("Id").string();
        });
    }

    void start(String id) {
        client.run(Call.post(path(id, "/start")).within(CHANGE));
    }

    void pause(String id) {
        client.run(Call.post(path(id, "/pause")).within(CHANGE));
    }

    void unpause(String id) {
        client.run(Call.post(path(id, "/unpause")).within(CHANGE));
    }

    void stop(String id, Duration timeout) {
        client.run(ending(id, "/stop", timeout).within(timeout.plus(STOP_MARGIN)));
    }

    void restart(String id, Duration timeout) {
        client.run(ending(id, "/restart", timeout).within(timeout.plus(CHANGE)));
    }

    void remove(String id, boolean force) {
        try {
            client.run(Call.delete(path(id, "")).with("force", force).with("v", true).within(CHANGE));
        } catch (EngineException e) {
            if (!e.notFound() && !(e.aboutRemoval() && awaitGone(id))) {
                throw e;
            }
        }
    }

    Container inspect(String id) {
        return client.json(Call.get(path(id, "/json")), Container::of);
    }

    Optional<Container> find(String idOrName) {
        try {
            return Optional.of(inspect(idOrName));
        } catch (EngineException e) {
            if (e.notFound()) {
                return Optional.empty();
            }
            throw e;
        }
    }

    List<ContainerSummary> list(Map<String, String> labels) {
        Call call = Call.get("/containers/json").with("all", true).with("filters", Filters.labels(labels).toString());
        return client.json(call, answer -> answer.elements().stream().map(ContainerSummary::of).toList());
    }

    /// Without `follow` the answer ends by itself, so the pings go on; a follow may be silent for hours.
    Exchange logs(String id, LogQuery query) {
        Call call = query.on(checked(id));
        if (!query.follow()) {
            return client.open(call.within(Watchdog.FOREVER));
        }
        Exchange exchange = client.open(call);
        exchange.unwatch();
        return exchange;
    }

    Exchange events(Map<String, String> labels, Instant since) {
        Exchange exchange = client.open(Call.get("/events")
                .with("since", timestamp(since))
                .with("filters", Filters.labels(labels).and("type", "container").toString())
                .stream());
        exchange.unwatch();
        return exchange;
    }

    Exchange stats(String id) {
        Exchange exchange = client.open(Call.get(path(id, "/stats")).with("stream", true).stream());
        exchange.unwatch();
        return exchange;
    }

    /// Whether a removal that somebody else began comes to its end. Until then the container may be in any state.
    private boolean awaitGone(String id) {
        long start = System.nanoTime();
        while (System.nanoTime() - start < CHANGE.toNanos()) {
            if (find(id).isEmpty()) {
                return true;
            }
            try {
                Thread.sleep(REMOVAL_POLL);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return false;
    }

    private static Call ending(String id, String action, Duration timeout) {
        return Call.post(path(id, action)).with("t", String.valueOf(timeout.toSeconds()));
    }

    /// The engine's form of a time: seconds and nine digits of nanoseconds.
    static String timestamp(Instant time) {
        return "%d.%09d".formatted(time.getEpochSecond(), time.getNano());
    }

    static String path(String id, String rest) {
        return "/containers/" + checked(id) + rest;
    }

    private static String checked(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("no name or id of a container");
        }
        return name;
    }
}
