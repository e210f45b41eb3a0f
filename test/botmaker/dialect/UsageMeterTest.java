package botmaker.dialect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.dialect.Route.Form;
import botmaker.dialect.Usage.Share;
import botmaker.dialect.Usage.Tokens;
import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What answers tell of their usage. The shapes are those of the providers' documentation and of their clients.
class UsageMeterTest {
    private static final long ESTIMATED_INPUT = 7000;

    private static final String ANTHROPIC_STREAM = """
            event: message_start
            data: {"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"claude-sonnet-5","content":[],\
            "usage":{"input_tokens":12,"cache_creation_input_tokens":2000,"cache_read_input_tokens":300,\
            "cache_creation":{"ephemeral_5m_input_tokens":500,"ephemeral_1h_input_tokens":1500},"output_tokens":1,"service_tier":"standard"}}}

            event: content_block_start
            data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}

            event: ping
            data: {"type": "ping"}

            event: content_block_delta
            data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Grüße, \\"usage\\":{\\"input_tokens\\":9}"}}

            event: content_block_stop
            data: {"type":"content_block_stop","index":0}

            event: message_delta
            data: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"input_tokens":null,"output_tokens":40}}

            event: message_delta
            data: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":88,"server_tool_use":{"web_search_requests":2}}}

            event: message_stop
            data: {"type":"message_stop"}

            """;
    private static final String ANTHROPIC_ITERATIONS = """
            {"id":"msg_1","model":"claude-sonnet-5","content":[{"type":"text","text":"x"}],"usage":{"input_tokens":10,"output_tokens":20,
            "iterations":[{"type":"compaction","input_tokens":1000,"output_tokens":50},
            {"type":"message","input_tokens":10,"output_tokens":20,"cache_read_input_tokens":5},
            {"type":"advisor_message","model":"claude-opus-5-5","input_tokens":100,"output_tokens":30,"cache_creation_input_tokens":7}]}}
            """;
    private static final String RESPONSES_STREAM = """
            event: response.created
            data: {"type":"response.created","response":{"id":"resp_1","model":"gpt-6-sol-2026-08-01","status":"in_progress","usage":null}}

            event: response.output_text.delta
            data: {"type":"response.output_text.delta","delta":"Hi"}

            event: response.completed
            data: {"type":"response.completed","response":{"id":"resp_1","model":"gpt-6-sol-2026-08-01","service_tier":"priority",\
            "output":[{"type":"message","content":[{"type":"output_text","text":"Hi"}]}],"usage":{"input_tokens":2006,\
            "input_tokens_details":{"cached_tokens":1920,"cache_write_tokens":6},"output_tokens":300,\
            "output_tokens_details":{"reasoning_tokens":128},"total_tokens":2306}}}

            """;
    private static final String CHAT_STREAM = """
            : OPENROUTER PROCESSING

            data: {"id":"gen-1","model":"anthropic/claude-sonnet-5","choices":[{"index":0,"delta":{"role":"assistant","content":"Hello"}}]}

            data: {"id":"gen-1","model":"anthropic/claude-sonnet-5","choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":null}

            data: {"id":"gen-1","model":"anthropic/claude-sonnet-5","choices":[],"usage":{"prompt_tokens":194,"completion_tokens":2,\
            "total_tokens":196,"cost":0.00014,"cost_details":{"upstream_inference_cost":null},\
            "prompt_tokens_details":{"cached_tokens":90,"cache_write_tokens":100}}}

            data: [DONE]

            """;
    private static final String XAI_CHAT = """
            {"id":"1","object":"chat.completion","model":"grok-4.7","choices":[{"index":0,"message":{"role":"assistant","content":"Hi"}}],
            "usage":{"prompt_tokens":32,"completion_tokens":9,"total_tokens":241,"prompt_tokens_details":{"text_tokens":32,"cached_tokens":6},
            "completion_tokens_details":{"reasoning_tokens":200},"cost_in_usd_ticks":37756000}}
            """;
    private static final String GEMINI_STREAM = """
            data: {"candidates":[{"content":{"parts":[{"text":"Hel"}],"role":"model"}}],\
            "usageMetadata":{"promptTokenCount":50,"candidatesTokenCount":1,"totalTokenCount":51},"modelVersion":"gemini-3.7-flash"}\r
            \r
            data: {"candidates":[{"content":{"parts":[{"text":"lo"}],"role":"model"},"finishReason":"STOP"}],"usageMetadata":\
            {"promptTokenCount":50,"cachedContentTokenCount":30,"candidatesTokenCount":8,"thoughtsTokenCount":100,"toolUsePromptTokenCount":5,\
            "totalTokenCount":163},"modelVersion":"gemini-3.7-flash"}\r
            \r
            """;
    private static final String GEMINI_ARRAY = """
            [{
              "candidates": [{"content": {"parts": [{"text": "Hel"}]}}],
              "usageMetadata": {"promptTokenCount": 50, "totalTokenCount": 50}
            }
            ,
            {
              "candidates": [{"content": {"parts": [{"text": "lo"}]}, "finishReason": "STOP"}],
              "usageMetadata": {"promptTokenCount": 50, "candidatesTokenCount": 8, "totalTokenCount": 58},
              "modelVersion": "gemini-3.7-flash"
            }
            ]
            """;
    private static final String OLLAMA_STREAM = """
            {"model":"gemma4","created_at":"2026-01-01T00:00:00Z","message":{"role":"assistant","content":"Hi"},"done":false}
            {"model":"gemma4","created_at":"2026-01-01T00:00:00Z","message":{"role":"assistant","content":""},"done":true,\
            "done_reason":"stop","total_duration":4883583458,"prompt_eval_count":26,"eval_count":282}
            """;

