package botmaker.logs;

import botmaker.json.Json;
import botmaker.json.JsonValue.JsonObject;
import botmaker.json.ObjectBuilder;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.locks.Condition;

/// One bot's input to a merged log: what its follower has read and nobody has taken yet. It is bounded: a follower that is ahead of
/// the others waits. All fields are guarded by the merge's lock.
final class MergeInput implements LogSink {
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

    MergeInput(Merge merge, String botId, LoggedBots.Redaction redaction) {
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
