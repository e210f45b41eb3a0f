package botmaker.logs;

import botmaker.json.Json;
import botmaker.json.JsonValue.JsonObject;
import botmaker.json.ObjectBuilder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
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
    private final List<Input> inputs = new ArrayList<>();
    private Optional<RuntimeException> failure = Optional.empty();

    /// Adds an input, before anything comes.
    Input input(String botId, LoggedBots.Redaction redaction) {
        Input input = new Input(this, botId, redaction);
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
    Optional<Input.Item> poll() {
        lock.lock();
        try {
            if (failure.isPresent()) {
                throw failure.get();
            }
            Optional<Input> earliest = earliest();
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
            Optional<Input> earliest = earliest();
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
            if (inputs.stream().allMatch(Input::ended)) {
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

    private Optional<Input> earliest() {
        Input earliest = null;
        for (Input input : inputs) {
            if (input.head().isPresent() && (earliest == null || time(input) < time(earliest))) {
                earliest = input;
            }
        }
        return Optional.ofNullable(earliest);
    }

    private static long time(Input input) {
        return input.head().orElseThrow().time();
    }

    /// Returns the nanoseconds until an input's head need not wait any longer for the other inputs.
    private long dueIn(Input input) {
        Input.Item head = input.head().orElseThrow();
        long wait = 0;
        for (Input other : inputs) {
            if (head.time() > Long.MIN_VALUE && other.head().isEmpty() && !other.ended()) {
                wait = Math.max(wait, other.quiet() ? MOMENT : PATIENCE);
            }
        }
        return wait == 0 ? 0 : head.arrived() + wait - System.nanoTime();
    }

    /// One bot's input to a merged log: what its follower has read and nobody has taken yet. It is bounded: a follower that is ahead of
    /// the others waits. All fields are guarded by the merge's lock.
    static final class Input implements Follower.Sink {
        private static final int MAX_ITEMS = 256;
        private static final int MAX_CHARACTERS = 256 * 1024;

        private final Merge merge;
        private final String botId;
        private final Line.Writer writer;
        private final Condition room;
        private final Deque<Item> items = new ArrayDeque<>();
        private int characters;
        private boolean quiet;
        private boolean ended;

        /// An item of the merged log.
        ///
        /// @param time    of a line; [Long#MIN_VALUE] for what need not wait for other bots' lines
        /// @param event   the event's name; empty for a line
        /// @param after   the position after it, where it has one
        /// @param data    empty when it is a position only
        /// @param arrived by [System#nanoTime()]
        record Item(String botId, long time, Optional<String> event, Optional<Position> after, Optional<String> data, long arrived) {
            private int size() {
                return data.map(String::length).orElse(0);
            }
        }

        Input(Merge merge, String botId, LoggedBots.Redaction redaction) {
            this.merge = merge;
            this.botId = botId;
            this.writer = Line.Writer.of(redaction, botId);
            this.room = merge.newCondition();
        }

        @Override
        public void line(Line line, Position after) throws InterruptedException {
            put(line.time(), Optional.empty(), Optional.of(after), Optional.of(writer.json(line)));
        }

        @Override
        public void event(String name, JsonObject data) throws InterruptedException {
            ObjectBuilder withBot = Json.object();
            data.members().forEach(withBot::put);
            put(Long.MIN_VALUE, Optional.of(name), Optional.empty(), Optional.of(withBot.put("b", botId).build().toString()));
        }

        @Override
        public void at(Position position) throws InterruptedException {
            put(Long.MIN_VALUE, Optional.empty(), Optional.of(position), Optional.empty());
        }

        /// Does nothing: the merge sends what is due, and older lines are still to come.
        @Override
        public void flush() { }

        @Override
        public void caughtUp() {
            merge.locked(() -> quiet = true);
        }

        /// Ends the input.
        void end() {
            merge.locked(() -> ended = true);
        }

        private void put(long time, Optional<String> event, Optional<Position> after, Optional<String> data)
                throws InterruptedException {
            Item item = new Item(botId, time, event, after, data, System.nanoTime());
            merge.lockInterruptibly();
            try {
                while (!items.isEmpty() && (items.size() >= MAX_ITEMS || characters + item.size() > MAX_CHARACTERS)) {
                    room.await();
                }
                items.add(item);
                characters += item.size();
                quiet = false;
            } finally {
                merge.unlock();
            }
        }

        /// Returns the next item without removing it.
        Optional<Item> head() {
            return Optional.ofNullable(items.peek());
        }

        Item take() {
            Item item = items.remove();
            characters -= item.size();
            room.signal();
            return item;
        }

        /// Returns whether all that could come has come for now, so that nobody need wait for it long.
        boolean quiet() {
            return quiet;
        }

        boolean ended() {
            return ended;
        }
    }
}
