package botmaker.logs;

import botmaker.json.Json.ObjectBuilder;
import botmaker.json.Json;
import botmaker.json.JsonValue.JsonObject;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// Merges the lines of several inputs in the order of their times, as far as these are known.
///
/// The earliest line is taken once every other input has its next one. An input that has none is waited for: briefly when it is
/// quiet (lines of the same instant come a few ms apart), longer while it is still reading older lines.
final class Merge {
    /// How long a line waits for earlier ones of quiet inputs.
    private static final long MOMENT = 75_000_000;

    /// How long it waits for an input that still reads older lines, which may take a busy engine seconds.
    private static final long PATIENCE = 10_000_000_000L;

    private final List<Input> inputs = new ArrayList<>();
    private Optional<RuntimeException> failure = Optional.empty();

    /// Adds an input, before anything comes.
    Input input(String botId, LoggedBots.Redaction redaction) {
        Input input = new Input(botId, redaction);
        inputs.add(input);
        return input;
    }

    /// Makes [#poll()] throw what ended an input.
    synchronized void fail(RuntimeException cause) {
        failure = Optional.of(failure.orElse(cause));
        notifyAll();
    }

    /// Removes and returns the next item, if one is due.
    ///
    /// @throws RuntimeException what ended an input
    synchronized Optional<Item> poll() {
        if (failure.isPresent()) {
            throw failure.get();
        }
        return earliest().filter(input -> dueIn(input.head()) <= 0).map(Input::take);
    }

    /// Waits until [#poll()] may have something.
    ///
    /// @return false when nothing more will come
    synchronized boolean await() throws InterruptedException {
        Optional<Input> earliest = earliest();
        if (earliest.isEmpty() && failure.isEmpty() && inputs.stream().allMatch(input -> input.ended)) {
            return false;
        }
        if (failure.isEmpty()) {
            long wait = earliest.map(input -> dueIn(input.head())).orElse(PATIENCE);
            TimeUnit.NANOSECONDS.timedWait(this, wait);
        }
        return true;
    }

    private synchronized void change(Runnable change) {
        change.run();
        notifyAll();
    }

    private Optional<Input> earliest() {
        return inputs.stream().filter(input -> !input.items.isEmpty()).min(Comparator.comparingLong(input -> input.head().time()));
    }

    /// Returns the nanoseconds until an item need not wait any longer for the other inputs.
    private long dueIn(Item item) {
        if (item.time() == Long.MIN_VALUE) {
            return 0;
        }
        long wait = 0;
        for (Input other : inputs) {
            if (other.items.isEmpty() && !other.ended) {
                wait = Math.max(wait, other.quiet ? MOMENT : PATIENCE);
            }
        }
        return wait == 0 ? 0 : item.arrived() + wait - System.nanoTime();
    }

    /// An item of the merged log.
    ///
    /// @param time    of a line; [Long#MIN_VALUE] for what need not wait for other bots' lines
    /// @param event   the event's name; empty for a line
    /// @param after   the position after it, where it has one
    /// @param data    empty when it is a position only
    /// @param arrived by [System#nanoTime()]
    record Item(String botId, long time, Optional<String> event, Optional<Position> after, Optional<String> data, long arrived) {
        /// Returns how much of an input's room it takes.
        private int size() {
            return Math.min(Input.ROOM, Input.ROOM / Input.MAX_ITEMS + data.map(String::length).orElse(0));
        }
    }

    /// One bot's input to a merged log: what its follower has read and nobody has taken yet. It is bounded, by characters and by items:
    /// a follower that is ahead of the others waits. Its fields are guarded by the merge.
    final class Input implements Follower.Sink {
        private static final int MAX_ITEMS = 256;
        private static final int ROOM = 256 * 1024;

        private final String botId;
        private final Line.Writer writer;
        private final Semaphore room = new Semaphore(ROOM);
        private final Deque<Item> items = new ArrayDeque<>();
        private boolean quiet; // all that could come has come for now, so that nobody need wait for it long
        private boolean ended;

        private Input(String botId, LoggedBots.Redaction redaction) {
            this.botId = botId;
            this.writer = Line.Writer.of(redaction, botId);
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
            change(() -> quiet = true);
        }

        void end() {
            change(() -> ended = true);
        }

        private void put(long time, Optional<String> event, Optional<Position> after, Optional<String> data) throws InterruptedException {
            Item item = new Item(botId, time, event, after, data, System.nanoTime());
            room.acquire(item.size());
            change(() -> {
                items.add(item);
                quiet = false;
            });
        }

        private Item head() {
            return items.getFirst();
        }

        private Item take() {
            Item item = items.removeFirst();
            room.release(item.size());
            return item;
        }
    }
}