    static Stream<Arguments> told() {
        return Stream.of(
                told(Form.MESSAGES, "a stream", ANTHROPIC_STREAM, "claude-sonnet-5", new Tokens(12, 300, 500, 1500, 88), "", "",
                        Map.of("web_search_requests", 2L)),
                told(Form.MESSAGES, "a whole answer", """
                        {"model":"claude-haiku-4-5","content":[{"type":"text","text":"Hi"}],"usage":{"input_tokens":3,
                        "cache_creation_input_tokens":10,"cache_read_input_tokens":0,"output_tokens":5,"server_tool_use":null}}""",
                        "claude-haiku-4-5", new Tokens(3, 0, 10, 0, 5), "", "", Map.of()),
                told(Form.RESPONSES, "a stream", RESPONSES_STREAM, "gpt-6-sol-2026-08-01", new Tokens(80, 1920, 6, 0, 300), "", "priority",
                        Map.of()),
                told(Form.RESPONSES, "a whole answer", """
                        {"id":"resp_1","object":"response","model":"grok-4.7","output":[{"type":"message","usage":{"input_tokens":1}}],
                        "usage":{"input_tokens":10,"input_tokens_details":{"cached_tokens":0},"output_tokens":4,"total_tokens":14,
                        "cost_in_usd_ticks":5}}""", "grok-4.7", new Tokens(10, 0, 0, 0, 4), "0.0000000005", "", Map.of()),
                told(Form.RESPONSES, "a stream that ended early", RESPONSES_STREAM.replace("response.completed", "response.incomplete"),
                        "gpt-6-sol-2026-08-01", new Tokens(80, 1920, 6, 0, 300), "", "priority", Map.of()),
                told(Form.CHAT, "a stream", CHAT_STREAM, "anthropic/claude-sonnet-5", new Tokens(4, 90, 100, 0, 2), "0.00014", "", Map.of()),
                told(Form.CHAT, "thoughts that only the total has", XAI_CHAT, "grok-4.7", new Tokens(26, 6, 0, 0, 209), "0.0037756", "",
                        Map.of()),
                told(Form.CHAT, "a cost of nothing", XAI_CHAT.replace("37756000", "0"), "grok-4.7", new Tokens(26, 6, 0, 0, 209), "", "",
                        Map.of()),
                told(Form.EMBEDDINGS, "numbers", """
                        {"object":"list","data":[{"object":"embedding","index":0,"embedding":[-0.006929283495992422,-1e-5]}],
                        "model":"text-embedding-3-small","usage":{"prompt_tokens":5,"total_tokens":5}}""",
                        "text-embedding-3-small", new Tokens(5, 0, 0, 0, 0), "", "", Map.of()),
                told(Form.TRANSCRIPTION, "by tokens", """
                        {"text":"Hello.","usage":{"type":"tokens","input_tokens":14,"output_tokens":45,"total_tokens":59}}""",
                        "", new Tokens(14, 0, 0, 0, 45), "", "", Map.of()),
                told(Form.GEMINI, "a stream", GEMINI_STREAM, "gemini-3.7-flash", new Tokens(25, 30, 0, 0, 108), "", "", Map.of()),
                told(Form.GEMINI, "an array", GEMINI_ARRAY, "gemini-3.7-flash", new Tokens(50, 0, 0, 0, 8), "", "", Map.of()),
                told(Form.OLLAMA, "lines", OLLAMA_STREAM, "gemma4", new Tokens(26, 0, 0, 0, 282), "", "", Map.of()));
    }

