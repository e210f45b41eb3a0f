package botmaker.bot.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.error.Failure.FieldError;
import botmaker.error.Failure;
import botmaker.json.Json;
import botmaker.json.JsonValue;
import botmaker.policy.Budget;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Budget and hosts of a bot, as requests give them.
class BrokerRulesTest {
    private static final Limits DEFAULTS = new Limits(2L << 30, 1000, 512);
    private static final Budget FIVE_A_DAY = new Budget(Optional.of(5 * Budget.DOLLAR), Optional.empty(), Optional.empty(), Budget.OnCap.ANSWER);

    private static NewBot created(String reach, String more) {
        return NewBot.from(JsonValue.parse("""
                {"name": "a", "reach": "%s", "channel": {"type": "webchat"},
                 "ai": {"provider": "openai-compatible", "model": "m", "baseUrl": "https://llm.example.com/v1"}%s}""".formatted(reach,
                more.isEmpty() ? "" : ", " + more.replace('\'', '"'))), DEFAULTS, KeptKeys.NONE);
    }

    private static NewBot patched(NewBot bot, String patch) {
        return new NewBot(bot.spec(), bot.secrets()).changed(JsonValue.parse(patch.replace('\'', '"')), DEFAULTS, KeptKeys.NONE);
    }

    private static String shown(NewBot bot) {
        Json.ObjectBuilder json = Json.object();
        bot.spec().rules().addTo(json);
        return json.build().toString().replace('"', '\'');
    }

    @Test
    void without_the_fields_there_is_no_limit() {
        NewBot bot = created("sealed", "");
        assertEquals(BrokerRules.NONE, bot.spec().rules());
        assertEquals("{'budget':{'onCap':'answer'},'webHosts':[],'also':[]}", shown(bot));
    }

    @Test
    void money_is_in_dollars_and_exact() {
        NewBot bot = created("web", "'budget': {'day': 0.35, 'month': 20, 'tokensDay': 2000000, 'onCap': 'refuse'}, 'webHosts': ['Example.COM', '*.example.org']");
        assertEquals(new Budget(Optional.of(350_000_000L), Optional.of(20 * Budget.DOLLAR), Optional.of(2_000_000L), Budget.OnCap.REFUSE),
                bot.spec().rules().budget());
        assertEquals(List.of("example.com", "*.example.org"), bot.spec().rules().webHosts());
        assertEquals("{'budget':{'day':0.35,'month':20,'tokensDay':2000000,'onCap':'refuse'},'webHosts':['example.com','*.example.org'],'also':[]}", shown(bot));
    }

    @Test
    void a_patch_changes_what_it_names() {
        NewBot bot = created("web", "'budget': {'day': 5}, 'webHosts': ['example.com']");
        NewBot monthly = patched(bot, "{'budget': {'month': 50}}");
        assertEquals(new Budget(FIVE_A_DAY.day(), Optional.of(50 * Budget.DOLLAR), Optional.empty(), Budget.OnCap.ANSWER), monthly.spec().rules().budget());
        assertEquals(List.of("example.com"), monthly.spec().rules().webHosts());
        assertEquals(Budget.NONE, patched(bot, "{'budget': {'day': null}}").spec().rules().budget());
        assertEquals(Budget.NONE, patched(monthly, "{'budget': null}").spec().rules().budget());
        assertEquals(FIVE_A_DAY, patched(bot, "{'name': 'b'}").spec().rules().budget());
        assertEquals(List.of(), patched(bot, "{'webHosts': []}").spec().rules().webHosts());
        assertEquals(List.of(), patched(bot, "{'webHosts': null}").spec().rules().webHosts());
        assertEquals(List.of("example.com"), patched(bot, "{'reach': 'sealed'}").spec().rules().webHosts(), "for when it is web again");
        assertTrue(monthly.spec().hasContainerOf(bot.spec()));
    }

