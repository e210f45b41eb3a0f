package botmaker.docker;

import static java.util.Objects.requireNonNull;

import botmaker.json.JsonValue;
import java.net.InetAddress;
import java.time.Instant;
import java.util.List;
import java.util.Map;

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

    static final String BRIDGE = "com.docker.network.bridge.name";

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
            byte[] ours = address.getAddress();
            byte[] theirs = other.getAddress();
            if (ours.length != theirs.length) {
                return false;
            }
            for (int bit = 0; bit < prefixLength; bit++) {
                int mask = 0x80 >> bit % 8;
                if ((ours[bit / 8] & mask) != (theirs[bit / 8] & mask)) {
                    return false;
                }
            }
            return true;
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
        List<JsonValue> ranges = Fields.present(json, "IPAM").map(ipam -> Fields.list(ipam, "Config")).orElse(List.of());
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
