package botmaker.docker;

import static java.util.Objects.requireNonNull;

/// One way in which a container is not as specified.
///
/// @param what     the engine's name of it, such as `HostConfig.Memory`
/// @param expected what the specification says
/// @param found    what the engine says
public record Difference(String what, String expected, String found) {
    public Difference {
        requireNonNull(what);
        requireNonNull(expected);
        requireNonNull(found);
    }
}
