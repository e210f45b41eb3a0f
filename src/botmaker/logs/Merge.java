package botmaker.logs;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Merges the lines of several inputs in the order of their times, as far as these are known.
///
/// The earliest line is taken once every other input has its next one. An input that has none is waited for: briefly when it is
/// quiet (lines of the same instant come a few ms apart), longer while it is still reading older lines.
final class Merge {
    /// How long a line waits for earlier ones of quiet inputs.
    private static final long MOMENT = 75_000_000;

    /// How long it waits for an input that still reads older lines, which may take a busy engine seconds.
    private static final long PATIENCE = 10_000_000_000L;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final List<MergeInput> inputs = new ArrayList<>();
    private Optional<RuntimeException> failure = Optional.empty();

    /// Adds an input, before anything comes.
    MergeInput input(String botId, LoggedBots.Redaction redaction) {
        MergeInput input = new MergeInput(this, botId, redaction);
        inputs.add(input);
        return input;
    }

    /// Makes [#poll()] throw what ended an input.
    void fail(RuntimeException cause) {
        locked(() -> failure = Optional.of(failure.orElse(cause)));
    }

    /// Removes and returns the next item, if one is due.
    ///
    /// @throws RuntimeException what ended an input
    Optional<MergeInput.Item> poll() {
        lock.lock();
        try {
            if (failure.isPresent()) {
                throw failure.get();
            }
            Optional<MergeInput> earliest = earliest();
            return earliest.isPresent() && dueIn(earliest.get()) <= 0 ? Optional.of(earliest.get().take()) : Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    /// Waits until [#poll()] may have something.
    ///
    /// @return false when nothing more will come
    boolean await() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            Optional<MergeInput> earliest = earliest();
            if (failure.isPresent()) {
                return true;
            }
            if (earliest.isPresent()) {
                long due = dueIn(earliest.get());
                if (due > 0) {
                    changed.awaitNanos(due);
                }
                return true;
            }
            if (inputs.stream().allMatch(MergeInput::ended)) {
                return false;
            }
            changed.await();
            return true;
        } finally {
            lock.unlock();
        }
    }

    Condition newCondition() {
        return lock.newCondition();
    }

    void lockInterruptibly() throws InterruptedException {
        lock.lockInterruptibly();
    }

    /// Ends a change of an input.
    void unlock() {
        changed.signal();
        lock.unlock();
    }

    void locked(Runnable change) {
        lock.lock();
        try {
            change.run();
        } finally {
            unlock();
        }
    }

    private Optional<MergeInput> earliest() {
        MergeInput earliest = null;
        for (MergeInput input : inputs) {
            if (input.head().isPresent() && (earliest == null || time(input) < time(earliest))) {
                earliest = input;
            }
        }
        return Optional.ofNullable(earliest);
    }

    private static long time(MergeInput input) {
        return input.head().orElseThrow().time();
    }

    /// Returns the nanoseconds until an input's head need not wait any longer for the other inputs.
    private long dueIn(MergeInput input) {
        MergeInput.Item head = input.head().orElseThrow();
        long wait = 0;
        for (MergeInput other : inputs) {
            if (head.time() > Long.MIN_VALUE && other.head().isEmpty() && !other.ended()) {
                wait = Math.max(wait, other.quiet() ? MOMENT : PATIENCE);
            }
        }
        return wait == 0 ? 0 : head.arrived() + wait - System.nanoTime();
    }
}
