package botmaker.logs;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/// A bot as its log needs it.
///
/// @param name        for people
/// @param containerId the whole id of its container of now; empty while it has none
public record LoggedBot(String name, Optional<String> containerId) {
    public LoggedBot {
        requireNonNull(name);
        requireNonNull(containerId);
    }
}
