package botmaker.policy;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// How far a bot's container reaches.
public enum Reach {
    /// It has a network, and its keys in files of its own.
    LEGACY,
    /// It has no network, and reaches its AI through the broker only.
    SEALED,
    /// It has no network, and reaches its AI and public addresses through the broker.
    WEB,
    /// It has a network, and reaches its AI through the broker.
    OPEN;

    /// Finds the reach of that name in a request, such as `sealed`.
    public static Optional<Reach> of(String id) {
        return Arrays.stream(values()).filter(it -> it.id().equals(id)).findFirst();
    }

    /// Returns its name in requests, answers, the database and the policy.
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// Returns whether the broker stands between the bot and its AI, so that the bot holds no key.
    public boolean isBrokered() {
        return this != LEGACY;
    }

    /// Returns whether the container has a network of its own.
    public boolean hasNetwork() {
        return this == LEGACY || this == OPEN;
    }
}
