package botmaker.docker;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/// Guards one blocking exchange: closes its connection when its time limit is over, or as soon as the engine no longer
/// answers.
///
/// ```
///              close()
///   WATCHING ───────────▶ RELEASED
///      ├── time limit is over ──────────────────────────▶ LATE    (connection closed)
///      └── pings unanswered, and nothing else heard ────▶ FROZEN  (connection closed)
/// ```
///
/// The pings tell a frozen engine, noticed in under two seconds, from a call that takes long for good reason. Whatever
/// the engine sends on any connection proves as much as an answered ping, since a busy host may answer pings late.
final class Watchdog implements AutoCloseable {
    /// How long a call may take before the first ping; most calls never cause one.
    private static final Duration FIRST_PING_AFTER = Duration.ofMillis(400);
    private static final Duration PING_EVERY = Duration.ofSeconds(1);
    private static final Duration AFTER_A_MISS = Duration.ofMillis(50);

    /// How long an engine may be silent: two missed pings.
    static final Duration TWO_PINGS = Duration.ofMillis(1450);

    /// The time limit of an exchange that may last as long as its reader likes.
    static final Duration FOREVER = Duration.ofDays(36_500);

    private enum State { WATCHING, RELEASED, LATE, FROZEN }

    private final AtomicReference<State> state = new AtomicReference<>(State.WATCHING);
    private final Connection guarded;
    private final Duration limit;
    private final Duration patience;
    private final AtomicLong heard;
    private final Runnable ping;
    private final long start = System.nanoTime();
    private final Thread thread;

    /// Starts watching.
    ///
    /// @param heard when the engine last sent something, by `System.nanoTime()`
    /// @param ping  asks the engine for an answer; blocks for a bounded time, and never throws
    Watchdog(Connection guarded, Call call, AtomicLong heard, Runnable ping) {
        this.guarded = guarded;
        this.limit = call.limit();
        this.patience = call.patience();
        this.heard = heard;
        this.ping = ping;
        this.thread = Thread.ofVirtual().name("engine-watchdog").start(this::watch);
    }

    /// Returns why this watchdog closed the connection, in words that follow "The Docker Engine"; empty when it did not.
    Optional<String> verdict() {
        return switch (state.get()) {
            case WATCHING, RELEASED -> Optional.empty();
            case LATE -> Optional.of("did not answer within " + seconds(limit));
            case FROZEN -> Optional.of("does not answer any more");
        };
    }

    /// Returns whether the time limit was over while the engine answered.
    boolean late() {
        return state.get() == State.LATE;
    }

    /// Ends the watch and leaves the connection as it is.
    @Override
    public void close() {
        if (state.compareAndSet(State.WATCHING, State.RELEASED)) {
            thread.interrupt();
        }
    }

    private void watch() {
        try {
            sleep(FIRST_PING_AFTER);
            long silentSince = System.nanoTime();
            while (remaining().isPositive()) {
                ping.run();
                if (heard.get() - silentSince > 0) {
                    sleep(PING_EVERY);
                    silentSince = System.nanoTime();
                } else if (System.nanoTime() - silentSince > patience.toNanos()) {
                    bite(State.FROZEN);
                    return;
                } else {
                    sleep(AFTER_A_MISS);
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
