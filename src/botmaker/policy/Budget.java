package botmaker.policy;

import botmaker.json.Json.ObjectBuilder;
import botmaker.json.Json;
import botmaker.json.JsonException;
import botmaker.json.JsonValue;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/// How much a bot may spend on its AI. Days and months are those of [Policy#zone()].
///
/// @param day       nanodollars (billionths of a US dollar) a day, above zero; empty for no limit
/// @param month     nanodollars a month, above zero; empty for no limit
/// @param tokensDay tokens a day, those of prompts and answers together, above zero; empty for no limit
/// @param onCap     what the bot gets from then on
public record Budget(Optional<Long> day, Optional<Long> month, Optional<Long> tokensDay, OnCap onCap) {
    /// No limit.
    public static final Budget NONE = new Budget(Optional.empty(), Optional.empty(), Optional.empty(), OnCap.ANSWER);
    /// Nanodollars in a US dollar.
    public static final long DOLLAR = 1_000_000_000;

    /// What a bot gets whose budget is used up.
    public enum OnCap {
        /// A text in the model's place, which reaches the chat: it says so, and when the budget is renewed.
        ANSWER,
        /// An error in the provider's form.
        REFUSE;

        /// Returns its name in requests, answers, the database and the policy, such as `answer`.
        public String id() {
            return name().toLowerCase(Locale.ROOT);
        }

        /// Finds the one of that name.
        public static Optional<OnCap> of(String id) {
            return Arrays.stream(values()).filter(it -> it.id().equals(id)).findFirst();
        }
    }

    public Budget {
        if (Stream.of(day, month, tokensDay).flatMap(Optional::stream).anyMatch(limit -> limit <= 0)) {
            throw new IllegalArgumentException("a limit is above zero");
        }
    }

    /// Returns whether it limits anything.
    public boolean isLimited() {
        return limitsMoney() || tokensDay.isPresent();
    }

    /// Returns whether it limits money, so that only models can be used whose price is known.
    public boolean limitsMoney() {
        return day.isPresent() || month.isPresent();
    }

    /// Returns it as the policy and the database hold it. A limit that is not there is left out.
    public JsonValue toJson() {
        ObjectBuilder json = Json.object();
        day.ifPresent(it -> json.put("day", it));
        month.ifPresent(it -> json.put("month", it));
        tokensDay.ifPresent(it -> json.put("tokensDay", it));
        return json.put("onCap", onCap.id()).build();
    }

    /// Reads what [#toJson()] wrote; `{}` is [#NONE].
    ///
    /// @throws JsonException if a member is of another type
    /// @throws IllegalArgumentException if a limit is not above zero, or `onCap` is none
    public static Budget of(JsonValue json) {
        return new Budget(json.find("day").map(JsonValue::integer), json.find("month").map(JsonValue::integer),
                json.find("tokensDay").map(JsonValue::integer),
                json.find("onCap").map(JsonValue::string).map(it ->
                        OnCap.of(it).orElseThrow(() -> new IllegalArgumentException("no such onCap: " + it))).orElse(OnCap.ANSWER));
    }
}
