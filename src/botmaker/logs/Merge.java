package botmaker.logs;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Brings the lines of several lanes into the order of their times, as far as that can be told.
///
/// The earliest line goes when every other lane has shown its next one. A lane with nothing to show is waited for: for a moment
/// when it is quiet (lines of the same instant come a few ms apart), longer when it is still reading what there was.
final class Merge {
    /// How long a line waits for earlier ones of quiet lanes.
    private static final long MOMENT = 75_000_000;

    /// How long it waits for a lane that is not quiet; a lane may be as slow as the engine.
    private static final long PATIENCE = 2_000_000_000;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final List<Lane> lanes = new ArrayList<>();
    private Optional<RuntimeException> failure = Optional.empty();

    /// Adds a lane; before anything comes.
    Lane lane(String botId, LineFilter filter) {
        Lane lane = new Lane(this, botId, filter);
        lanes.add(lane);
        return lane;
    }

    /// Makes [#poll()] throw what ended a lane.
    void fail(RuntimeException cause) {
        locked(() -> failure = Optional.of(failure.orElse(cause)));
    }

    /// Takes the next item, if it is time for one.
    ///
    /// @throws RuntimeException that ended a lane
    Optional<Lane.Item> poll() {
        lock.lock();
        try {
            if (failure.isPresent()) {
                throw failure.get();
            }
            Optional<Lane> earliest = earliest();
            return earliest.isPresent() && dueIn(earliest.get()) <= 0 ? Optional.of(earliest.get().take()) : Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    /// Waits until [#poll()] may have something.
    ///
    /// @return false when nothing will come any more
    boolean await() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            Optional<Lane> earliest = earliest();
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
            if (lanes.stream().allMatch(Lane::ended)) {
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

    /// Ends a change of a lane.
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

    private Optional<Lane> earliest() {
        Lane earliest = null;
        for (Lane lane : lanes) {
            if (lane.head().isPresent() && (earliest == null || time(lane) < time(earliest))) {
                earliest = lane;
            }
        }
        return Optional.ofNullable(earliest);
    }

    private static long time(Lane lane) {
        return lane.head().orElseThrow().time();
    }

    /// Nanoseconds until a lane's head need not wait any longer for the other lanes.
    private long dueIn(Lane lane) {
        Lane.Item head = lane.head().orElseThrow();
        long wait = 0;
        for (Lane other : lanes) {
            if (head.time() > Long.MIN_VALUE && other.head().isEmpty() && !other.ended()) {
                wait = Math.max(wait, other.quiet() ? MOMENT : PATIENCE);
            }
        }
        return wait == 0 ? 0 : head.arrived() + wait - System.nanoTime();
    }
}
