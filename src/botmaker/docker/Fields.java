package botmaker.docker;

import botmaker.json.Json.ObjectBuilder;
import botmaker.json.Json;
import botmaker.json.JsonValue.JsonObject;
import botmaker.json.JsonValue;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Reads and writes members of the engine's JSON, where Go writes `null`, `""` and the year 1 for absent values.
final class Fields {
    private static final Instant NEVER = Instant.parse("0001-01-01T00:00:00Z");
    private static final JsonValue NOTHING = Json.object().build();

    private Fields() {}

    static Optional<JsonValue> present(JsonValue object, String name) {
        return object.find(name).filter(value -> !value.isNull());
    }

    static Optional<String> text(JsonValue object, String name) {
        return present(object, name).map(JsonValue::string).filter(text -> !text.isEmpty());
    }

    static boolean flag(JsonValue object, String name) {
        return present(object, name).map(JsonValue::bool).orElse(false);
    }

    static long number(JsonValue object, String name) {
        return present(object, name).map(JsonValue::integer).orElse(0L);
    }

    static Optional<Instant> time(JsonValue object, String name) {
        return text(object, name).map(Instant::parse).filter(time -> !time.equals(NEVER));
    }

    /// Returns an object without members where there is none.
    static JsonValue object(JsonValue object, String name) {
        return present(object, name).orElse(NOTHING);
    }

    static List<JsonValue> list(JsonValue object, String name) {
        return present(object, name).map(JsonValue::elements).orElse(List.of());
    }

    static Map<String, JsonValue> map(JsonValue object, String name) {
        return present(object, name).map(JsonValue::members).orElse(Map.of());
    }

    static Map<String, String> texts(JsonValue object, String name) {
        Map<String, String> texts = new LinkedHashMap<>();
        map(object, name).forEach((key, value) -> texts.put(key, value.string()));
        return texts;
    }

    /// Writes texts as the members of an object, by name.
    static JsonObject object(Map<String, String> texts) {
        ObjectBuilder object = Json.object();
        new TreeMap<>(texts).forEach(object::put);
        return object.build();
    }
}
