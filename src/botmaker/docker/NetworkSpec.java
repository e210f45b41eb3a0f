package botmaker.docker;

import static java.util.Objects.requireNonNull;

import java.util.Map;

/// A bridge network whose containers cannot reach each other.
///
/// @param name     no other network of the engine may have it
/// @param internal whether its containers have no way out
public record NetworkSpec(String name, Map<String, String> labels, boolean internal) {
    public NetworkSpec {
        requireNonNull(name);
        labels = Map.copyOf(labels);
    }
}
