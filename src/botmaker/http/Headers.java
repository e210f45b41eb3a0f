package botmaker.http;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// The header fields of a request (RFC 9110 §5). Names are compared without case.
public final class Headers {
    private final Map<String, List<String>> fields;

    /// @param fields values by name, in the order of their arrival
    public Headers(Map<String, List<String>> fields) {
        Map<String, List<String>> copy = new HashMap<>();
        fields.forEach((name, values) -> copy.put(name.toLowerCase(Locale.ROOT), List.copyOf(values)));
        this.fields = Map.copyOf(copy);
    }

    /// Every value of a field; empty when it is absent.
    public List<String> all(String name) {
        return fields.getOrDefault(name.toLowerCase(Locale.ROOT), List.of());
    }

    /// The first value of a field.
    public Optional<String> first(String name) {
        return all(name).stream().findFirst();
    }

    /// Whether a field is there.
    boolean has(String name) {
        return !all(name).isEmpty();
    }
}
