package botmaker.audit;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/// Makes a few records of many refusals: whoever guesses must fill neither the disk nor the queue of writes.
///
/// The first refusal of a source is recorded at once; those that follow are counted, and recorded as one number when the
/// window ends. Of sources beyond the eighth in a window only the sum is told. So it is at most 18 records in a window for
/// each kind of refusal.
final class Refusals implements AutoCloseable {
    private static final int MOST_SOURCES = 8;
    private static final String OTHERS = "others";

    private record Key(String action, String source) { }

    private final Duration window;
    private final Consumer<Event> records;
    private final Map<Key, Long> further = new HashMap<>();
    private boolean closed;

    /// @param window  how long is counted
    /// @param records takes what is to be recorded
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

    /// Tells what was counted so far.
    @Override
    public void close() {
        synchronized (further) {
            closed = true;
        }
        tell();
    }
}
