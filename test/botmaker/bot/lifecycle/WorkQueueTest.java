package botmaker.bot.lifecycle;

import static org.junit.jupiter.api.Assertions.assertEquals;

import botmaker.bot.Workshop;
import botmaker.bot.model.BotId;
import botmaker.error.Failure;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class WorkQueueTest {
    private final AtomicInteger doubts = new AtomicInteger();
    private final AtomicInteger runs = new AtomicInteger();
    private final BotId bot = BotId.random();

    /// It was left to the next look at everything, up to 30 seconds later.
    @Test
    void what_fails_is_tried_again_soon_and_doubted() {
        try (WorkQueue chores = new WorkQueue(doubts::incrementAndGet)) {
            chores.start(bot, "sweeping", () -> {
                switch (runs.incrementAndGet()) {
                    case 1 -> throw new Failure.EngineDown("away", null);
                    case 2 -> throw new Failure.Conflict("in the way");
                    default -> { }
                }
            });
            Workshop.await("it is done", () -> runs.get() == 3);
            assertEquals(2, doubts.get());
        }
    }

    @Test
    void one_chore_of_a_bot_is_not_under_way_twice_and_others_do_not_wait_for_it() throws Exception {
        CountDownLatch swept = new CountDownLatch(1);
        try (WorkQueue chores = new WorkQueue(doubts::incrementAndGet)) {
            chores.start(bot, "sweeping", () -> {
                runs.incrementAndGet();
                swept.await();
            });
            chores.start(bot, "sweeping", runs::incrementAndGet);
            AtomicInteger others = new AtomicInteger();
            chores.start(bot, "washing", others::incrementAndGet);
            chores.start(BotId.random(), "sweeping", others::incrementAndGet);
            Workshop.await("the others are done", () -> others.get() == 2);
            Workshop.await("the first is under way", () -> runs.get() == 1);

            swept.countDown();
            Workshop.await("it can be begun again", () -> {
                chores.start(bot, "sweeping", runs::incrementAndGet);
                return runs.get() > 1;
            });
        }
    }

    @Test
    void nothing_is_begun_or_tried_again_after_the_end() {
        WorkQueue chores = new WorkQueue(doubts::incrementAndGet);
        CountDownLatch ended = new CountDownLatch(1);
        chores.start(bot, "sweeping", () -> {
            runs.incrementAndGet();
            try {
                new CountDownLatch(1).await();
            } finally {
                ended.countDown();
            }
        });
        Workshop.await("it is under way", () -> runs.get() == 1);

        chores.close();

        Workshop.await("it has ended", () -> ended.getCount() == 0);
        chores.start(bot, "washing", runs::incrementAndGet);
        assertEquals(1, runs.get());
    }
}
