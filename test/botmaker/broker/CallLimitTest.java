package botmaker.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.dialect.Refused.Reason;
import botmaker.dialect.Refused;
import botmaker.json.JsonValue;
import botmaker.policy.BotPolicy;
import botmaker.policy.Budget;
import botmaker.policy.Origin;
import botmaker.policy.Permissions;
import botmaker.policy.Reach;
import botmaker.support.Journal;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// How much of a bot is served, and how much of it is remembered.
final class CallLimitTest {
    private final AtomicLong now = new AtomicLong();
    private final CallLimit limit = new CallLimit(Duration.ZERO, now::get);

    @Test
    void a_bot_makes_sixty_calls_a_minute_and_takes_none_from_others() throws Exception {
        for (int i = 0; i < CallLimit.A_MINUTE; i++) {
            now.addAndGet(Duration.ofMillis(100).toNanos());
            limit.begin("a").orElseThrow().close();
        }
        assertTrue(limit.begin("a").isEmpty());
        limit.begin("b").orElseThrow().close();
        now.addAndGet(Duration.ofMinutes(1).toNanos() - Duration.ofMillis(100L * (CallLimit.A_MINUTE - 1)).toNanos());
        limit.begin("a").orElseThrow().close();
        assertTrue(limit.begin("a").isEmpty(), "only the oldest call is over a minute ago");
    }

    @Test
    void calls_under_way_count_until_they_end() throws Exception {
        List<CallLimit.Call> calls = new ArrayList<>();
        for (int i = 0; i < CallLimit.AT_ONCE; i++) {
            calls.add(limit.begin("a").orElseThrow());
        }
        assertTrue(limit.begin("a").isEmpty());
        calls.removeLast().close();
        limit.begin("a").orElseThrow().close();
    }

    @Test
    void a_bot_that_is_gone_is_forgotten() throws Exception {
        for (int i = 0; i < CallLimit.A_MINUTE; i++) {
            limit.begin("a").orElseThrow().close();
        }
        limit.keepOnly(Set.of());
        limit.begin("a").orElseThrow().close();
    }

    @Test
    void a_placeholder_that_was_replaced_is_taken_for_some_minutes() {
        Placeholders placeholders = new Placeholders(now::get);
        placeholders.follow(List.of(bot("one")));
        placeholders.follow(List.of(bot("two")));
        assertTrue(placeholders.accepts("a", new Origin.Credential(Optional.of("k"), "two"), "two"));
        assertTrue(placeholders.accepts("a", new Origin.Credential(Optional.of("k"), "two"), "one"));
        assertFalse(placeholders.accepts("b", new Origin.Credential(Optional.of("k"), "two"), "one"));
        now.addAndGet(Duration.ofMinutes(6).toNanos());
        assertFalse(placeholders.accepts("a", new Origin.Credential(Optional.of("k"), "two"), "one"));
        assertTrue(placeholders.accepts("a", new Origin.Credential(Optional.of("k"), "two"), "two"));
    }

    private static BotPolicy bot(String placeholder) {
        Origin origin = new Origin("m0", "h", 80, false, URI.create("http://h"), "ollama",
                Optional.of(new Origin.Credential(Optional.of("k"), placeholder)), List.of());
        return new BotPolicy("a", Reach.SEALED, Path.of("/l"), List.of(origin), List.of(), Optional.empty(), Budget.NONE);
    }

    /// One host hid all others, the one of a cloud's secrets too.
    @Test
    void refused_hosts_do_not_hide_each_other() {
        Activity activity = new Activity(Clock.systemUTC());
        activity.refused("a", "credential", "another key");
        try (Journal journal = new Journal()) {
            for (int i = 0; i < 30; i++) {
                activity.refused("a", "host", "h" + i, "It may not reach h" + i + ".");
                activity.refused("a", "host", "h11", "It may not reach h11.");
            }
            assertEquals(20, journal.records().size(), "lines in the log");
        }
        List<JsonValue> told = activity.toJson().get(0).get("refused").elements();
        assertEquals(21, told.size());
        assertEquals("credential", told.getFirst().get("kind").string());
        assertEquals("It may not reach h11.", told.getLast().get("words").string());
        assertEquals(31, told.getLast().get("count").integer());
        assertEquals("It may not reach h29.", told.get(19).get("words").string());
    }

    @Test
    void what_is_remembered_of_refusals_does_not_grow_with_them() {
        Activity activity = new Activity(Clock.systemUTC());
        for (int i = 0; i < 1000; i++) {
            activity.refused("a", "route", "x".repeat(10_000) + "\n\u202e" + i);
            activity.refused("a", "model", i + "\r\n\u001b[31m");
            activity.unlisted("a", "h" + i + ".example");
            activity.refused("a", new Refused(Reason.MODEL, "It may not use it.", Permissions.ofModel("m" + i)));
        }
        activity.refused("a", "credential", "another key");
        JsonValue bot = activity.toJson().get(0);
        assertEquals(List.of("credential", "model", "route"), bot.get("refused").elements().stream().map(it -> it.get("kind").string()).toList());
        assertTrue(activity.toJson().toString().length() < 20_000, "it grows");
        assertTrue(bot.get("refused").elements().stream().allMatch(it -> it.get("words").string().chars().allMatch(c -> c >= ' ' && c <= '~')));
        assertEquals(IntStream.range(980, 1000).mapToObj(i -> "h" + i + ".example").toList(), texts(bot.get("unlistedHosts")));
        assertEquals(IntStream.range(980, 1000).mapToObj(i -> Permissions.ofModel("m" + i)).toList(), texts(bot.get("allowable")));
        assertEquals(3001, bot.get("refused").elements().stream().mapToLong(it -> it.get("count").integer()).sum());
        activity.keepOnly(Set.of());
        assertEquals(0, activity.toJson().elements().size());
    }

    private static List<String> texts(JsonValue list) {
        return list.elements().stream().map(JsonValue::string).toList();
    }
}
