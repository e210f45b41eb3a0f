package botmaker.bot.lifecycle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.bot.Rows;
import botmaker.bot.model.BotSpec;
import botmaker.bot.model.BrokerRules;
import botmaker.bot.model.PriceBook;
import botmaker.error.Failure.FieldError;
import botmaker.error.Failure;
import botmaker.openclaw.BotConfig.AiSettings;
import botmaker.policy.Budget;
import botmaker.policy.Price;
import botmaker.policy.Reach;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MoneyLimitsTest {
    private static final Budget DAILY = new Budget(Optional.of(5 * Budget.DOLLAR), Optional.empty(), Optional.empty(), Budget.OnCap.ANSWER);
    private static final Budget BOTH = new Budget(Optional.of(5 * Budget.DOLLAR), Optional.of(9 * Budget.DOLLAR), Optional.empty(), Budget.OnCap.ANSWER);
    private static final Budget TOKENS = new Budget(Optional.empty(), Optional.empty(), Optional.of(1000L), Budget.OnCap.ANSWER);

    private final MoneyLimits limits = new MoneyLimits(new PriceBook() {
        @Override
        public List<Price> own() {
            return List.of();
        }

        @Override
        public boolean isKnown(String provider, String model) {
            return provider.equals("anthropic") && model.equals("known");
        }
    }, new LimitedKey());

    private static BotSpec bot(String model, Budget budget, String key) {
        BotSpec spec = Rows.spec("a");
        return new BotSpec(spec.name(), new AiSettings("anthropic", model, Optional.empty()), spec.channel(), spec.access(), spec.limits(),
                spec.controlUi(), Reach.SEALED, Optional.of(key), new BrokerRules(budget, Optional.empty(), List.of(), List.of()));
    }

    private static BotSpec also(BotSpec bot, String... words) {
        return bot.with(new BrokerRules(bot.rules().budget(), Optional.empty(), List.of(), List.of(words)));
    }

    private String refused(BotSpec spec, Optional<BotSpec> before) {
        try {
            limits.check(spec, before);
            return "";
        } catch (Failure.Invalid e) {
            return String.join(" ", e.errors().stream().map(FieldError::field).toList());
        }
    }

    @Test
    void money_is_limited_only_where_the_price_is_known() {
        assertEquals("", refused(bot("known", BOTH, "k1"), Optional.empty()));
        assertEquals("", refused(bot("odd", Budget.NONE, "k2"), Optional.empty()));
        assertEquals("", refused(bot("odd", TOKENS, "k2"), Optional.empty()), "tokens can be counted without a price");
        assertEquals("/budget/day", refused(bot("odd", DAILY, "k2"), Optional.empty()));
        assertEquals("/budget/day /budget/month", refused(bot("odd", BOTH, "k2"), Optional.empty()));
        assertEquals("/ai/key", refused(bot("odd", Budget.NONE, "k1"), Optional.empty()));
    }

    /// What the form proposes for OpenRouter was refused with the name of an API call.
    @Test
    void a_refusal_says_where_a_price_is_entered() {
        BotSpec odd = bot("odd", DAILY, "k2");
        assertEquals("The price of odd is not known, so a limit in US dollars cannot be kept. Enter it under System → Prices, or limit tokens a day.", words(odd));
        BotSpec resold = new BotSpec(odd.name(), new AiSettings("openrouter", "auto", Optional.empty()), odd.channel(), odd.access(), odd.limits(),
                odd.controlUi(), odd.reach(), odd.aiKey(), odd.rules());
        assertTrue(words(resold).contains("Enter a price for auto, or for every model of OpenRouter (*), under System → Prices"), words(resold));
    }

    private String words(BotSpec spec) {
        return assertThrows(Failure.Invalid.class, () -> limits.check(spec, Optional.empty())).errors().getFirst().message();
    }

    @Test
    void a_change_is_refused_at_what_it_changes() {
        BotSpec known = bot("known", DAILY, "k2");
        assertEquals("/ai/model", refused(bot("odd", DAILY, "k2"), Optional.of(known)));
        BotSpec odd = bot("odd", Budget.NONE, "k2");
        assertEquals("/budget/day", refused(bot("odd", DAILY, "k2"), Optional.of(odd)));
        assertEquals("/budget/month", refused(bot("odd", BOTH, "k2"), Optional.of(bot("odd", DAILY, "k2"))));
        assertEquals("/ai/key", refused(bot("odd", Budget.NONE, "k1"), Optional.of(odd)));
    }

    @Test
    void a_model_beside_its_own_needs_a_price_too_where_money_is_limited() {
        BotSpec bot = bot("known", DAILY, "k2");
        assertEquals("/also", refused(also(bot, "model:odd"), Optional.of(bot)));
        assertEquals("/also", refused(also(bot("known", Budget.NONE, "k1"), "model:odd"), Optional.empty()), "its key has a limit");
        assertEquals("", refused(also(bot, "model:known"), Optional.of(bot)));
        assertEquals("", refused(also(bot("known", TOKENS, "k2"), "model:odd"), Optional.of(bot)));
        assertEquals("", refused(also(bot, "model:odd"), Optional.of(also(bot, "model:odd"))), "unchanged");
    }

    /// The operator's price was removed, and with it every change of the bot would have been refused.
    @Test
    void what_is_unchanged_is_not_refused() {
        BotSpec odd = bot("odd", BOTH, "k1");
        assertEquals("", refused(odd, Optional.of(odd)));
        assertEquals("", refused(bot("odd", DAILY, "k1"), Optional.of(odd)), "a limit less");
    }
}
