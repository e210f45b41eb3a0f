package botmaker.audit;

import botmaker.audit.Entry.Event;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/// Summarizes refusals in a few records, so that guessing fills neither the disk nor the queue of writes.
///
/// The first refusal of a source is recorded at once. Later ones are counted and recorded as one number when the window ends.
/// Sources beyond the eighth in a window are counted together, which makes at most 18 records in a window for each kind of refusal.
final class Refusals implements AutoCloseable {
    private static final int MOST_SOURCES = 8;
    private static final String OTHERS = "others";

    private record Key(String action, String source) { }

    private final Duration window;
    private final Consumer<Event> records;
    private final Map<Key, Long> further = new HashMap<>();
    private boolean closed;

    /// @param window  the length of a window
    /// @param records receives the records
    Refusals(Duration window, Consumer<Event> records) {
        this.window = window;
        this.records = records;
    }

    void refused(String action, String source, String outcome) {
        boolean first;
        Key key;
        synchronized (further) {
            if (further.isEmpty() && !closed) {
                Thread.ofVirtual().name("refusals").start(this::endWindow);
            }
            key = key(action, source);
            first = further.merge(key, 0L, (count, _) -> count + 1) == 0;
        }
        if (first) {
            records.accept(new Event("", key.source(), action, "", "", outcome, ""));
        }
    }

    /// The caller holds the lock.
    private Key key(String action, String source) {
        Key own = new Key(action, source);
        long sources = further.keySet().stream().filter(key -> key.action().equals(action)).count();
        return further.containsKey(own) || sources < MOST_SOURCES ? own : new Key(action, OTHERS);
    }

    private void endWindow() {
        try {
            Thread.sleep(window);
            tell();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void tell() {
        Map<Key, Long> counted;
        synchronized (further) {
            counted = Map.copyOf(further);
            further.clear();
        }
        counted.forEach((key, count) -> {
            if (count > 0) {
                records.accept(new Event("", key.source(), key.action(), "", "", "refused", count + " more within "
                        + window.toMinutes() + " minutes"));
            }
        });
    }

    /// Records what was counted so far.
    @Override
    public void close() {
        synchronized (further) {
            closed = true;
        }
        tell();
    }
}
