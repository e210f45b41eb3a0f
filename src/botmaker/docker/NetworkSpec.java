package botmaker.docker;

import static java.util.Objects.requireNonNull;

import java.util.Map;

/// A bridge network whose containers cannot reach each other, and have a way out.
///
/// @param name no other network of the engine may have it
public record NetworkSpec(String name, Map<String, String> labels) {
    public NetworkSpec {
        requireNonNull(name);
        labels = Map.copyOf(labels);
    }
}
