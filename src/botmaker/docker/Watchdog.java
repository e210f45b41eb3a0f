package botmaker.docker;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;

/// Guards one blocking exchange: closes its connection when its time is over, or as soon as the engine itself no
/// longer answers.
///
/// ```
///              close()
///   WATCHING ───────────▶ RELEASED
///      ├── time is over ────────────────▶ LATE    (connection closed)
///      └── two pings without an answer ─▶ FROZEN  (connection closed)
/// ```
///
/// The pings tell a frozen engine, noticed in under two seconds, from a call that takes long for good reason.
final class Watchdog implements AutoCloseable {
    /// How long a call may take before the first ping; most never see one.
    private static final Duration FIRST_PING_AFTER = Duration.ofMillis(400);
    private static final Duration PING_EVERY = Duration.ofSeconds(1);
    private static final int MISSES = 2;

    /// For an exchange that may last as long as its reader likes.
    static final Duration FOREVER = Duration.ofDays(36_500);

    /// For an exchange that is short enough to do without, such as a ping.
    static final BooleanSupplier NO_PINGS = () -> true;

    private enum State { WATCHING, RELEASED, LATE, FROZEN }

    private final AtomicReference<State> state = new AtomicReference<>(State.WATCHING);
    private final Connection guarded;
    private final Duration limit;
    private final long start = System.nanoTime();
    private final BooleanSupplier engineAnswers;
    private final Thread thread;

    /// Starts watching.
    ///
    /// @param engineAnswers sends one ping and says whether it was answered; blocks for a bounded time
    Watchdog(Connection guarded, Duration limit, BooleanSupplier engineAnswers) {
        this.guarded = guarded;
        this.limit = limit;
        this.engineAnswers = engineAnswers;
        this.thread = Thread.ofVirtual().name("engine-watchdog").start(this::watch);
    }

    /// Why the connection was closed, in words that follow "The Docker Engine"; empty when this watchdog did not do it.
    Optional<String> verdict() {
        return switch (state.get()) {
            case WATCHING, RELEASED -> Optional.empty();
            case LATE -> Optional.of("did not answer within " + seconds(limit));
            case FROZEN -> Optional.of("does not answer any more");
        };
    }

    /// Whether the connection was closed because the time was over, while the engine answered.
    boolean late() {
        return state.get() == State.LATE;
    }

    /// Ends the watch; the connection is left as it is.
    @Override
    public void close() {
        if (state.compareAndSet(State.WATCHING, State.RELEASED)) {
            thread.interrupt();
        }
    }

    private void watch() {
        try {
            sleep(FIRST_PING_AFTER);
            int misses = 0;
            while (remaining().isPositive()) {
                if (engineAnswers.getAsBoolean()) {
                    misses = 0;
                    sleep(PING_EVERY);
                } else if (++misses == MISSES) {
                    bite(State.FROZEN);
                    return;
                }
            }
            bite(State.LATE);
        } catch (InterruptedException _) {
            // released
        }
    }

    private void bite(State verdict) {
        if (state.compareAndSet(State.WATCHING, verdict)) {
            guarded.close();
        }
    }

    private void sleep(Duration most) throws InterruptedException {
        Duration remaining = remaining();
        Thread.sleep(remaining.compareTo(most) < 0 ? remaining : most);
    }

    private Duration remaining() {
        Duration remaining = limit.minusNanos(System.nanoTime() - start);
        return remaining.isNegative() ? Duration.ZERO : remaining;
    }

    private static String seconds(Duration duration) {
        return duration.toMillis() % 1000 == 0 ? duration.toSeconds() + " s" : duration.toMillis() + " ms";
    }
}
