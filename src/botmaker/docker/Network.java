package botmaker.docker;

import botmaker.json.JsonValue;
import java.net.InetAddress;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A network of containers (Engine API `GET /networks/{id}`).
///
/// @param subnets where its containers live
/// @param gateway the host's own address in the first subnet that has one
public record Network(
        String id,
        String name,
        Instant createdAt,
        Map<String, String> labels,
        Map<String, String> options,
        boolean internal,
        List<Subnet> subnets,
        Optional<InetAddress> gateway) {

    public Network {
        labels = Map.copyOf(labels);
        options = Map.copyOf(options);
        subnets = List.copyOf(subnets);
    }

    /// The name of its bridge device on the host.
    public String bridge() {
        return options.getOrDefault(Networks.BRIDGE, "br-" + id.substring(0, Math.min(12, id.length())));
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
                ranges.stream().flatMap(range -> Fields.text(range, "Subnet").stream()).map(Subnet::parse).toList(),
                ranges.stream().flatMap(range -> Fields.address(range, "Gateway").stream()).findFirst());
    }
}
