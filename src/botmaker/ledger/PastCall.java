package botmaker.ledger;

import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/// A call that went to a provider.
///
/// @param seq      its number, which grows with time
/// @param key      the id of the key that it was made with
/// @param provider the API that was spoken
/// @param route    method and path without ids, such as `POST /v1/messages`
/// @param asked    the model in the request; empty where it names none
/// @param model    the model in the answer; empty where it names none
/// @param firstMs  until the answer's head came; empty where none did
/// @param tookMs   until it ended; empty while it is under way, and where nobody saw its end
/// @param status   of the answer; empty where none came
/// @param cost     in nanodollars; empty where it is not known. Of a call under way, what is reserved for it, as are its tokens
/// @param up       bytes of the request's body
/// @param down     bytes of the answer's body
public record PastCall(long seq, Optional<String> key, String provider, String route, String asked, String model, Instant began,
        Optional<Long> firstMs, Optional<Long> tookMs, Optional<Long> status, Ended ended, long input, long cacheRead, long cacheWrite,
        long output, Optional<Long> cost, By costBy, long up, long down) {
    /// How a call ended.
    public enum Ended {
        /// It has not.
        OPEN,
        /// Its answer passed whole.
        WHOLE,
        /// The provider failed, or broke off.
        BROKEN,
        /// The bot left before the end.
        LEFT,
        /// The provider refused it.
        REFUSED,
        /// The broker was killed meanwhile: what was reserved is charged.
        LOST;

        /// Returns its name in the database and in answers.
        public String id() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// Who says what a call cost.
    public enum By {
        /// The provider, in its answer.
        VENDOR,
        /// Prices, and the tokens that the provider counted.
        PRICE,
        /// Prices, where tokens are estimated, or the answer is from a model or has an extra whose price is not known.
        ESTIMATED,
        /// Nobody: it is not known.
        UNKNOWN;

        /// Returns its name in the database and in answers.
        public String id() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
