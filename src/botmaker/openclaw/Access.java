package botmaker.openclaw;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Who may talk to a bot.
///
/// @param policy what happens to strangers
/// @param allow  the people on the access list, in the channel's own form; the first one is the bot's owner
public record Access(Policy policy, List<String> allow) {
    /// What happens if someone writes who is not on the access list.
    public enum Policy {
        /// They get a code, and an answer only after an operator has approved it.
        PAIRING,
        /// They are ignored.
        ALLOWLIST,
        /// They are answered.
        OPEN;

        /// Finds the policy of that name in a request, such as `pairing`.
        static Optional<Policy> of(String name) {
            return Arrays.stream(values()).filter(policy -> policy.id().equals(name)).findFirst();
        }

        /// Returns its name in requests, answers and OpenClaw's configuration.
        public String id() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public Access {
        requireNonNull(policy);
        allow = List.copyOf(allow);
    }

    /// Reads the access of a request that passed [Catalog#check]. Without a policy it is closed: only the people on the list, or pairing
    /// if the list is empty.
    ///
    /// @throws IllegalArgumentException if there is no policy of that name
    public static Access of(Optional<String> policy, List<String> allow) {
        Policy closed = allow.isEmpty() ? Policy.PAIRING : Policy.ALLOWLIST;
        return new Access(policy.map(name -> Policy.of(name).orElseThrow(
                () -> new IllegalArgumentException("no such access policy"))).orElse(closed), allow);
    }
}
