package botmaker.bot.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;

import botmaker.bot.Workshop;
import botmaker.bot.model.BotId;
import botmaker.error.Failure;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class WorkQueueTest {
    private final AtomicInteger runs = new AtomicInteger();
    private final BotId bot = BotId.random();

    /// It was left to the next look at everything, up to 30 seconds later.
    @Test
    void what_fails_is_tried_again_soon() {
        try (WorkQueue queue = new WorkQueue(_ -> {
            switch (runs.incrementAndGet()) {
                case 1 -> throw new Failure.EngineDown("away", null);
                case 2 -> throw new Failure.Conflict("in the way");
                case 3 -> throw new IllegalStateException("a fault of our own");
                default -> { }
            }
        })) {
            queue.enqueue(bot);
            Workshop.await("it is done", () -> runs.get() == 4);
        }
    }

    @Test
    void a_bot_is_worked_on_once_at_a_time_and_once_more_when_it_was_enqueued_meanwhile() throws Exception {
        CountDownLatch first = new CountDownLatch(1);
        AtomicInteger others = new AtomicInteger();
        AtomicInteger atOnce = new AtomicInteger();
        AtomicInteger mostAtOnce = new AtomicInteger();
        try (WorkQueue queue = new WorkQueue(id -> {
            if (!id.equals(bot)) {
                others.incrementAndGet();
                return;
            }
            mostAtOnce.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
            if (runs.incrementAndGet() == 1) {
                first.await();
            }
            atOnce.decrementAndGet();
        })) {
            queue.enqueue(bot);
            Workshop.await("the first is under way", () -> runs.get() == 1);
            queue.enqueue(bot);
            queue.enqueue(bot);
            queue.enqueue(BotId.random());
            Workshop.await("the other does not wait", () -> others.get() == 1);
            assertEquals(1, runs.get());

            first.countDown();
            Workshop.await("it is worked on once more", () -> runs.get() == 2);
            Thread.sleep(500);
            assertEquals(2, runs.get());
            assertEquals(1, mostAtOnce.get());

            queue.enqueue(bot);
            Workshop.await("it can be enqueued again", () -> runs.get() == 3);
        }
    }

    /// A bot whose work ended in an error could never be worked on again.
    @Test
    void an_error_does_not_end_the_work_for_good() {
        try (WorkQueue queue = new WorkQueue(_ -> {
            if (runs.incrementAndGet() == 1) {
                throw new StackOverflowError();
            }
        })) {
            queue.enqueue(bot);
            Workshop.await("it is tried", () -> runs.get() >= 1);
            Workshop.await("it is worked on", () -> {
                queue.enqueue(bot);
                return runs.get() > 1;
            });
        }
    }

    @Test
    void nothing_is_begun_or_tried_again_after_the_end() {
        CountDownLatch ended = new CountDownLatch(1);
        WorkQueue queue = new WorkQueue(_ -> {
            runs.incrementAndGet();
            try {
                new CountDownLatch(1).await();
            } finally {
                ended.countDown();
            }
        });
        queue.enqueue(bot);
        Workshop.await("it is under way", () -> runs.get() == 1);

        queue.close();

        Workshop.await("it has ended", () -> ended.getCount() == 0);
        queue.enqueue(bot);
        queue.enqueue(BotId.random());
        assertEquals(1, runs.get());
    }
}
