package botmaker.docker;

import botmaker.json.Json;
import botmaker.json.ObjectBuilder;
import java.util.List;
import java.util.Map;

/// The engine's `filters` parameter: what is listed matches every label.
final class Filters {
    private final ObjectBuilder filters = Json.object();

    private Filters() {}

    static Filters none() {
        return new Filters();
    }

    static Filters labels(Map<String, String> labels) {
        Filters result = new Filters();
        if (!labels.isEmpty()) {
            result.filters.put("label", Json.strings(
                    labels.entrySet().stream().map(label -> label.getKey() + "=" + label.getValue()).toList()));
        }
        return result;
    }

    Filters and(String name, String value) {
        filters.put(name, Json.strings(List.of(value)));
        return this;
    }

    @Override
    public String toString() {
        return filters.build().toString();
    }
}