    private static Arguments told(Form form, String what, String answer, String model, Tokens tokens, String cost, String tier,
            Map<String, Long> counted) {
        Usage usage = new Usage(List.of(new Share(some(model), tokens)), some(cost).map(BigDecimal::new), some(tier), counted, false);
        return Arguments.of(form, what, answer, usage);
    }

    private static Optional<String> some(String text) {
        return Optional.of(text).filter(it -> !it.isEmpty());
    }

    private static Meter meter(Form form) {
        return new UsageMeter(new Route("POST /x", form, false, Optional.empty()), ESTIMATED_INPUT);
    }

    private static Usage usage(Form form, byte[] answer, int... cuts) {
        Meter meter = meter(form);
        int from = 0;
        for (int cut : cuts) {
            byte[] elsewhere = new byte[cut - from + 9];
            System.arraycopy(answer, from, elsewhere, 4, cut - from);
            meter.add(elsewhere, 4, 4 + cut - from);
            from = cut;
        }
        meter.add(answer, from, answer.length);
        return meter.usage();
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("told")
    void what_is_told_is_read(Form form, String what, String answer, Usage usage) {
        assertEquals(usage, usage(form, answer.getBytes(UTF_8)));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("told")
    void any_cut_gives_the_same(Form form, String what, String answer, Usage usage) {
        byte[] bytes = answer.getBytes(UTF_8);
        for (int cut = 0; cut <= bytes.length; cut++) {
            assertEquals(usage, usage(form, bytes, cut), "cut at " + cut);
        }
        Random random = new Random(29);
        for (int round = 0; round < 200; round++) {
            int[] cuts = IntStream.generate(() -> random.nextInt(bytes.length)).limit(random.nextInt(12)).sorted().toArray();
            assertEquals(usage, usage(form, bytes, cuts), () -> Arrays.toString(cuts));
        }
        assertEquals(usage, usage(form, bytes, IntStream.range(0, bytes.length).toArray()));
    }

    /// A call must not become free because a client left or a provider broke off.
    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("told")
    void an_answer_that_breaks_off_is_never_free(Form form, String what, String answer, Usage usage) {
        byte[] bytes = answer.getBytes(UTF_8);
        for (int end = 0; end < bytes.length; end++) {
            Usage left = usage(form, Arrays.copyOf(bytes, end));
            assertTrue(left.tokens().prompt() > 0 || !left.counted().isEmpty(), "broken off at " + end);
            assertTrue(left.estimated() || left.tokens().prompt() >= Math.min(50, usage.tokens().prompt()), "broken off at " + end);
        }
        assertTrue(usage(form, new byte[0]).estimated());
        assertEquals(ESTIMATED_INPUT, usage(form, new byte[0]).tokens().prompt());
    }

    @Test
    void iterations_are_charged_each_to_its_model() {
        assertEquals(List.of(
                        new Share(Optional.of("claude-sonnet-5"), new Tokens(1010, 5, 0, 0, 70)),
                        new Share(Optional.of("claude-opus-5-5"), new Tokens(100, 0, 7, 0, 30))),
                usage(Form.MESSAGES, ANTHROPIC_ITERATIONS.getBytes(UTF_8)).shares());
    }

    @Test
    void quotes_in_the_text_and_a_line_that_breaks_off_hide_nothing() {
        String quoted = "{\"content\":[{\"text\":\"so \\\"it is\"}],\"usage\":{\"input_tokens\":3,\"output_tokens\":4}}";
        assertEquals(new Tokens(3, 0, 0, 0, 4), usage(Form.MESSAGES, quoted.getBytes(UTF_8)).tokens());
        String broken = "data: {\"choices\":[{\"delta\":{\"content\":\"x\n\ndata: {\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":4}}\n\n";
        assertEquals(new Tokens(3, 0, 0, 0, 4), usage(Form.CHAT, broken.getBytes(UTF_8)).tokens());
    }