    @Test
    void what_is_allowed_besides_is_kept_as_it_was_asked_for() {
        NewBot bot = created("sealed", "'also': ['model:m2', 'model:openrouter/Auto:free', 'model:m2']");
        assertEquals(List.of("model:m2", "model:openrouter/Auto:free"), bot.spec().rules().also());
        assertEquals(bot.spec().rules().also(), patched(bot, "{'name': 'b'}").spec().rules().also());
        assertEquals(bot.spec().rules().also(), bot.spec().rules().paused(Optional.of("x")).also());
        assertEquals(List.of(), patched(bot, "{'also': null}").spec().rules().also());
        assertTrue(patched(bot, "{'also': []}").spec().hasContainerOf(bot.spec()));
    }

    /// A patch cannot change whether the AI is paused, and must not end the pause.
    @Test
    void a_patch_leaves_the_pause() {
        NewBot bot = created("sealed", "");
        NewBot paused = new NewBot(bot.spec().with(bot.spec().rules().paused(Optional.of("Back on Monday."))), bot.secrets());
        assertEquals(Optional.of("Back on Monday."), patched(paused, "{'budget': {'day': 5}}").spec().rules().paused());
        assertEquals(List.of("/aiPaused"), refused(() -> patched(paused, "{'aiPaused': 'x'}")));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "sealed | {'budget': {'day': 0}}                       | /budget/day",
        "sealed | {'budget': {'day': 0.001}}                   | /budget/day",
        "sealed | {'budget': {'day': 1000000.01}}              | /budget/day",
        "sealed | {'budget': {'day': '5'}}                     | /budget/day",
        "sealed | {'budget': {'month': -1}}                    | /budget/month",
        "sealed | {'budget': {'month': 1e400}}                 | /budget/month",
        "sealed | {'budget': {'month': 0.0100000000001}}       | /budget/month",
        "sealed | {'budget': {'tokensDay': 999}}               | /budget/tokensDay",
        "sealed | {'budget': {'tokensDay': 1000.5}}            | /budget/tokensDay",
        "sealed | {'budget': {'onCap': 'stop'}}                | /budget/onCap",
        "sealed | {'budget': {'week': 1}}                      | /budget/week",
        "sealed | {'budget': 5}                                | /budget",
        "legacy | {'budget': {'day': 5}}                       | /budget",
        "sealed | {'webHosts': ['example.com']}                | /webHosts",
        "web    | {'webHosts': ['https://example.com']}        | /webHosts",
        "web    | {'webHosts': ['example']}                    | /webHosts",
        "web    | {'webHosts': ['*.*.example.com']}            | /webHosts",
        "web    | {'webHosts': ['example..com']}               | /webHosts",
        "web    | {'webHosts': ['-a.example.com']}             | /webHosts",
        "web    | {'webHosts': ['a*.example.com']}             | /webHosts",
        "web    | {'webHosts': [1]}                            | /webHosts/0",
        "sealed | {'also': ['claude-haiku-4-5']}               | /also",
        "sealed | {'also': ['model:']}                         | /also",
        "sealed | {'also': ['model:a b']}                      | /also",
        "sealed | {'also': ['host:example.com']}               | /also",
        "sealed | {'also': [1]}                                | /also/0",
        "legacy | {'also': ['model:m2']}                       | /also",
    })
    void what_cannot_be_a_limit_is_refused_at_its_field(String reach, String more, String field) {
        assertEquals(field, refused(() -> created(reach, more.substring(1, more.length() - 1))).getFirst());
    }

    @Test
    void a_bot_with_a_budget_does_not_become_one_whose_calls_are_not_counted() {
        NewBot bot = created("sealed", "'budget': {'day': 5}");
        assertEquals(List.of("/budget"), refused(() -> patched(bot, "{'reach': 'legacy'}")));
        assertEquals(Budget.NONE, patched(bot, "{'reach': 'legacy', 'budget': null}").spec().rules().budget());
    }

    private static List<String> refused(Runnable reading) {
        return assertThrows(Failure.Invalid.class, reading::run).errors().stream().map(FieldError::field).toList();
    }
}
