package botmaker.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.dialect.Refused.Reason;
import botmaker.dialect.Refused;
import botmaker.policy.BotPolicy;
import botmaker.policy.Budget;
import botmaker.policy.Policy;
import botmaker.policy.Price;
import botmaker.policy.Rates;
import botmaker.support.TinyDisk;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(120)
class BudgetsTest {
    private static final Duration PATIENCE = Duration.ofMillis(300);
    private static final Pattern LIMIT = Pattern.compile("\"max_tokens\":([0-9]+)");

    @TempDir
    Path directory;
    private volatile Instant now = Instant.parse("2026-11-29T20:00:00Z");
    private final InstantSource clock = () -> now;
    private Optional<Ledger> opened = Optional.empty();

    private Ledger open(Policy policy) {
        return open(policy, PATIENCE);
    }

    private Ledger open(Policy policy, Duration patience) {
        Ledger ledger = Ledger.open(directory.resolve(UsageReader.FILE), clock, patience);
        ledger.follow(policy);
        opened = Optional.of(ledger);
        return ledger;
    }

    @AfterEach
    void close() {
        opened.ifPresent(Ledger::close);
    }

    private UsageReader reader(ZoneId zone) {
        return new UsageReader(directory.resolve(UsageReader.FILE), clock, zone);
    }

    /// Makes a call of Claude Sonnet 5 that costs this, in nanodollars.
    private static void spend(Ledger ledger, BotPolicy bot, long nanos) throws Exception {
        try (CallMeter meter = Calls.sonnet(1).begin(ledger, bot)) {
            Calls.answer(meter, Calls.sonnetAnswer((nanos - 10_000) / 2000, 1));
            meter.whole();
        }
    }

    private static long limit(CallMeter meter) {
        Matcher limit = LIMIT.matcher(new String(meter.body(), UTF_8));
        assertTrue(limit.find());
        return Long.parseLong(limit.group(1));
    }

