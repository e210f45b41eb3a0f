package botmaker.docker;

import botmaker.json.JsonValue;
import java.util.Map;

/// One line of a list of containers (Engine API `GET /containers/json`).
///
/// @param id      64 hexadecimal digits
/// @param name    without the leading slash; empty for one that is just being removed
/// @param imageId the digest of its image
public record ContainerSummary(String id, String name, String imageId, Map<String, String> labels, Container.State state) {

    public ContainerSummary {
        labels = Map.copyOf(labels);
    }

    static ContainerSummary of(JsonValue json) {
        return new ContainerSummary(
                json.get("Id").string(),
                Fields.list(json, "Names").stream().map(JsonValue::string).findFirst().map(ContainerSummary::bareName).orElse(""),
                json.get("ImageID").string(),
                Fields.texts(json, "Labels"),
                Container.State.of(json.get("State").string()));
    }

    static String bareName(String name) {
        return name.startsWith("/") ? name.substring(1) : name;
    }
}
