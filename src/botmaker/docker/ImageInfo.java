package botmaker.docker;

import botmaker.json.JsonValue;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/// An image that the engine has (Engine API `GET /images/{name}/json`).
///
/// @param id        its digest, `sha256:…`
/// @param createdAt when it was built, if it says so
/// @param size      bytes on disk
public record ImageInfo(String id, Map<String, String> labels, Optional<Instant> createdAt, long size) {
    public ImageInfo {
        labels = Map.copyOf(labels);
    }

    static ImageInfo of(JsonValue json) {
        Map<String, String> labels = Fields.present(json, "Config").map(config -> Fields.texts(config, "Labels")).orElse(Map.of());
        return new ImageInfo(json.get("Id").string(), labels, Fields.time(json, "Created"), Fields.number(json, "Size"));
    }
}
