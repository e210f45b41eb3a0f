package botmaker.bot.view;

import botmaker.json.Json.ObjectBuilder;
import botmaker.json.Json;
import botmaker.json.JsonValue;
import botmaker.policy.Dollars;
import java.util.Optional;

/// What a bot has spent on its AI, as the broker has counted it.
///
/// @param today       nanodollars, of the calls whose cost is known
/// @param month       nanodollars of this month's calls whose cost is known
/// @param tokensToday of prompts and answers
/// @param unknown     calls of today whose cost is not known
/// @param usedUp      the limit that is used up: `day`, `month`, `tokensDay`, or `key` for that of its key; empty while none is
/// @param tooSmall    the limit that has too little left for the bot's next answer, named in the same way; empty if there is none
public record Spending(long today, long month, long tokensToday, long unknown, Optional<String> usedUp, Optional<String> tooSmall) {
    /// Returns what was spent, without what that means for limits.
    Spending unjudged() {
        return new Spending(today, month, tokensToday, unknown, Optional.empty(), Optional.empty());
    }

    /// Money is in US dollars; without `today`, nothing is known of it.
    JsonValue toJson() {
        ObjectBuilder json = Json.object();
        if (today > 0 || unknown == 0) {
            json.put("today", Dollars.toJson(today));
        }
        return json.put("month", Dollars.toJson(month)).put("tokensToday", tokensToday).put("unknownToday", unknown)
                .put("usedUp", usedUp).put("tooSmall", tooSmall).build();
    }
}
