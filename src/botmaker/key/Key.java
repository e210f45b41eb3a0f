package botmaker.key;

import botmaker.bot.model.BotName;
import botmaker.json.Json.ObjectBuilder;
import botmaker.json.Json;
import botmaker.json.JsonValue;
import botmaker.policy.Dollars;
import java.time.Instant;
import java.util.Optional;

/// A kept key, without its value.
///
/// @param id         made by the server: [a-z0-9]
/// @param provider   whose key it is, by the catalog's id
/// @param baseUrl    the only server that it is sent to; empty for the provider's own
/// @param budgetMonth what all bots together may spend with it in a month, in nanodollars; empty for no limit
/// @param wasInBot   whether its present value was once in a file that a bot could read, so that it should be replaced
/// @param replacedAt when its present value was entered
/// @param test       the last test of its present value; empty if there was none
record Key(String id, BotName label, String provider, Optional<String> baseUrl, Optional<Long> budgetMonth, boolean wasInBot,
        Instant createdAt, Instant replacedAt, Optional<Test> test) {
    /// @param works whether the provider was reached, and accepted the key
    record Test(Instant at, boolean works) {
        JsonValue toJson() {
            return Json.object().put("at", at.toString()).put("works", works).build();
        }
    }

    ObjectBuilder toJson() {
        ObjectBuilder json = Json.object().put("id", id).put("label", label.value()).put("provider", provider).put("baseUrl", baseUrl);
        budgetMonth.ifPresent(it -> json.put("budgetMonth", Dollars.toJson(it)));
        test.ifPresent(it -> json.put("test", it.toJson()));
        return json.put("wasInBot", wasInBot).put("createdAt", createdAt.toString()).put("replacedAt", replacedAt.toString());
    }
}
