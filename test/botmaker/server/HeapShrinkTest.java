package botmaker.server;

import static org.junit.jupiter.api.Assertions.assertNull;

import java.lang.ref.WeakReference;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class HeapShrinkTest {
    @Test
    void what_is_not_needed_any_more_goes_without_anybody_asking_for_memory() throws Exception {
        WeakReference<byte[]> needless = new WeakReference<>(new byte[1024]);
        Thread collector = Thread.ofVirtual().start(() -> App.shrinkHeap(Duration.ofMillis(20)));
        for (int tries = 0; tries < 500 && needless.get() != null; tries++) {
            Thread.sleep(20);
        }
        collector.interrupt();
        assertNull(needless.get());
    }
}