    /// A provider writes as much as it may, and charges a little less for the prompt than was estimated.
    @ParameterizedTest
    @CsvSource({"day", "month", "key", "tokens"})
    void fifty_calls_at_once_spend_no_more_than_is_left(String what) throws Exception {
        Ledger ledger = open(what.equals("key") ? Calls.keyMonth(Budget.DOLLAR) : Calls.policy());
        Budget budget = switch (what) {
            case "day" -> Calls.day(Budget.DOLLAR);
            case "month" -> Calls.month(Budget.DOLLAR);
            case "tokens" -> Calls.tokens(100_000);
            default -> Budget.NONE;
        };
        AtomicLong charged = new AtomicLong();
        AtomicLong used = new AtomicLong();
        AtomicInteger answered = new AtomicInteger();
        CountDownLatch start = new CountDownLatch(1);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                BotPolicy bot = Calls.bot(what.equals("key") ? "b" + i % 5 : "a", budget);
                all.add(threads.submit(() -> {
                    start.await();
                    try (CallMeter meter = Calls.sonnet(20_000).begin(ledger, bot)) {
                        long output = limit(meter);
                        Thread.sleep(20);
                        Calls.answer(meter, Calls.sonnetAnswer(20, output));
                        charged.addAndGet(20 * 2000 + output * 10_000);
                        used.addAndGet(20 + output);
                        answered.incrementAndGet();
                        meter.whole();
                    } catch (Refused e) {
                        assertTrue(e.reason() == Reason.BUDGET || e.reason() == Reason.BUSY, e.toString());
                    }
                    return null;
                }));
            }
            start.countDown();
            for (Future<?> call : all) {
                call.get();
            }
        }
        long cap = what.equals("tokens") ? 100_000 : Budget.DOLLAR;
        long spent = what.equals("tokens") ? used.get() : charged.get();
        assertTrue(spent <= cap + cap / 100, "overspent: " + spent);
        assertTrue(spent >= cap * 9 / 10, "what was left was not given out: " + spent + " by " + answered);
        ledger.close();
        try (UsageReader reader = reader(ZoneOffset.UTC)) {
            assertEquals(charged.get(), reader.bots().values().stream().mapToLong(Spent::month).sum());
            assertEquals(charged.get(), reader.keyMonths().get("k1"));
        }
    }

    @Test
    void the_answer_is_shortened_to_what_is_left_and_then_the_budget_is_used_up() throws Exception {
        Ledger ledger = open(Calls.policy());
        BotPolicy bot = Calls.bot("a", Calls.day(5 * Budget.DOLLAR));
        spend(ledger, bot, 5 * Budget.DOLLAR - 2 * Calls.CENT);
        try (CallMeter meter = Calls.sonnet(20_000).begin(ledger, bot)) {
            assertTrue(limit(meter) > 1900 && limit(meter) <= 2000, "of 2 cents: " + limit(meter));
            meter.unsent();
        }
        try (CallMeter meter = Calls.sonnet(100).begin(ledger, bot)) {
            assertEquals(100, limit(meter));
            meter.unsent();
        }
        spend(ledger, bot, 2 * Calls.CENT - 200_000);
        Refused refused = assertThrows(Refused.class, () -> Calls.sonnet(20_000).begin(ledger, bot));
        assertEquals(Reason.BUDGET, refused.reason());
        assertEquals("I have used up today's budget (5.00 USD). It is renewed on 30 Nov at 00:00; whoever runs me can raise it.",
                refused.getMessage());
    }

    @Test
    void a_raised_budget_counts_from_the_next_call_on() throws Exception {
        Ledger ledger = open(Calls.policy());
        spend(ledger, Calls.bot("a", Calls.month(Calls.CENT)), Calls.CENT);
        assertThrows(Refused.class, () -> Calls.sonnet(300).begin(ledger, Calls.bot("a", Calls.month(Calls.CENT))));
        Calls.sonnet(300).begin(ledger, Calls.bot("a", Calls.month(2 * Calls.CENT))).close();
    }

    @Test
    void a_call_waits_in_vain_for_what_others_have_reserved() throws Exception {
        Ledger ledger = open(Calls.policy());
        BotPolicy bot = Calls.bot("a", Calls.day(Budget.DOLLAR));
        Calls.sonnet(1_000_000).begin(ledger, bot);
        Refused refused = assertThrows(Refused.class, () -> Calls.sonnet(300).begin(ledger, bot));
        assertEquals(Reason.BUSY, refused.reason());
        assertEquals(5, refused.retryAfter().orElseThrow());
    }

    @Test
    void a_call_goes_on_when_others_return_what_they_have_reserved() throws Exception {
        Ledger ledger = open(Calls.policy(), Duration.ofMinutes(1));
        BotPolicy bot = Calls.bot("a", Calls.day(Budget.DOLLAR));
        CallMeter holds = Calls.sonnet(1_000_000).begin(ledger, bot);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Long> waiting = threads.submit(() -> {
                try (CallMeter meter = Calls.sonnet(300).begin(ledger, bot)) {
                    return limit(meter);
                }
            });
            Thread.sleep(50);
            Calls.answer(holds, Calls.sonnetAnswer(10, 10));
            holds.whole();
            assertEquals(300, waiting.get(20, TimeUnit.SECONDS));
        }
    }

    /// The moment before local midnight and the moment of it, also where a clock change has days of 23 and 25 hours, or takes midnight away.
    @ParameterizedTest
    @CsvSource({
        "Europe/Berlin,    2026-11-29T22:59:59.999Z, 2026-11-29T23:00:00Z, 30 Nov at 00:00",
        "Europe/Berlin,    2026-03-29T21:59:59.999Z, 2026-03-29T22:00:00Z, 30 Mar at 00:00",
        "Europe/Berlin,    2026-10-25T22:59:59.999Z, 2026-10-25T23:00:00Z, 26 Oct at 00:00",
        "America/New_York, 2026-11-02T04:59:59.999Z, 2026-11-02T05:00:00Z, 2 Nov at 00:00",
        "Asia/Beirut,      2026-03-28T21:59:59.999Z, 2026-03-28T22:00:00Z, 29 Mar at 01:00",
        "Asia/Kathmandu,   2026-11-29T18:14:59.999Z, 2026-11-29T18:15:00Z, 30 Nov at 00:00",
    })
    void a_day_ends_at_midnight_in_the_time_zone(String zone, Instant before, Instant after, String renewed) throws Exception {
        Ledger ledger = open(Calls.in(ZoneId.of(zone)));
        BotPolicy bot = Calls.bot("a", Calls.day(Calls.CENT));
        now = before;
        spend(ledger, bot, Calls.CENT);
        Refused refused = assertThrows(Refused.class, () -> Calls.sonnet(300).begin(ledger, bot));
        assertTrue(refused.getMessage().contains("It is renewed on " + renewed + ";"), refused.getMessage());
        now = after;
        spend(ledger, bot, Calls.CENT);
        assertThrows(Refused.class, () -> Calls.sonnet(300).begin(ledger, bot));
    }

    @Test
    void a_month_ends_at_midnight_in_the_time_zone() throws Exception {
        ZoneId zone = ZoneId.of("Europe/Berlin");
        Ledger ledger = open(Calls.in(zone));
        BotPolicy bot = Calls.bot("a", Calls.month(Calls.CENT));
        now = Instant.parse("2026-10-31T22:30:00Z"); // still October
        spend(ledger, bot, Calls.CENT);
        Refused refused = assertThrows(Refused.class, () -> Calls.sonnet(300).begin(ledger, bot));
        assertEquals("I have used up this month's budget (0.01 USD). It is renewed on 1 Nov at 00:00; whoever runs me can raise it.",
                refused.getMessage());
        now = Instant.parse("2026-10-31T23:30:00Z");
        spend(ledger, bot, Calls.CENT / 2);
        now = Instant.parse("2026-11-30T22:30:00Z");
        spend(ledger, bot, Calls.CENT / 2);
        assertThrows(Refused.class, () -> Calls.sonnet(300).begin(ledger, bot));
        now = Instant.parse("2026-11-30T23:00:00Z");
        Calls.sonnet(300).begin(ledger, bot).close();
    }

    /// What was spent on a day counts whenever the clock returns to it, also after a restart.
    @Test
    void a_clock_that_jumps_spends_no_day_twice() throws Exception {
        Ledger ledger = open(Calls.policy());
        BotPolicy bot = Calls.bot("a", Calls.day(Calls.CENT));
        now = Instant.parse("2026-11-29T23:00:00Z");
        spend(ledger, bot, Calls.CENT);
        now = now.plus(Duration.ofHours(2));
        spend(ledger, bot, Calls.CENT);
        now = now.minus(Duration.ofHours(2));
        assertThrows(Refused.class, () -> Calls.sonnet(300).begin(ledger, bot));
        ledger.close();
        Ledger next = open(Calls.policy());
        assertThrows(Refused.class, () -> Calls.sonnet(300).begin(next, bot));
        now = now.plus(Duration.ofHours(2));
        assertThrows(Refused.class, () -> Calls.sonnet(300).begin(next, bot));
        try (UsageReader reader = reader(ZoneOffset.UTC)) {
            assertEquals(List.of(Calls.CENT, Calls.CENT), reader.days("a", 2).stream().map(DayUse::cost).toList());
        }
    }

    /// A call that crosses midnight counts for the day on which it was reserved, so that it is in one budget only.
    @Test
    void a_call_counts_for_the_day_on_which_it_began() throws Exception {
        Ledger ledger = open(Calls.policy());
        BotPolicy bot = Calls.bot("a", Calls.day(Budget.DOLLAR));
        now = Instant.parse("2026-11-29T23:59:59Z");
        try (CallMeter meter = Calls.sonnet(300).begin(ledger, bot)) {
            now = Instant.parse("2026-11-30T00:00:09Z");
            Calls.answer(meter, Calls.sonnetAnswer(500, 0));
            meter.whole();
        }
        ledger.close();
        try (UsageReader reader = reader(ZoneOffset.UTC)) {
            assertEquals(List.of(LocalDate.of(2026, 11, 29)), reader.days("a", 2).stream().map(DayUse::day).toList());
        }
    }

    @Test
    void a_key_has_one_limit_for_all_bots() throws Exception {
        Ledger ledger = open(Calls.keyMonth(Calls.CENT));
        spend(ledger, Calls.bot("a", Budget.NONE), Calls.CENT / 2);
        spend(ledger, Calls.bot("b", Budget.NONE), Calls.CENT / 2);
        Refused refused = assertThrows(Refused.class, () -> Calls.sonnet(300).begin(ledger, Calls.bot("c", Budget.NONE)));
        assertEquals("I have used up this month's budget for my key (0.01 USD). It is renewed on 1 Dec at 00:00; whoever runs me can raise it.",
                refused.getMessage());
    }

    @Test
    void where_no_price_is_known_money_cannot_be_limited_and_tokens_can() throws Exception {
        Ledger ledger = open(Calls.policy());
        Calls.Asked asked = Calls.asked("openai-compatible", "/chat/completions", "{\"model\":\"m\",\"max_tokens\":300}");
        Refused refused = assertThrows(Refused.class, () -> asked.begin(ledger, Calls.bot("a", Calls.day(Budget.DOLLAR))));
        assertEquals(Reason.BUDGET, refused.reason());
        assertTrue(refused.getMessage().contains("the price of the model m is not known"), refused.getMessage());
        assertThrows(Refused.class, () -> asked.begin(ledger, Calls.bot("a", Calls.tokens(200))));
        asked.begin(ledger, Calls.bot("a", Calls.tokens(2000))).close();
        ledger.follow(Calls.policy(new Price("openai-compatible", "m", Rates.FREE)));
        asked.begin(ledger, Calls.bot("b", Calls.day(1))).close();
    }

    /// Whatever multiplies a price, or hides behind a limit that is not there, is reserved.
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\'', value = {
        "{\"model\":\"gpt-6-sol\",\"max_completion_tokens\":1000}                                | 1000 | 1",
        "{\"model\":\"gpt-6-sol\",\"max_completion_tokens\":1000,\"n\":8}                        | 1000 | 8",
        "{\"model\":\"gpt-6-sol\",\"max_completion_tokens\":1000,\"service_tier\":\"priority\"}  | 1000 | 2",
        "{\"model\":\"gpt-6-sol\",\"max_completion_tokens\":1000,\"service_tier\":\"flex\"}      | 1000 | 1",
        "{\"model\":\"gpt-6-sol\"}                                                               | 128000 | 1",
    })
    void all_that_a_call_may_cost_is_reserved(String body, long output, long times) throws Exception {
        Ledger ledger = open(Calls.policy());
        Calls.Asked asked = Calls.asked("openai", "/chat/completions", body);
        long cost = output * 10_000 * times;
        try (CallMeter meter = asked.begin(ledger, Calls.bot("a", Calls.day(cost + Calls.CENT)))) {
            assertTrue(new String(meter.body(), UTF_8).contains("\"max_completion_tokens\":" + output), new String(meter.body(), UTF_8));
            ledger.close();
            try (UsageReader reader = reader(ZoneOffset.UTC)) {
                long reserved = reader.calls("a", 1, Optional.empty()).getFirst().cost().orElseThrow();
                assertTrue(reserved >= cost && reserved < cost + Calls.CENT, cost + " " + reserved);
            }
        }
    }

    /// A limit so large that its product with the number of answers would overflow.
    @Test
    void an_absurd_limit_is_lowered_to_what_is_left() throws Exception {
        Ledger ledger = open(Calls.policy());
        Calls.Asked asked = Calls.asked("openai", "/chat/completions", "{\"model\":\"gpt-6-sol\",\"max_tokens\":999999999999999999,\"n\":50}");
        try (CallMeter meter = asked.begin(ledger, Calls.bot("a", Calls.day(Budget.DOLLAR)))) {
            long most = limit(meter);
            assertTrue(most > 900 && most * 50 * 10_000 <= Budget.DOLLAR, "" + most);
        }
    }

    /// A bot goes on from a conversation of 400,000 tokens, which cost 1.60 dollars. Returns the call, to be made again.
    private static Calls.Asked goesOn(Ledger ledger, BotPolicy bot) throws Exception {
        Calls.Asked asked = Calls.asked("openai", "/responses",
                "{\"model\":\"gpt-6-sol\",\"input\":\"go on\",\"previous_response_id\":\"resp_1\",\"max_output_tokens\":300}");
        try (CallMeter meter = asked.begin(ledger, bot)) {
            Calls.answer(meter, "{\"model\":\"gpt-6-sol\",\"usage\":{\"input_tokens\":400000,\"output_tokens\":1}}");
            meter.whole();
        }
        return asked;
    }

    /// The conversation is at the provider, and charged again with each call that continues it.
    @Test
    void a_prompt_that_the_provider_keeps_is_reserved_too() throws Exception {
        Ledger ledger = open(Calls.policy());
        BotPolicy bot = Calls.bot("a", Calls.day(2 * Budget.DOLLAR));
        Calls.Asked asked = goesOn(ledger, bot);
        assertEquals(Reason.BUDGET, assertThrows(Refused.class, () -> asked.begin(ledger, bot)).reason(), "1.60 of 2 dollars are spent");
        Calls.asked("openai", "/responses", "{\"model\":\"gpt-6-sol\",\"input\":\"\",\"max_output_tokens\":300}").begin(ledger, bot).close();
    }

    /// It is charged with the conversation, too: the provider read it before the bot left.
    @Test
    void who_goes_on_from_a_kept_prompt_and_leaves_is_charged_with_it() throws Exception {
        Ledger ledger = open(Calls.policy());
        BotPolicy bot = Calls.bot("a", Calls.day(4 * Budget.DOLLAR));
        Calls.Asked asked = goesOn(ledger, bot);
        asked.begin(ledger, bot).close();
        assertEquals(Reason.BUDGET, assertThrows(Refused.class, () -> asked.begin(ledger, bot)).reason(), "3.20 of 4 dollars are spent");
    }

    @Test
    void a_call_without_a_budget_is_sent_as_it_came() throws Exception {
        Ledger ledger = open(Calls.policy());
        Calls.Asked asked = Calls.asked("openai", "/chat/completions", "{\"model\":\"gpt-6-sol\",\"messages\":[]}");
        try (CallMeter meter = asked.begin(ledger, Calls.bot("a", Budget.NONE))) {
            assertEquals(new String(asked.body(), UTF_8), new String(meter.body(), UTF_8));
        }
    }

    private static List<String> events(Ledger ledger) {
        return ledger.events().elements().stream().map(it -> it.get("bot").string() + " " + it.get("limit").string() + " "
                + it.get("event").string() + " " + it.get("spent").integer() / Calls.CENT).toList();
    }

    /// Each was told as used up, and the one with the least left was named, though raising it did not help.
    @Test
    void every_limit_that_refuses_is_named_with_whether_it_is_used_up() throws Exception {
        Ledger ledger = open(Calls.policy());
        Budget budget = new Budget(Optional.of(Calls.CENT), Optional.of(10 * Calls.CENT), Optional.of(100L), Budget.OnCap.ANSWER);
        assertEquals("What is left of today's budget (100 tokens) is not enough for another answer. It is renewed on 30 Nov at 00:00; "
                + "whoever runs me can raise it.",
                assertThrows(Refused.class, () -> Calls.sonnet(300).begin(ledger, Calls.bot("a", budget))).getMessage());
        assertEquals(List.of("a tokens too-small 0"), events(ledger));
        spend(ledger, Calls.bot("a", Budget.NONE), Calls.CENT);
        assertEquals("I have used up today's budget (0.01 USD) and today's budget (100 tokens). All of that is renewed by 30 Nov at 00:00; "
                + "whoever runs me can raise it.",
                assertThrows(Refused.class, () -> Calls.sonnet(300).begin(ledger, Calls.bot("a", budget))).getMessage());
        Budget months = new Budget(Optional.of(Calls.CENT), Optional.of(Calls.CENT + Calls.CENT / 10), Optional.empty(), Budget.OnCap.ANSWER);
        assertEquals("I have used up today's budget (0.01 USD). What is left of this month's budget (0.01 USD) is not enough for another "
                + "answer. All of that is renewed by 1 Dec at 00:00; whoever runs me can raise it.",
                assertThrows(Refused.class, () -> Calls.sonnet(300).begin(ledger, Calls.bot("a", months))).getMessage());
        assertEquals("a month too-small 1", events(ledger).getLast());
    }

    @Test
    void four_fifths_and_all_of_a_limit_are_reported_once() throws Exception {
        Ledger ledger = open(Calls.keyMonth(200 * Calls.CENT));
        BotPolicy bot = Calls.bot("a", Calls.day(100 * Calls.CENT));
        spend(ledger, bot, 79 * Calls.CENT);
        assertEquals(List.of(), events(ledger));
        spend(ledger, bot, 2 * Calls.CENT);
        spend(ledger, bot, Calls.CENT);
        assertEquals(List.of("a day nearly-used-up 81"), events(ledger));
        spend(ledger, bot, 18 * Calls.CENT);
        assertThrows(Refused.class, () -> Calls.sonnet(300).begin(ledger, bot));
        assertThrows(Refused.class, () -> Calls.sonnet(300).begin(ledger, bot));
        assertEquals(List.of("a day nearly-used-up 81", "a day used-up 100"), events(ledger));
        spend(ledger, Calls.bot("b", Budget.NONE), 65 * Calls.CENT);
        assertEquals("b key nearly-used-up 165", events(ledger).getLast());
        ledger.close();
        Ledger next = open(Calls.keyMonth(200 * Calls.CENT));
        spend(next, Calls.bot("b", Budget.NONE), Calls.CENT);
        assertEquals(List.of(), events(next));
    }

    /// A directory in the place of the file stands for every way in which it cannot be written.
    @Test
    void while_nothing_can_be_recorded_budgets_refuse_and_the_rest_is_counted_later() throws Exception {
        Path file = directory.resolve(UsageReader.FILE);
        Files.createDirectory(file);
        Ledger ledger = open(Calls.policy());
        assertTrue(ledger.problem().orElseThrow().startsWith("what bots spend cannot be recorded: "), ledger.problem().toString());
        spend(ledger, Calls.bot("a", Budget.NONE), Calls.CENT);
        BotPolicy limited = Calls.bot("a", Calls.day(3 * Calls.CENT));
        Refused refused = assertThrows(Refused.class, () -> Calls.sonnet(300).begin(ledger, limited));
        assertEquals(Reason.UNAVAILABLE, refused.reason());
        assertEquals(2, refused.retryAfter().orElseThrow());
        Files.delete(file);
        spend(ledger, limited, Calls.CENT);
        assertFalse(ledger.problem().isPresent());
        ledger.close();
        try (UsageReader reader = reader(ZoneOffset.UTC)) {
            assertEquals(Map.of("a", new Spent(2 * Calls.CENT, 2 * Calls.CENT, 2 * (4995 + 1), 0)), reader.bots());
        }
    }

    @Test
    void a_disk_that_is_full_stops_budgets_only_and_loses_no_call() throws Exception {
        Path disk = directory.resolve("disk");
        try (TinyDisk _ = TinyDisk.mount(disk, "size=4m")) {
            spendWhileTheDiskFills(disk);
            try (UsageReader reader = new UsageReader(disk.resolve(UsageReader.FILE), clock, ZoneOffset.UTC)) {
                assertEquals(3 * Calls.CENT, reader.bots().get("a").today());
                assertEquals(3, reader.calls("a", 9, Optional.empty()).size());
            }
        }
    }

    private void spendWhileTheDiskFills(Path disk) throws Exception {
        try (Ledger ledger = Ledger.open(disk.resolve(UsageReader.FILE), clock, PATIENCE)) {
            ledger.follow(Calls.policy());
            BotPolicy limited = Calls.bot("a", Calls.day(4 * Calls.CENT));
            spend(ledger, limited, Calls.CENT);
            Path filler = disk.resolve("filler");
            assertThrows(IOException.class, () -> fill(filler));
            spend(ledger, Calls.bot("a", Budget.NONE), Calls.CENT);
            assertEquals(Reason.UNAVAILABLE, assertThrows(Refused.class, () -> Calls.sonnet(300).begin(ledger, limited)).reason());
            assertTrue(ledger.problem().orElseThrow().contains("disk of the database is full"), ledger.problem().toString());
            Files.delete(filler);
            spend(ledger, limited, Calls.CENT);
            assertEquals(Optional.empty(), ledger.problem());
        }
    }

    private static void fill(Path file) throws IOException {
        try (OutputStream out = Files.newOutputStream(file)) {
            while (true) {
                out.write(new byte[1024]);
            }
        }
    }

    @Test
    void calls_are_kept_for_ninety_days_and_sums_for_good() throws Exception {
        Ledger ledger = open(Calls.policy());
        spend(ledger, Calls.bot("a", Budget.NONE), Calls.CENT);
        ledger.close();
        now = now.plus(Duration.ofDays(91));
        spend(open(Calls.policy()), Calls.bot("a", Budget.NONE), 2 * Calls.CENT);
        close();
        try (UsageReader reader = reader(ZoneOffset.UTC)) {
            assertEquals(List.of(2 * Calls.CENT), reader.calls("a", 9, Optional.empty()).stream().map(it -> it.cost().orElseThrow()).toList());
            assertEquals(List.of(2 * Calls.CENT, Calls.CENT), reader.days("a", 100).stream().map(DayUse::cost).toList());
        }
    }

    @ParameterizedTest
    @CsvSource({"5000000000, 5.00 USD", "10000000, 0.01 USD", "1234567890, 1.23 USD", "1234567, 0.0012 USD", "1, 0.000000001 USD"})
    void amounts_are_written_for_people(long nanos, String words) {
        assertEquals(words, Money.words(nanos));
    }
}
