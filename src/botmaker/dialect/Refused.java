package botmaker.dialect;

import static java.util.Objects.requireNonNull;

import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/// A request that the broker does not pass on. The message is for people, and repeats no credential.
public final class Refused extends Exception {
    private static final long serialVersionUID = 1;

    private final Reason reason;
    private final int retryAfter;
    private final String permission;

    /// Why a request is refused. OpenClaw locks a key for minutes after 401, 402 and 403, and only for those, so all that the operator can
    /// mend without replacing the bot's placeholder has another status.
    public enum Reason {
        /// It presents no credential, another than the bot's placeholder, or more than one.
        CREDENTIAL(401),
        /// It asks for something else than the calls that a bot needs.
        ROUTE(404),
        /// It names a model that the bot may not use.
        MODEL(404),
        /// Its body is malformed, or ambiguous.
        BODY(400),
        /// Its body is too large.
        SIZE(413),
        /// It has the provider itself reach the Internet.
        WAY_OUT(400),
        /// It refers by an id to what the provider keeps for all bots with the same key, other than an answer that the bot was given.
        KEPT(400),
        /// The bot has used up its budget.
        BUDGET(400),
        /// The operator paused the bot's AI.
        PAUSED(400),
        /// The provider refused the operator's key.
        KEY(400),
        /// The bot asks too much at once.
        BUSY(429),
        /// The broker, or the provider behind it, cannot answer now.
        UNAVAILABLE(503);

        private final int status;

        Reason(int status) {
            this.status = status;
        }

        /// Returns the status of the answer.
        public int status() {
            return status;
        }

        /// Returns its name in the field [Answer#MARK], such as `way-out`.
        public String id() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /// Refuses a request for good.
    ///
    /// @param words one or two sentences for people
    public Refused(Reason reason, String words) {
        this(reason, words, 0, "");
    }

    /// Refuses a request unless the operator allows it.
    ///
    /// @param permission the word that would have allowed it, as `botmaker.policy` has them
    public Refused(Reason reason, String words, String permission) {
        this(reason, words, 0, permission);
    }

    /// Refuses a request for now.
    ///
    /// @param retryAfter in seconds
    public Refused(Reason reason, String words, int retryAfter) {
        this(reason, words, retryAfter, "");
    }

    private Refused(Reason reason, String words, int retryAfter, String permission) {
        super(words);
        this.reason = reason;
        this.retryAfter = retryAfter;
        this.permission = permission;
    }

    /// Returns one or two sentences for people.
    @Override
    public String getMessage() {
        return requireNonNull(super.getMessage());
    }

    public Reason reason() {
        return reason;
    }

    /// Returns the word that would have allowed it; empty where nothing does.
    public Optional<String> allowedBy() {
        return permission.isEmpty() ? Optional.empty() : Optional.of(permission);
    }

    /// Returns the seconds after which it may be tried again, for a refusal that passes.
    public OptionalInt retryAfter() {
        return retryAfter > 0 ? OptionalInt.of(retryAfter) : OptionalInt.empty();
    }
}
