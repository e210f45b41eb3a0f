package botmaker.docker;

import static java.nio.charset.StandardCharsets.UTF_8;

import botmaker.error.Failure;
import botmaker.json.Json;
import botmaker.json.JsonValue.JsonObject;
import botmaker.json.ObjectBuilder;
import java.io.UncheckedIOException;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/// The Engine API's calls on networks.
///
/// The engine accepts several networks of one name, but not two on one bridge device of the host. So the device is named
/// after the network, and of several attempts at once the engine lets one succeed.
final class Networks {
    static final String BRIDGE = "com.docker.network.bridge.name";
    private static final Map<String, String> ISOLATION = Map.of("com.docker.network.bridge.enable_icc", "false");
    private static final Comparator<Network> OLDEST_FIRST =
            Comparator.comparing(Network::createdAt).thenComparing(Network::id);
    private static final Duration CHANGE = Duration.ofSeconds(60);
    private static final Duration OTHERS_TIME = Duration.ofSeconds(5);
    private static final Duration POLL = Duration.ofMillis(100);

    private final Client client;

    Networks(Client client) {
        this.client = client;
    }

    Network ensure(NetworkSpec spec) {
        long start = System.nanoTime();
        while (true) {
            List<Network> present = named(spec.name());
            if (!present.isEmpty()) {
                return acceptable(present.getFirst(), spec);
            }
            try {
                return inspect(create(spec));
            } catch (EngineException refusal) {
                // somebody else may be making it just now; until it is made, no list shows it
                if (refusal.status() >= 500 || System.nanoTime() - start > OTHERS_TIME.toNanos() || !pause()) {
                    throw refusal;
                }
            }
        }
    }

    List<Network> list(Map<String, String> labels) {
        Call call = Call.get("/networks").with("filters", Filters.labels(labels).toString());
        return client.json(call, answer -> answer.elements().stream().map(Network::of).sorted(OLDEST_FIRST).toList());
    }

    /// The subnets of a network that [#ensure] made on this host, as the host's own bridge device tells them.
    static List<Subnet> onHost(String name) {
        try {
            NetworkInterface bridge = NetworkInterface.getByName(device(name));
            return bridge == null ? List.of() : bridge.getInterfaceAddresses().stream()
                    .filter(address -> !address.getAddress().isLinkLocalAddress()) // the same range on every device
                    .map(address -> new Subnet(address.getAddress(), address.getNetworkPrefixLength()))
                    .toList();
        } catch (SocketException e) {
            throw new UncheckedIOException("The host's network devices cannot be listed.", e);
        }
    }

    static boolean isBridge(String name, int index) {
        try {
            NetworkInterface bridge = NetworkInterface.getByName(device(name));
            return bridge != null && bridge.getIndex() == index;
        } catch (SocketException e) {
            throw new UncheckedIOException("The host's network devices cannot be listed.", e);
        }
    }

    void remove(String id) {
        try {
            client.run(Call.delete("/networks/" + id).within(CHANGE));
        } catch (EngineException e) {
            if (!e.notFound()) {
                throw e.status() == 403 ? new EngineException(409, e.message()) : e; // 403 is said of one that is in use
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
                .put("Internal", false)
                .put("Options", object(options(spec)))
                .put("Labels", object(spec.labels()))
                .build();
        return client.json(Call.post("/networks/create").body(body).within(CHANGE), answer -> answer.get("Id").string());
    }

    private Network inspect(String id) {
        return client.json(Call.get("/networks/" + id), Network::of);
    }

    private static Map<String, String> options(NetworkSpec spec) {
        Map<String, String> options = new TreeMap<>(ISOLATION);
        options.put(BRIDGE, device(spec.name()));
        return options;
    }

    /// A name for the bridge device: Linux allows 15 characters.
    static String device(String network) {
        return "bm-" + UUID.nameUUIDFromBytes(network.getBytes(UTF_8)).toString().replace("-", "").substring(0, 12);
    }

    /// False when interrupted.
    private static boolean pause() {
        try {
            Thread.sleep(POLL);
            return true;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static Network acceptable(Network network, NetworkSpec spec) {
        boolean ours = network.labels().entrySet().containsAll(spec.labels().entrySet());
        boolean asWanted = network.options().entrySet().containsAll(ISOLATION.entrySet())
                && !network.internal();
        if (!ours || !asWanted) {
            throw new Failure.Conflict("The Docker network " + spec.name() + (ours
                    ? " does not keep its containers apart, or leaves them no way out"
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
