package botmaker.policy;

import botmaker.json.Json;
import botmaker.json.JsonException;
import botmaker.json.JsonValue;

/// What the operator says that a model costs; it counts instead of the price that BotMaker brings along.
///
/// @param provider the [Origin#dialect()] of the servers where it is that
/// @param model    by the provider's own name
public record Price(String provider, String model, Rates rates) {
    JsonValue toJson() {
        return Json.object().put("provider", provider).put("model", model).put("rates", rates.toJson()).build();
    }

    /// @throws JsonException if a member is missing or of another type
    static Price of(JsonValue json) {
        return new Price(json.get("provider").string(), json.get("model").string(), Rates.of(json.get("rates")));
    }
}
