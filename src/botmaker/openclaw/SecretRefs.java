package botmaker.openclaw;

import botmaker.json.Json;
import botmaker.json.JsonValue;
import botmaker.json.JsonValue.JsonObject;
import java.util.Map;
import java.util.TreeMap;

/// The references from a configuration to secret files: each file that is referred to gets its entry in
/// `secrets.providers`, so that the configuration holds paths and no secret.
final class SecretRefs {
    private final Map<String, JsonValue> files = new TreeMap<>();

    /// A reference to a secret file, for a place in the configuration that takes a SecretRef.
    JsonObject to(String file) {
        String alias = file.replace('-', '_');
        files.put(alias, Json.object()
                .put("source", "file")
                .put("path", OpenClaw.secret(file))
                .put("mode", "singleValue")
                .build());
        return Json.object().put("source", "file").put("provider", alias).put("id", "value").build();
    }

    /// `secrets.providers`, for every reference made so far.
    JsonObject providers() {
        var json = Json.object();
        files.forEach(json::put);
        return json.build();
    }
}
