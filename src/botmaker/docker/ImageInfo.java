package botmaker.docker;

import botmaker.json.Json;
import botmaker.json.JsonValue;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/// An image that the engine has (Engine API `GET /images/{name}/json`).
///
/// @param id        its digest, `sha256:…`
/// @param createdAt when it was built, if known
/// @param size      bytes on disk
/// @param config    what a container inherits from it unless its specification says otherwise: variables, command, labels
public record ImageInfo(String id, Map<String, String> labels, Optional<Instant> createdAt, long size, JsonValue config) {
    public ImageInfo {
        labels = Map.copyOf(labels);
    }

    static ImageInfo of(JsonValue json) {
        JsonValue config = Fields.present(json, "Config").orElse(Json.object().build());
        return new ImageInfo(json.get("Id").string(), Fields.texts(config, "Labels"), Fields.time(json, "Created"),
                Fields.number(json, "Size"), config);
    }
}
