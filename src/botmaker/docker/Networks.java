package botmaker.docker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import botmaker.error.Failure;
import botmaker.json.Json;
import botmaker.json.JsonException;
import botmaker.json.JsonValue.JsonObject;
import botmaker.json.JsonValue;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/// The engine's networks, and the bridge devices that they have on this host.
///
/// The engine accepts several networks of one name, but not two on one bridge device. So the device is named after the
/// network, and of several attempts at once the engine lets one succeed.
public final class Networks {
    private static final System.Logger LOG = System.getLogger(Networks.class.getName());
    private static final Map<String, String> ISOLATION = Map.of("com.docker.network.bridge.enable_icc", "false");
    private static final String BRIDGE = "com.docker.network.bridge.name";
    private static final Comparator<Network> OLDEST_FIRST =
            Comparator.comparing(Network::createdAt).thenComparing(Network::id);
    private static final Duration OTHERS_TIME = Duration.ofSeconds(5);
    private static final Duration POLL = Duration.ofMillis(100);

    private final Client client;
    private final Set<String> unreadable = ConcurrentHashMap.newKeySet(); // told once each

    /// A network of containers (Engine API `GET /networks/{id}`).
    ///
    /// @param internal whether its containers have no way out of it
    /// @param subnets  where its containers live
    public record Network(
            String id,
            String name,
            Instant createdAt,
            Map<String, String> labels,
            Map<String, String> options,
            boolean internal,
            List<Subnet> subnets) {

        /// A range of addresses in CIDR notation, such as `172.18.0.0/16`.
        public record Subnet(InetAddress address, int prefixLength) {
            public Subnet {
                requireNonNull(address);
                if (prefixLength < 0 || prefixLength > 8 * address.getAddress().length) {
                    throw new IllegalArgumentException("prefix length out of range");
                }
            }

            /// @throws IllegalArgumentException when the text is not an address, a slash and a number
            public static Subnet parse(String cidr) {
                int slash = cidr.indexOf('/');
                if (slash < 0) {
                    throw new IllegalArgumentException("a subnet needs a prefix length");
                }
                return new Subnet(InetAddress.ofLiteral(cidr.substring(0, slash)), Integer.parseInt(cidr.substring(slash + 1)));
            }

            /// Returns whether an address lies in this range; one of the other IP version never does.
            public boolean contains(InetAddress other) {
                int rest = 8 * address.getAddress().length - prefixLength;
                return address.getAddress().length == other.getAddress().length
                        && number(address).shiftRight(rest).equals(number(other).shiftRight(rest));
            }

            private static BigInteger number(InetAddress address) {
                return new BigInteger(1, address.getAddress());
            }

            @Override
            public String toString() {
                return address.getHostAddress() + "/" + prefixLength;
            }
        }

        public Network {
            labels = Map.copyOf(labels);
            options = Map.copyOf(options);
            subnets = List.copyOf(subnets);
        }

        /// Returns the name of its bridge device on the host.
        public String bridge() {
            return options.getOrDefault(BRIDGE, "br-" + id.substring(0, Math.min(12, id.length())));
        }

        static Network of(JsonValue json) {
            List<JsonValue> ranges = Fields.list(Fields.object(json, "IPAM"), "Config");
            return new Network(
                    json.get("Id").string(),
                    json.get("Name").string(),
                    Instant.parse(json.get("Created").string()),
                    Fields.texts(json, "Labels"),
                    Fields.texts(json, "Options"),
                    Fields.flag(json, "Internal"),
                    ranges.stream().flatMap(range -> Fields.text(range, "Subnet").stream()).map(Subnet::parse).toList());
        }
    }

    Networks(Client client) {
        this.client = client;
    }

    /// Finds or creates a bridge network whose containers cannot reach each other, and have a way out. `GET /networks`,
    /// `POST /networks/create`
    ///
    /// @param name no other network of the engine may have it
    /// @throws Failure.Conflict when a network of that name exists that has other labels or does not isolate
    public Network ensure(String name, Map<String, String> labels) {
        long start = System.nanoTime();
        while (true) {
            Optional<Network> present = named(name);
            if (present.isPresent()) {
                problem(present.get(), labels).ifPresent(words -> {
                    throw new Failure.Conflict(words);
                });
                return present.get();
            }
            try {
                return inspect(create(name, labels));
            } catch (EngineException refusal) {
                // somebody else may be creating it just now; no list shows it before it is complete
                if (refusal.status() != 403 && !refusal.conflict() || System.nanoTime() - start > OTHERS_TIME.toNanos()) {
                    throw refusal;
                }
                Client.pause(POLL);
            }
        }
    }

