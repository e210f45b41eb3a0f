package botmaker.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.ledger.PastCall.By;
import botmaker.ledger.PastCall.Ended;
import botmaker.policy.BotPolicy;
import botmaker.policy.Budget;
import botmaker.policy.Price;
import botmaker.policy.Rates;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What calls cost, from the provider's answer to the file. The answers have the shapes of the providers' documentation.
class MeteringTest {
    private static final InstantSource CLOCK = InstantSource.system();
    private static final BotPolicy BOT = Calls.bot("a", Budget.NONE);
    private static final String GEMINI = "/v1beta/models/gemini-3.7-flash:";

    @TempDir
    Path directory;
    private Ledger ledger;

    @BeforeEach
    void open() {
        ledger = Ledger.open(directory.resolve(UsageReader.FILE), CLOCK);
        ledger.follow(Calls.policy(
                new Price("google", "gemini-3.7-flash", new Rates(Rates.perMillion("1.5"), Rates.perMillion("7.5"),
                        Optional.of(Rates.perMillion("0.15")), Optional.empty())),
                new Price("together", "own/model", new Rates(Rates.perMillion("0.000001"), 0, Optional.empty(), Optional.empty()))));
    }

    @AfterEach
    void close() {
        ledger.close();
    }

    /// A server that names another model in each answer filled the sums, which are kept for good.
    @Test
    void models_that_a_server_makes_up_are_summed_under_the_one_that_was_asked() throws Exception {
        for (int i = 0; i < 3 * UsageStore.MOST_MODELS; i++) {
            try (CallMeter meter = Calls.asked("together", "/chat/completions", "{\"model\":\"own/model\",\"messages\":[]}").begin(ledger, BOT)) {
                Calls.answer(meter, "{\"model\":\"made-up-" + i + "\",\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":1}}");
                meter.whole();
            }
        }
        ledger.close();
        try (UsageReader reader = new UsageReader(directory.resolve(UsageReader.FILE), CLOCK, ZoneOffset.UTC)) {
            List<DayUse> days = reader.days("a", 2);
            assertEquals(UsageStore.MOST_MODELS + 1, days.size());
            assertEquals(3L * UsageStore.MOST_MODELS, days.stream().mapToLong(DayUse::calls).sum());
            assertEquals(30L * UsageStore.MOST_MODELS, days.stream().mapToLong(DayUse::input).sum());
            assertEquals(2L * UsageStore.MOST_MODELS, days.stream().filter(it -> it.model().equals("own/model")).findFirst().orElseThrow().calls());
        }
    }

    /// A request, its answer, and what the provider charges for it: the test's own account, in US dollars.
    ///
    /// @param tokens input, read from a cache, written to one, output
    /// @param usd    empty where it is not known
    record Case(String name, String provider, String path, String request, String answer, By by, List<Long> tokens, Optional<BigDecimal> usd) {
        @Override
        public String toString() {
            return name;
        }
    }

    /// Adds up tokens and prices per million tokens, pair by pair.
    private static Optional<BigDecimal> sum(String... pairs) {
        BigDecimal sum = BigDecimal.ZERO;
        for (int i = 0; i < pairs.length; i += 2) {
            sum = sum.add(new BigDecimal(pairs[i]).multiply(new BigDecimal(pairs[i + 1])).divide(BigDecimal.valueOf(1_000_000)));
        }
        return Optional.of(sum);
    }

    private static Optional<BigDecimal> usd(String dollars) {
        return Optional.of(new BigDecimal(dollars));
    }

    private static String messages(String model) {
        return "{\"model\":\"" + model + "\",\"max_tokens\":9,\"messages\":[]}";
    }

    private static String responses(String tier, long input, long cached, long written, long output) {
        return """
                event: response.completed
                data: {"type":"response.completed","response":{"model":"gpt-6-sol-2026-08-01","service_tier":"%s","usage":{"input_tokens":%d,\
                "input_tokens_details":{"cached_tokens":%d,"cache_write_tokens":%d},"output_tokens":%d,\
                "output_tokens_details":{"reasoning_tokens":7},"total_tokens":%d}}}

                """.formatted(tier, input, cached, written, output, input + output);
    }

    static Stream<Case> cases() {
        String sonnet = messages("claude-sonnet-5");
        String sol = "{\"model\":\"gpt-6-sol\",\"input\":\"\",\"stream\":true}";
        return Stream.of(
                new Case("Anthropic, whole, caches of both kinds", "anthropic", "/v1/messages", sonnet, """
                        {"type":"message","model":"claude-sonnet-5","content":[],"usage":{"input_tokens":101,"cache_read_input_tokens":2003,
                        "cache_creation_input_tokens":707,"cache_creation":{"ephemeral_5m_input_tokens":307,"ephemeral_1h_input_tokens":400},
                        "output_tokens":53}}""", By.PRICE, List.of(101L, 2003L, 707L, 53L),
                        sum("101", "2", "2003", "0.2", "307", "2.5", "400", "4", "53", "10")),
                new Case("Anthropic, streamed", "anthropic", "/v1/messages", sonnet, Calls.sonnetAnswer(1234, 567), By.PRICE,
                        List.of(1234L, 0L, 0L, 567L), sum("1234", "2", "567", "10")),
                new Case("Anthropic, dated name, price from its page", "anthropic", "/v1/messages", messages("claude-haiku-4-5"), """
                        {"model":"claude-haiku-4-5-20251001","usage":{"input_tokens":3,"output_tokens":1}}""", By.PRICE,
                        List.of(3L, 0L, 0L, 1L), sum("3", "1", "1", "5")),
                new Case("Anthropic, another model helped", "anthropic", "/v1/messages", messages("claude-opus-5"), """
                        {"model":"claude-opus-5","usage":{"input_tokens":10,"output_tokens":20,"iterations":[
                        {"type":"message","model":"claude-opus-5","input_tokens":10,"output_tokens":20},
                        {"type":"advisor_message","model":"claude-fable-5","input_tokens":30,"output_tokens":41}]}}""", By.PRICE,
                        List.of(40L, 0L, 0L, 61L), sum("10", "5", "20", "25", "30", "10", "41", "50")),
                new Case("Anthropic, with a search that has no price", "anthropic", "/v1/messages", sonnet, """
                        {"model":"claude-sonnet-5","usage":{"input_tokens":10,"output_tokens":20,"server_tool_use":{"web_search_requests":1}}}""",
                        By.ESTIMATED, List.of(10L, 0L, 0L, 20L), sum("10", "2", "20", "10")),
                new Case("Responses, cached and written", "openai", "/responses", sol, responses("default", 5000, 4000, 300, 111), By.PRICE,
                        List.of(700L, 4000L, 300L, 111L), sum("700", "2", "4000", "0.2", "300", "2.5", "111", "10")),
                new Case("Responses, one token below the tier", "openai", "/responses", sol, responses("default", 272_000, 0, 0, 3), By.PRICE,
                        List.of(272_000L, 0L, 0L, 3L), sum("272000", "2", "3", "10")),
                new Case("Responses, above the tier by what was cached", "openai", "/responses", sol, responses("default", 272_001, 271_000, 0, 3),
                        By.PRICE, List.of(1001L, 271_000L, 0L, 3L), sum("1001", "4", "271000", "0.4", "3", "15")),
                new Case("Responses, priority", "openai", "/responses", sol, responses("priority", 100, 0, 0, 3), By.PRICE,
                        List.of(100L, 0L, 0L, 3L), sum("100", "4", "3", "20")),
                new Case("Responses, flex", "openai", "/responses", sol, responses("flex", 101, 0, 0, 3), By.PRICE,
                        List.of(101L, 0L, 0L, 3L), sum("101", "1", "3", "5")),
                new Case("Embeddings", "openai", "/embeddings", "{\"model\":\"text-embedding-3-small\",\"input\":\"x\"}", """
                        {"data":[],"model":"text-embedding-3-small","usage":{"prompt_tokens":8,"total_tokens":8}}""", By.PRICE,
                        List.of(8L, 0L, 0L, 0L), sum("8", "0.02")),
                new Case("Chat completions, streamed and cached", "together", "/chat/completions",
                        "{\"model\":\"zai-org/GLM-5.2\",\"stream\":true}", """
                        data: {"model":"zai-org/GLM-5.2","choices":[{"delta":{"content":"hi"}}]}

                        data: {"model":"zai-org/GLM-5.2","choices":[],"usage":{"prompt_tokens":1000,\
                        "prompt_tokens_details":{"cached_tokens":900},"completion_tokens":17,"total_tokens":1017}}

                        data: [DONE]

                        """, By.PRICE, List.of(100L, 900L, 0L, 17L), sum("100", "1.4", "900", "0.26", "17", "4.4")),
                new Case("less than a nanodollar is one", "together", "/chat/completions", "{\"model\":\"own/model\"}", """
                        {"model":"own/model","choices":[],"usage":{"prompt_tokens":1,"completion_tokens":1}}""", By.PRICE,
                        List.of(1L, 0L, 0L, 1L), sum("1", "0.000001")),
                new Case("OpenRouter says what it costs", "openrouter", "/chat/completions", "{\"model\":\"auto\",\"stream\":true}", """
                        data: {"model":"openai/gpt-6-sol","choices":[],"usage":{"prompt_tokens":194,"completion_tokens":2,"cost":0.00095}}

                        """, By.VENDOR, List.of(194L, 0L, 0L, 2L), usd("0.00095")),
                new Case("OpenRouter's zero is no figure", "openrouter", "/chat/completions", "{\"model\":\"anthropic/claude-opus-4.8\"}", """
                        {"model":"anthropic/claude-opus-4.8","choices":[],"usage":{"prompt_tokens":194,"completion_tokens":2,"cost":0}}""",
                        By.PRICE, List.of(194L, 0L, 0L, 2L), sum("194", "5", "2", "25")),
                new Case("xAI says what it costs", "xai", "/responses", "{\"model\":\"grok-4.7\",\"input\":\"\"}", """
                        {"model":"grok-4.7","usage":{"input_tokens":32,"input_tokens_details":{"cached_tokens":6},"output_tokens":9,
                        "cost_in_usd_ticks":37756000}}""", By.VENDOR, List.of(26L, 6L, 0L, 9L), usd("0.0037756")),
                new Case("Gemini, streamed, by the operator's price", "google", GEMINI + "streamGenerateContent", "{\"contents\":[]}", """
                        data: {"candidates":[],"usageMetadata":{"promptTokenCount":4000,"candidatesTokenCount":1},"modelVersion":"gemini-3.7-flash"}

                        data: {"candidates":[],"usageMetadata":{"promptTokenCount":4000,"cachedContentTokenCount":3000,"candidatesTokenCount":20,\
                        "thoughtsTokenCount":300,"toolUsePromptTokenCount":50},"modelVersion":"gemini-3.7-flash"}

                        """, By.PRICE, List.of(1050L, 3000L, 0L, 320L), sum("1050", "1.5", "3000", "0.15", "320", "7.5")),
                new Case("Gemini, no price", "google", "/v1beta/models/gemini-2.5-pro:generateContent", "{\"contents\":[]}", """
                        {"usageMetadata":{"promptTokenCount":4,"candidatesTokenCount":2},"modelVersion":"gemini-2.5-pro"}""", By.UNKNOWN,
                        List.of(4L, 0L, 0L, 2L), Optional.empty()),
                new Case("another server, no price", "openai-compatible", "/chat/completions", "{\"model\":\"m\"}", """
                        {"model":"m","choices":[],"usage":{"prompt_tokens":4,"completion_tokens":2}}""", By.UNKNOWN,
                        List.of(4L, 0L, 0L, 2L), Optional.empty()),
                new Case("Ollama is free", "ollama", "/api/chat", "{\"model\":\"gemma4\",\"stream\":false}", """
                        {"model":"gemma4","done":true,"prompt_eval_count":26,"eval_count":290}""", By.PRICE, List.of(26L, 0L, 0L, 290L), usd("0")),
                new Case("NVIDIA's are free", "nvidia", "/chat/completions", "{\"model\":\"minimaxai/minimax-m3\"}", """
                        {"model":"minimaxai/minimax-m3","choices":[],"usage":{"prompt_tokens":4,"completion_tokens":2}}""", By.PRICE,
                        List.of(4L, 0L, 0L, 2L), usd("0")),
                new Case("an answer from a model without a price", "together", "/chat/completions", "{\"model\":\"zai-org/GLM-5.2\"}", """
                        {"model":"other","choices":[],"usage":{"prompt_tokens":4,"completion_tokens":2}}""", By.ESTIMATED,
                        List.of(4L, 0L, 0L, 2L), sum("4", "1.4", "2", "4.4")));
    }

    private static BigDecimal nanos(BigDecimal usd) {
        return usd.movePointRight(9).setScale(0, RoundingMode.CEILING);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void what_a_call_costs_is_exact_to_the_nanodollar(Case it) throws Exception {
        Calls.Asked asked = Calls.asked(it.provider(), it.path(), it.request());
        byte[] answer = it.answer().getBytes(StandardCharsets.UTF_8);
        for (int cut : new int[] {0, answer.length / 3, answer.length}) {
            try (CallMeter meter = asked.begin(ledger, BOT)) {
                meter.answered(200);
                meter.add(Arrays.copyOf(answer, cut), cut);
                byte[] rest = Arrays.copyOfRange(answer, cut, answer.length);
                meter.add(rest, rest.length);
                meter.whole();
            }
        }
        ledger.close();
        try (UsageReader reader = reader()) {
            List<PastCall> calls = reader.calls("a", 10, Optional.empty());
            assertEquals(3, calls.size());
            for (PastCall call : calls) {
                assertEquals(Ended.WHOLE, call.ended());
                assertEquals(it.by(), call.costBy());
                assertEquals(it.tokens(), List.of(call.input(), call.cacheRead(), call.cacheWrite(), call.output()));
                assertEquals(it.usd().map(MeteringTest::nanos), call.cost().map(BigDecimal::valueOf));
                assertEquals(asked.body().length, call.up());
                assertEquals(answer.length, call.down());
            }
            List<DayUse> days = reader.days("a", 2);
            assertEquals(it.usd().map(MeteringTest::nanos).map(one -> one.longValueExact() * 3).orElse(0L),
                    days.stream().mapToLong(DayUse::cost).sum());
            assertEquals(it.usd().isPresent() ? 0 : 3, days.stream().mapToLong(DayUse::unknown).sum());
            assertEquals(3, days.stream().mapToLong(DayUse::calls).sum());
            assertEquals(it.tokens().stream().mapToLong(Long::longValue).sum() * 3,
                    days.stream().mapToLong(day -> day.input() + day.cacheRead() + day.cacheWrite() + day.output()).sum());
        }
    }

    private UsageReader reader() {
        return new UsageReader(directory.resolve(UsageReader.FILE), CLOCK, ZoneOffset.UTC);
    }

    private PastCall only() {
        ledger.close();
        try (UsageReader reader = reader()) {
            List<PastCall> calls = reader.calls("a", 10, Optional.empty());
            assertEquals(1, calls.size());
            return calls.getFirst();
        }
    }

    @Test
    void an_answer_that_helped_by_another_model_is_charged_to_both() throws Exception {
        try (CallMeter meter = Calls.asked("anthropic", "/v1/messages", messages("claude-opus-5")).begin(ledger, BOT)) {
            Calls.answer(meter, """
                    {"model":"claude-opus-5","usage":{"input_tokens":10,"output_tokens":20,"iterations":[
                    {"model":"claude-opus-5","input_tokens":10,"output_tokens":20},
                    {"model":"claude-fable-5","input_tokens":30,"output_tokens":41}]}}""");
            meter.whole();
        }
        ledger.close();
        try (UsageReader reader = reader()) {
            assertEquals(List.of("claude-fable-5 0 " + (30 * 10_000 + 41 * 50_000), "claude-opus-5 1 " + (10 * 5_000 + 20 * 25_000)),
                    reader.days("a", 2).stream().map(it -> it.model() + " " + it.calls() + " " + it.cost()).toList());
        }
    }

    /// The provider has charged the prompt, and as much of the answer as it had written.
    @Test
    void a_stream_that_breaks_off_costs_what_had_passed() throws Exception {
        String text = "x".repeat(3000);
        try (CallMeter meter = Calls.sonnet(5000).begin(ledger, BOT)) {
            Calls.answer(meter, "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"delta\":{\"type\":\"text_delta\",\"text\":\""
                    + text + "\"}}\n\n");
            meter.broken();
        }
        PastCall call = only();
        assertEquals(Ended.BROKEN, call.ended());
        assertEquals(By.ESTIMATED, call.costBy());
        assertTrue(call.output() >= 1000 && call.output() < 2000, call.toString());
        assertTrue(call.input() > 10, call.toString());
        assertEquals(call.input() * 2000 + call.output() * 10_000, call.cost().orElseThrow());
    }

    /// Nobody can stop an answer that comes in one piece: the provider writes it to its end, and charges it.
    @Test
    void a_whole_answer_that_a_client_does_not_wait_for_costs_as_much_as_it_may() throws Exception {
        Calls.asked("anthropic", "/v1/messages", "{\"model\":\"claude-sonnet-5\",\"max_tokens\":700,\"messages\":[]}").begin(ledger, BOT).close();
        PastCall call = only();
        assertEquals(Ended.LEFT, call.ended());
        assertEquals(700, call.output());
        assertEquals(call.input() * 2000 + 700 * 10_000, call.cost().orElseThrow());
    }

    @Test
    void a_call_that_the_provider_refused_or_never_got_costs_nothing() throws Exception {
        try (CallMeter meter = Calls.sonnet(9).begin(ledger, BOT)) {
            meter.answered(429);
        }
        try (CallMeter meter = Calls.sonnet(9).begin(ledger, BOT)) {
            meter.unsent();
        }
        ledger.close();
        try (UsageReader reader = reader()) {
            List<PastCall> calls = reader.calls("a", 10, Optional.empty());
            assertEquals(List.of(Ended.BROKEN, Ended.REFUSED), calls.stream().map(PastCall::ended).toList());
            assertEquals(List.of(Optional.empty(), Optional.of(429L)), calls.stream().map(PastCall::status).toList());
            assertEquals(List.of(0L, 0L), calls.stream().map(it -> it.cost().orElseThrow()).toList());
        }
    }

    @Test
    void free_calls_are_listed_and_in_no_sum() throws Exception {
        try (CallMeter meter = Calls.asked("anthropic", "/v1/messages/count_tokens", "{\"model\":\"claude-sonnet-5\",\"messages\":[]}")
                .begin(ledger, BOT)) {
            Calls.answer(meter, "{\"input_tokens\":14}");
            meter.whole();
        }
        assertEquals(0, only().cost().orElseThrow());
        try (UsageReader reader = reader()) {
            assertEquals(List.of(), reader.days("a", 2));
        }
    }
}