    @Test
    void only_lines_of_data_and_only_the_places_of_usage_are_read() {
        String told = "{\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":4}}\n\n";
        assertFalse(usage(Form.CHAT, (": start\ndata:" + told).getBytes(UTF_8)).estimated());
        for (String line : List.of(": data: ", "xdata: ", "event: data: ", " data: ")) {
            assertTrue(usage(Form.CHAT, (": start\n" + line + told).getBytes(UTF_8)).estimated(), line);
        }
        assertFalse(usage(Form.RESPONSES, "{\"response\":{\"usage\":{\"input_tokens\":3,\"output_tokens\":4}}}".getBytes(UTF_8)).estimated());
        assertTrue(usage(Form.RESPONSES, "{\"response\":{\"x\":{\"usage\":{\"input_tokens\":3,\"output_tokens\":4}}}}".getBytes(UTF_8)).estimated());
    }

    @Test
    void of_names_and_values_without_an_end_little_is_kept() {
        String name = "{\"" + "n".repeat(1000) + "\":1,\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":4}}";
        assertEquals(new Tokens(3, 0, 0, 0, 4), usage(Form.CHAT, name.getBytes(UTF_8)).tokens());
        Meter meter = meter(Form.CHAT);
        byte[] start = "{\"usage\":{\"x\":\"".getBytes(UTF_8);
        meter.add(start, 0, start.length);
        byte[] piece = "x".repeat(16 << 10).getBytes(UTF_8);
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 1000; i++) {
            meter.add(piece, 0, piece.length);
        }
        long made = threads.getCurrentThreadAllocatedBytes() - before;
        assertTrue(made < 1_000_000, made + " bytes made for 16 MB");
    }

    /// Some gateways report no usage in `message_start`, others nothing of the prompt at the end.
    @Test
    void cumulative_numbers_never_fall() {
        String atTheEnd = ANTHROPIC_STREAM.replace("\"input_tokens\":12", "\"input_tokens\":0").replace("\"input_tokens\":null", "\"input_tokens\":12");
        assertEquals(12, usage(Form.MESSAGES, atTheEnd.getBytes(UTF_8)).tokens().input());
        String atTheStart = ANTHROPIC_STREAM.replace("\"input_tokens\":null", "\"input_tokens\":0");
        assertEquals(12, usage(Form.MESSAGES, atTheStart.getBytes(UTF_8)).tokens().input());
    }

    @Test
    void text_whose_tokens_are_told_as_none_is_estimated() {
        String free = "{\"choices\":[{\"message\":{\"content\":\"" + "x".repeat(300) + "\"}}],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":0}}";
        Usage usage = usage(Form.CHAT, free.getBytes(UTF_8));
        assertEquals(new Tokens(3, 0, 0, 0, 101), usage.tokens());
        assertTrue(usage.estimated());
    }

    @Test
    void a_stream_without_usage_is_estimated_from_its_text() {
        String untold = CHAT_STREAM.replaceAll(",\"usage\":\\{.*}}", "").replace("Hello", "x".repeat(300));
        assertEquals(new Usage(List.of(new Share(Optional.of("anthropic/claude-sonnet-5"), new Tokens(ESTIMATED_INPUT, 0, 0, 0, 101))),
                Optional.empty(), Optional.empty(), Map.of(), true), usage(Form.CHAT, untold.getBytes(UTF_8)));
    }

    @Test
    void a_stream_that_a_client_left_counts_what_was_told_and_what_was_written() {
        String left = ANTHROPIC_STREAM.substring(0, ANTHROPIC_STREAM.indexOf("event: content_block_stop"))
                .replace("Grüße, ", "x".repeat(3000));
        Usage usage = usage(Form.MESSAGES, left.getBytes(UTF_8));
        assertTrue(usage.estimated());
        assertEquals(12, usage.tokens().input());
        assertEquals(1500, usage.tokens().cacheWriteHour());
        assertTrue(usage.tokens().output() >= 1000, usage.toString());
    }

    @Test
    void a_recording_is_charged_by_its_seconds() {
        Usage usage = usage(Form.TRANSCRIPTION, "{\"text\":\"Hi\",\"usage\":{\"type\":\"duration\",\"seconds\":8.2}}".getBytes(UTF_8));
        assertEquals(Map.of("seconds", 9L), usage.counted());
    }

    @Test
    void a_list_and_a_count_cost_nothing() {
        Meter list = new UsageMeter(new Route("GET /models", Form.LIST, true, Optional.empty()), 0);
        list.add("{\"data\":[],\"usage\":{\"input_tokens\":5}}".getBytes(UTF_8), 0, 10);
        assertEquals(new Usage(List.of(), Optional.empty(), Optional.empty(), Map.of(), false), list.usage());
        Meter count = new UsageMeter(new Route("POST /v1/messages/count_tokens", Form.MESSAGES, true, Optional.empty()), 100);
        assertEquals(Tokens.NONE, count.usage().tokens());
        assertFalse(count.usage().estimated());
    }

    @Test
    void ollamas_embeddings_are_told_without_an_end() {
        Meter meter = new UsageMeter(new Route("POST /api/embed", Form.OLLAMA, false, Optional.empty()), 5);
        byte[] answer = "{\"model\":\"nomic\",\"embeddings\":[[0.1,0.2]],\"total_duration\":1,\"prompt_eval_count\":8}".getBytes(UTF_8);
        meter.add(answer, 0, answer.length);
        assertEquals(List.of(new Share(Optional.of("nomic"), new Tokens(8, 0, 0, 0, 0))), meter.usage().shares());
        assertFalse(meter.usage().estimated());
    }

    /// A custom server may answer anything.
    @Test
    void nonsense_is_estimated_and_never_thrown() {
        List<String> nonsense = List.of("null", "\"", "{", "[[[[", "}}}}]]]{\"usage\":", "{\"usage\":5}", "{\"usage\":{\"prompt_tokens\":-5}}",
                "{\"usage\":{\"prompt_tokens\":1e999999999}}", "{\"usage\":{\"prompt_tokens\":\"9\",\"cost\":\"1\"}}",
                "{\"usage\":{\"a\":1,\"a\":2}}", "{\"model\":7,\"usage\":[]}", "\u0000\u0001", "<html>502</html>", "data: {\"usage\":{]}\n\n",
                "{\"usage\":{\"cost\":1e-999999999}}", "{\"usage\":{\"iterations\":[1,{\"input_tokens\":{}}]}}", "{\"a\":".repeat(100_000));
        for (Form form : Form.values()) {
            for (String text : nonsense) {
                Usage usage = usage(form, text.getBytes(UTF_8));
                assertTrue(usage.estimated() || form == Form.LIST, form + ": " + text.substring(0, Math.min(50, text.length())));
                assertTrue(usage.tokens().prompt() >= 0);
            }
        }
    }

    @Test
    void random_bytes_are_never_thrown_at() {
        Random random = new Random(17);
        byte[] alphabet = "{}[]\":,\\ \ndata: usage model 0-9eE.prompt_tokens".getBytes(UTF_8);
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = new byte[random.nextInt(60)];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = alphabet[random.nextInt(alphabet.length)];
            }
            assertTrue(usage(Form.values()[random.nextInt(Form.values().length)], bytes).tokens().output() >= 0);
        }
    }

    @Test
    void numbers_out_of_all_proportion_do_not_overflow() {
        Usage usage = usage(Form.CHAT, """
                {"usage":{"prompt_tokens":9223372036854775807,"completion_tokens":9223372036854775807,"cost":1e30}}""".getBytes(UTF_8));
        assertTrue(usage.tokens().prompt() > 0 && usage.tokens().output() > 0);
        assertEquals(Optional.empty(), usage.cost());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a\\u0000b", "a\\nb", "\\u202egpt"})
    void a_model_that_cannot_be_shown_is_none(String name) {
        Usage usage = usage(Form.CHAT, ("{\"model\":\"" + name + "\",\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":6}}").getBytes(UTF_8));
        assertEquals(Optional.empty(), usage.model());
    }

    /// Each report added the members that it made up to those of all reports before: the memory of all bots, and a second for each event.
    @Test
    void what_a_server_makes_up_in_each_report_is_not_kept() {
        Meter meter = meter(Form.MESSAGES);
        byte[] start = "data: {\"message\":{\"model\":\"m\",\"usage\":{\"input_tokens\":7}}}\n\n".getBytes(UTF_8);
        meter.add(start, 0, start.length);
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        List<Long> made = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            byte[] event = ("data: {\"usage\":{\"output_tokens\":" + i + ",\"of_" + i + "\":1,\"tier_" + i + "\":\"" + "x".repeat(200) + "\"}}\n\n")
                    .getBytes(UTF_8);
            long before = threads.getCurrentThreadAllocatedBytes();
            meter.add(event, 0, event.length);
            made.add(threads.getCurrentThreadAllocatedBytes() - before);
        }
        assertEquals(new Tokens(7, 0, 0, 0, 1999), meter.usage().tokens());
        assertTrue(made.getLast() < 10_000, made.getLast() + " bytes made for the last event, " + made.get(100) + " for the hundredth");
    }

    @Test
    void models_without_number_in_one_answer_are_counted_as_the_first_of_some() {
        String many = IntStream.range(0, 500).mapToObj(i -> "{\"model\":\"made-up-" + i + "\",\"input_tokens\":1,\"output_tokens\":2}")
                .collect(Collectors.joining(","));
        Usage usage = usage(Form.MESSAGES, ("{\"model\":\"m\",\"usage\":{\"iterations\":[" + many + "]}}").getBytes(UTF_8));
        assertEquals(new Tokens(500, 0, 0, 0, 1000), usage.tokens());
        assertEquals(16, usage.shares().size());
        assertEquals(Optional.of("made-up-0"), usage.model());
        Usage hidden = usage(Form.MESSAGES, ("{\"model\":\"m\",\"usage\":{\"iterations\":[{\"model\":\"\\u202egpt\",\"input_tokens\":1}]}}").getBytes(UTF_8));
        assertEquals(Optional.of("m"), hidden.model());
    }

    /// The memory of a meter is bounded by the value that it keeps, 64 KiB, whatever passes.
    @Test
    void a_line_of_any_length_passes_and_what_follows_is_read() {
        Meter meter = meter(Form.CHAT);
        byte[] start = "data: {\"choices\":[{\"delta\":{\"content\":\"".getBytes(UTF_8);
        meter.add(start, 0, start.length);
        byte[] megabyte = "x".repeat(1 << 20).getBytes(UTF_8);
        for (int i = 0; i < 64; i++) {
            meter.add(megabyte, 0, megabyte.length);
        }
        byte[] end = "\"}}]}\n\ndata: {\"choices\":[],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":4}}\n\n".getBytes(UTF_8);
        meter.add(end, 0, end.length);
        assertEquals(new Tokens(3, 0, 0, 0, 4), meter.usage().tokens());
        byte[] huge = ("data: {\"model\":\"" + "m".repeat(1 << 20) + "\",\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":6}}\n\n").getBytes(UTF_8);
        meter.add(huge, 0, huge.length);
        assertEquals(new Tokens(5, 0, 0, 0, 6), meter.usage().tokens());
        assertEquals(Optional.empty(), meter.usage().model());
    }
}
