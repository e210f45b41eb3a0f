package botmaker.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FileWorkTest {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Duration SHORT = Duration.ofMillis(200);

    private final FileWork files = new FileWork();

    @Test
    void the_result_and_the_failure_of_work_come_back() throws Exception {
        assertFalse(files.call("a", LONG, () -> Thread.currentThread().isVirtual()));
        IOException failure = new IOException("no");
        assertSame(failure, assertThrows(IOException.class, () -> files.call("a", LONG, () -> {
            throw failure;
        })));
        assertThrows(IllegalStateException.class, () -> files.call("a", LONG, () -> {
            throw new IllegalStateException();
        }));
        assertEquals("again", files.call("a", LONG, () -> "again"));
    }

    /// Two reads of a leased file took both carriers of a host with two processors, and no request was answered any more.
    @Test
    void work_that_hangs_is_left_behind_and_only_its_owner_waits_for_it() throws Exception {
        CountDownLatch hanging = new CountDownLatch(1);
        AtomicInteger started = new AtomicInteger();
        for (int i = 0; i < 3; i++) {
            IOException slow = assertThrows(IOException.class, () -> files.call("a", SHORT, () -> {
                started.incrementAndGet();
                awaitAsSystemCallsDo(hanging);
                return "";
            }));
            assertTrue(slow.getMessage().contains("did not respond"), slow.getMessage());
        }
        assertEquals(1, started.get());
        assertEquals("well", files.call("b", LONG, () -> "well"));
        hanging.countDown();
        assertEquals("well", files.call("a", LONG, () -> "well"));
    }

    /// Waits without heeding an interrupt.
    private static void awaitAsSystemCallsDo(CountDownLatch latch) {
        while (true) {
            try {
                latch.await();
                return;
            } catch (InterruptedException _) {
                // goes on
            }
        }
    }
}
