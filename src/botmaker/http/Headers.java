package botmaker.http;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// The header fields of a request (RFC 9110 §5). Names are case-insensitive.
public final class Headers {
    private final Map<String, List<String>> fields;

    /// @param fields values by name, in order of arrival
    public Headers(Map<String, List<String>> fields) {
        Map<String, List<String>> copy = new HashMap<>();
        fields.forEach((name, values) -> copy.put(name.toLowerCase(Locale.ROOT), List.copyOf(values)));
        this.fields = Map.copyOf(copy);
    }

    /// Returns every value of a field; empty if it is absent.
    public List<String> all(String name) {
        return fields.getOrDefault(name.toLowerCase(Locale.ROOT), List.of());
    }

    /// Returns the first value of a field.
    public Optional<String> first(String name) {
        return all(name).stream().findFirst();
    }

    /// Returns whether a field is present.
    boolean has(String name) {
        return !all(name).isEmpty();
    }
}
