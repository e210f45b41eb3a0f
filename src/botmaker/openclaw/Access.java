package botmaker.openclaw;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Who may talk to a bot.
///
/// @param policy what happens when a stranger writes
/// @param allow  who is none, in the channel's own form of identities; the first one is the bot's owner
public record Access(Policy policy, List<String> allow) {
    /// What happens when someone writes who is not on the list.
    public enum Policy {
        /// They get a code, and an answer only after an operator approved it.
        PAIRING,
        /// They are ignored.
        ALLOWLIST,
        /// They are answered.
        OPEN;

        /// The policy of that name in a request, `pairing`.
        static Optional<Policy> of(String name) {
            return Arrays.stream(values()).filter(policy -> policy.id().equals(name)).findFirst();
        }

        /// Its name in requests, answers and OpenClaw's configuration.
        public String id() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public Access {
        requireNonNull(policy);
        allow = List.copyOf(allow);
    }

    /// What a request that passed [Catalog#check] asks for. Where it names no policy it is the closed one that fits: only
    /// those on the list, or pairing when nobody is.
    ///
    /// @throws IllegalArgumentException when there is no policy of that name
    public static Access of(Optional<String> policy, List<String> allow) {
        Policy closed = allow.isEmpty() ? Policy.PAIRING : Policy.ALLOWLIST;
        return new Access(policy.map(name -> Policy.of(name).orElseThrow(
                () -> new IllegalArgumentException("no such access policy"))).orElse(closed), allow);
    }
}
