package botmaker.docker;

import botmaker.json.JsonValue;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/// A network of containers (Engine API `GET /networks/{id}`).
///
/// @param internal whether its containers have no way out
/// @param subnets  where its containers live
public record Network(
        String id,
        String name,
        Instant createdAt,
        Map<String, String> labels,
        Map<String, String> options,
        boolean internal,
        List<Subnet> subnets) {

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
                ranges.stream().flatMap(range -> Fields.text(range, "Subnet").stream()).map(Subnet::parse).toList());
    }
}
