package botmaker.logs;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/// Ends a blocking operation unless it completes in time.
final class Deadline implements AutoCloseable {
    private final AtomicBoolean over = new AtomicBoolean();
    private final Thread thread;

    /// @param end called on another thread when the time is over
    Deadline(Duration time, Runnable end) {
        thread = Thread.ofVirtual().name("log-deadline").start(() -> {
            try {
                Thread.sleep(time);
                if (over.compareAndSet(false, true)) {
                    end.run();
                }
            } catch (InterruptedException _) {
                // met
            }
        });
    }

    /// Completes the operation.
    ///
    /// @return whether it was in time; false as well when it was completed before
    boolean met() {
        boolean inTime = over.compareAndSet(false, true);
        if (inTime) {
            thread.interrupt();
        }
        return inTime;
    }

    @Override
    public void close() {
        met();
    }
}
