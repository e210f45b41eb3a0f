package botmaker.docker;

import botmaker.json.JsonValue;
import java.util.Map;

/// Something that happened to a container (Engine API `GET /events`).
///
/// @param action     `create`, `start`, `die`, `oom`, `health_status: healthy`, …
/// @param id         of the container
/// @param attributes its `name`, `image` and labels, and of a `die` the `exitCode`
public record Event(String action, String id, Map<String, String> attributes) {
    public Event {
        attributes = Map.copyOf(attributes);
    }

    static Event of(JsonValue json) {
        JsonValue actor = json.get("Actor");
        return new Event(json.get("Action").string(), actor.get("ID").string(), Fields.texts(actor, "Attributes"));
    }
}
