package botmaker.docker;

import static java.util.Objects.requireNonNull;

import botmaker.json.Json;
import botmaker.json.JsonValue.JsonObject;
import botmaker.json.ObjectBuilder;
import java.nio.file.Path;

/// A directory of the host inside a container. The engine refuses a source that does not exist.
///
/// @param source absolute, on the host
/// @param target absolute, in the container
public record Mount(Path source, String target, boolean readOnly) {
    public Mount {
        requireNonNull(target);
        if (!source.isAbsolute() || !target.startsWith("/")) {
            throw new IllegalArgumentException("a mount needs absolute paths");
        }
    }

    /// `ReadOnly` is there only when true, as in the engine's own answers.
    JsonObject toJson() {
        ObjectBuilder mount = Json.object().put("Type", "bind").put("Source", source.toString()).put("Target", target);
        return readOnly ? mount.put("ReadOnly", true).build() : mount.build();
    }
}
