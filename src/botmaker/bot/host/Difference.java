package botmaker.bot.host;

import static java.util.Objects.requireNonNull;

import botmaker.json.Json;
import botmaker.json.JsonValue;
import botmaker.json.ObjectBuilder;

/// One way in which a container differs from its specification.
///
/// @param what       the engine's name of it, such as `HostConfig.Memory`
/// @param expected   what the specification says
/// @param found      what the engine says
/// @param repairable whether making the container again removes it
public record Difference(String what, String expected, String found, boolean repairable) {
    public Difference {
        requireNonNull(what);
        requireNonNull(expected);
        requireNonNull(found);
    }

    /// A difference that goes away when the container is made again.
    public Difference(String what, String expected, String found) {
        this(what, expected, found, true);
    }

    public JsonValue toJson() {
        ObjectBuilder json = Json.object().put("what", what).put("expected", expected).put("found", found);
        return repairable ? json.build() : json.put("repairable", false).build();
    }
}
