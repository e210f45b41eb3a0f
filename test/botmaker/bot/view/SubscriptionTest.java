package botmaker.bot.view;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.bot.model.BotId;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class SubscriptionTest {
    private static final BotId A = new BotId("000000000000000a");
    private static final BotId B = new BotId("000000000000000b");

    @Test
    void a_slow_reader_gets_each_bot_once_however_often_it_changed() throws InterruptedException {
        Subscription subscription = new Subscription(_ -> { });
        for (int i = 0; i < 10_000; i++) {
            subscription.changed(A);
            subscription.changed(B);
        }

        Subscription.Changes changes = subscription.take(Duration.ofSeconds(1));

        assertEquals(List.of(A, B), changes.bots());
        assertFalse(changes.engine());
    }

    @Test
    void waiting_ends_with_nothing_after_the_time_given() throws InterruptedException {
        assertEquals(List.of(), new Subscription(_ -> { }).take(Duration.ofMillis(5)).bots());
    }

    @Test
    void a_waiting_reader_is_woken() throws InterruptedException {
        Subscription subscription = new Subscription(_ -> { });
        Thread.ofVirtual().start(() -> subscription.engineChanged(List.of(A)));

        Subscription.Changes changes = subscription.take(Duration.ofSeconds(10));

        assertTrue(changes.engine());
        assertEquals(List.of(A), changes.bots());
    }
}
