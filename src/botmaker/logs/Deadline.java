package botmaker.logs;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;

/// Ends a blocking operation unless it completes in time.
final class Deadline implements AutoCloseable {
    private enum State { RUNNING, MET, PASSED }

    private final AtomicReference<State> state = new AtomicReference<>(State.RUNNING);
    private final Thread thread;

    /// @param end called on another thread when the time is over
    Deadline(Duration time, Runnable end) {
        thread = Thread.ofVirtual().name("log-deadline").start(() -> {
            try {
                Thread.sleep(time);
                if (state.compareAndSet(State.RUNNING, State.PASSED)) {
                    end.run();
                }
            } catch (InterruptedException _) {
                // met
            }
        });
    }

    /// Completes the operation.
    ///
    /// @return whether it was in time
    boolean met() {
        close();
        return state.get() == State.MET;
    }

    @Override
    public void close() {
        if (state.compareAndSet(State.RUNNING, State.MET)) {
            thread.interrupt();
        }
    }
}
