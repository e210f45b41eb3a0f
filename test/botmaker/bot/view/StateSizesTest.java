package botmaker.bot.view;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.bot.Rows;
import botmaker.bot.model.BotId;
import botmaker.bot.model.BotRecord.Desired;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class StateSizesTest {
    private final BotRegistry registry = new BotRegistry(Clock.systemUTC(), System::nanoTime, () -> false);
    private final BotId id = Rows.ready(Desired.RUNNING).id();

    /// One bot's slow state directory held up the answers of all bots, for as long as the walk took.
    @Test
    void a_slow_walk_delays_its_own_bot_a_little_and_is_done_once() throws Exception {
        registry.add(Rows.ready(Desired.RUNNING), Map.of());
        CountDownLatch go = new CountDownLatch(1);
        AtomicInteger walks = new AtomicInteger();
        StateSizes sizes = new StateSizes(bot -> {
            walks.incrementAndGet();
            awaitQuietly(go);
            return 4711;
        }, registry);
        long start = System.nanoTime();
        sizes.refresh(id);
        sizes.refresh(id);
        assertTrue(System.nanoTime() - start < Duration.ofSeconds(20).toNanos());
        assertEquals(1, walks.get());
        assertEquals("", registry.bot(id).orElseThrow().toJson().find("stateBytes").map(Object::toString).orElse(""));

        try (Subscription changes = registry.subscribe()) {
            go.countDown();
            assertEquals(List.of(id), changes.take(Duration.ofSeconds(20)).bots(), "the size comes as a change of the bot");
        }
        assertEquals(4711, registry.bot(id).orElseThrow().toJson().get("stateBytes").integer());
        sizes.refresh(id);
        assertEquals(1, walks.get(), "measured within the last minute");
    }

    @Test
    void a_walk_that_fails_leaves_the_size_unknown() throws Exception {
        registry.add(Rows.ready(Desired.RUNNING), Map.of());
        new StateSizes(_ -> {
            throw new IOException("its directory is gone");
        }, registry).refresh(id);
        assertTrue(registry.seen(id).orElseThrow().stateBytes().isEmpty());
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