    /// Lists all networks that have all of the labels, the oldest first. `GET /networks`
    public List<Network> list(Map<String, String> labels) {
        return list(Call.get("/networks").filter(labels));
    }

    /// Removes a network; does nothing when it does not exist. `DELETE /networks/{id}`
    ///
    /// @throws EngineException `conflict()` while it has containers
    public void remove(String id) {
        try {
            client.run(Call.delete("/networks/" + id).within(Call.CHANGE));
        } catch (EngineException e) {
            if (!e.notFound()) {
                throw e.status() == 403 ? new EngineException(409, e.getMessage()) : e; // 403 means that it is in use
            }
        }
    }

    /// Finds the oldest network of exactly this name. `GET /networks`
    public Optional<Network> named(String name) {
        return list(Call.get("/networks").filter(Map.of(), "name", name)).stream() // matches every name that contains it
                .filter(network -> network.name().equals(name))
                .findFirst();
    }

    /// Returns the bridge device that a network of [#ensure] has on the host, whether or not it exists now. Linux allows
    /// 15 characters.
    public static String device(String network) {
        return "bm-" + UUID.nameUUIDFromBytes(network.getBytes(UTF_8)).toString().replace("-", "").substring(0, 12);
    }

    /// Returns the subnets of a network of [#ensure] from this host's bridge device, without asking the engine;
    /// none where the host has no such device.
    public static List<Network.Subnet> onHost(String network) {
        return bridge(network).stream().flatMap(bridge -> bridge.getInterfaceAddresses().stream())
                .filter(address -> !address.getAddress().isLinkLocalAddress()) // the same range on every device
                .map(address -> new Network.Subnet(address.getAddress(), address.getNetworkPrefixLength()))
                .toList();
    }

    /// Returns whether a device of this host, by its index, is the bridge of a network of [#ensure].
    public static boolean isBridge(String network, int index) {
        return bridge(network).filter(bridge -> bridge.getIndex() == index).isPresent();
    }

    private static Optional<NetworkInterface> bridge(String network) {
        try {
            return Optional.ofNullable(NetworkInterface.getByName(device(network)));
        } catch (SocketException e) {
            throw new UncheckedIOException("The host's network devices cannot be listed.", e);
        }
    }

    private List<Network> list(Call call) {
        return client.elements(call, this::readable).stream().flatMap(Optional::stream).sorted(OLDEST_FIRST).toList();
    }

    /// Reads a network; returns empty for one that cannot be parsed, which may be somebody else's and must not hide ours.
    private Optional<Network> readable(JsonValue json) {
        try {
            return Optional.of(Network.of(json));
        } catch (JsonException | IllegalArgumentException | DateTimeException e) {
            if (unreadable.add(e.getMessage())) {
                LOG.log(System.Logger.Level.WARNING, "a network of the Docker Engine cannot be parsed and is ignored: {0}", e.getMessage());
            }
            return Optional.empty();
        }
    }

    private String create(String name, Map<String, String> labels) {
        Map<String, String> options = new TreeMap<>(ISOLATION);
        options.put(BRIDGE, device(name));
        JsonObject body = Json.object()
                .put("Name", name)
                .put("CheckDuplicate", true)
                .put("Driver", "bridge")
                .put("Internal", false)
                .put("Options", Fields.object(options))
                .put("Labels", Fields.object(labels))
                .build();
        return client.json(Call.post("/networks/create").body(body).within(Call.CHANGE), answer -> answer.get("Id").string());
    }

    private Network inspect(String id) {
        return client.json(Call.get("/networks/" + id), Network::of);
    }

    /// Says why a network is not one of [#ensure] with these labels, and what to do; empty if it is.
    public static Optional<String> problem(Network network, Map<String, String> labels) {
        String remedy = ". Stop its containers and remove it (docker network rm " + network.name() + "), then try again.";
        if (!network.labels().entrySet().containsAll(labels.entrySet())) {
            return Optional.of("The Docker network " + network.name() + " belongs to somebody else" + remedy);
        }
        return network.options().entrySet().containsAll(ISOLATION.entrySet()) && !network.internal() ? Optional.empty()
                : Optional.of("The Docker network " + network.name() + " does not isolate its containers, or gives them no way out"
                        + remedy);
    }
}
