package botmaker.docker;

import botmaker.error.Failure;
import botmaker.json.Json;
import botmaker.json.JsonObject;
import botmaker.json.ObjectBuilder;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/// The Engine API's calls on networks.
///
/// The engine accepts several networks of one name, so [#ensure(NetworkSpec)] looks first, and looks again after it
/// created one: of several, the oldest is the network, and whoever made a later one takes it back.
final class Networks {
    private static final Map<String, String> ISOLATION = Map.of("com.docker.network.bridge.enable_icc", "false");
    private static final Comparator<Network> OLDEST_FIRST =
            Comparator.comparing(Network::createdAt).thenComparing(Network::id);
    private static final Duration CHANGE = Duration.ofSeconds(60);

    private final Client client;

    Networks(Client client) {
        this.client = client;
    }

    Network ensure(NetworkSpec spec) {
        List<Network> present = named(spec.name());
        if (!present.isEmpty()) {
            return acceptable(present.getFirst(), spec);
        }
        try {
            String created = create(spec);
            Network oldest = named(spec.name()).getFirst(); // at least the one just made
            if (!oldest.id().equals(created)) {
                remove(created);
            }
            return acceptable(oldest, spec);
        } catch (EngineException e) {
            List<Network> others = e.conflict() ? named(spec.name()) : List.of();
            if (others.isEmpty()) {
                throw e;
            }
            return acceptable(others.getFirst(), spec);
        }
    }

    void remove(String id) {
        try {
            client.run(Call.delete("/networks/" + id).within(CHANGE));
        } catch (EngineException e) {
            if (!e.notFound()) {
                throw e;
            }
        }
    }

    /// All networks of exactly this name; the engine's own filter takes every name that contains it.
    private List<Network> named(String name) {
        Call call = Call.get("/networks").with("filters", Filters.none().and("name", name).toString());
        return client.json(call, answer -> answer.elements().stream()
                .map(Network::of)
                .filter(network -> network.name().equals(name))
                .sorted(OLDEST_FIRST)
                .toList());
    }

    private String create(NetworkSpec spec) {
        JsonObject body = Json.object()
                .put("Name", spec.name())
                .put("CheckDuplicate", true)
                .put("Driver", "bridge")
                .put("Internal", spec.internal())
                .put("Options", object(ISOLATION))
                .put("Labels", object(spec.labels()))
                .build();
        return client.json(Call.post("/networks/create").body(body).within(CHANGE), answer -> answer.get("Id").string());
    }

    private static Network acceptable(Network network, NetworkSpec spec) {
        boolean ours = network.labels().entrySet().containsAll(spec.labels().entrySet());
        boolean asWanted = network.options().entrySet().containsAll(ISOLATION.entrySet())
                && network.internal() == spec.internal();
        if (!ours || !asWanted) {
            throw new Failure.Conflict("The Docker network " + spec.name() + (ours
                    ? " does not keep its containers apart as it should"
                    : " belongs to somebody else") + ". Remove it, then try again.");
        }
        return network;
    }

    private static JsonObject object(Map<String, String> map) {
        ObjectBuilder object = Json.object();
        map.forEach(object::put);
        return object.build();
    }
}
