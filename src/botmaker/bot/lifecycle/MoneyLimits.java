package botmaker.bot.lifecycle;

import botmaker.bot.model.BotSpec;
import botmaker.bot.model.KeptKeys;
import botmaker.bot.model.PriceBook;
import botmaker.error.Failure.FieldError;
import botmaker.error.Failure;
import botmaker.policy.Budget;
import botmaker.policy.Permissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Refuses limits in money for models whose price nobody knows: they could not be kept.
final class MoneyLimits {
    private static final String RESELLER = "openrouter";

    private final PriceBook prices;
    private final KeptKeys keys;

    MoneyLimits(PriceBook prices, KeptKeys keys) {
        this.prices = prices;
        this.keys = keys;
    }

    /// Checks a bot that is created, or changed.
    ///
    /// @param before what it was: what is unchanged is not refused
    /// @throws Failure.Invalid at the limit, or at the model where only that has changed
    void check(BotSpec spec, Optional<BotSpec> before) {
        Budget budget = spec.rules().budget();
        boolean sameModel = before.filter(it -> it.ai().provider().equals(spec.ai().provider()) && it.ai().model().equals(spec.ai().model())).isPresent();
        Optional<Budget> old = before.map(it -> it.rules().budget());
        List<FieldError> errors = new ArrayList<>();
        if (budget.day().isPresent() && !old.flatMap(Budget::day).equals(budget.day())) {
            errors.add(error("/budget/day", spec));
        }
        if (budget.month().isPresent() && !old.flatMap(Budget::month).equals(budget.month())) {
            errors.add(error("/budget/month", spec));
        }
        if (!sameModel && errors.isEmpty() && budget.limitsMoney()) {
            errors.add(error("/ai/model", spec));
        }
        boolean limitedKey = spec.aiKey().filter(keys.months()::containsKey).isPresent();
        if (limitedKey && !(sameModel && before.flatMap(BotSpec::aiKey).equals(spec.aiKey()))) {
            errors.add(new FieldError("/ai/key", "This key has a limit a month in US dollars. " + unknown(spec, spec.ai().model())));
        }
        boolean inMoney = limitedKey || budget.limitsMoney();
        List<String> more = spec.rules().also().stream().filter(it -> !before.map(bot -> bot.rules().also()).orElse(List.of()).contains(it))
                .flatMap(it -> Permissions.model(it).stream()).filter(it -> inMoney && !prices.isKnown(spec.ai().provider(), it)).toList();
        if (!more.isEmpty()) {
            throw new Failure.Invalid(List.of(new FieldError("/also", unknown(spec, more.getFirst()))));
        }
        if (!errors.isEmpty() && !prices.isKnown(spec.ai().provider(), spec.ai().model())) {
            throw new Failure.Invalid(errors);
        }
    }

    private static FieldError error(String field, BotSpec spec) {
        return new FieldError(field, (field.equals("/ai/model") ? "This bot has a budget in US dollars. " : "")
                + unknown(spec, spec.ai().model()));
    }

    private static String unknown(BotSpec spec, String model) {
        return (spec.ai().provider().equals(RESELLER)
                ? "OpenRouter tells what a call has cost when it is made, and a limit in US dollars needs to know what the next may cost. Enter a price "
                        + "for %s, or for every model of OpenRouter (*), under System → Prices, or limit tokens a day."
                : "The price of %s is not known, so a limit in US dollars cannot be kept. Enter it under System → Prices, or limit tokens a day.")
                .formatted(model);
    }
}
