package botmaker.usage;

import botmaker.bot.host.BotFiles;
import botmaker.bot.model.BotId;
import botmaker.file.Trees;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// How much of the disk a bot's state takes: looked at when somebody asks, at most once a minute, one bot at a time.
public final class StateSize {
    private static final System.Logger LOG = System.getLogger(StateSize.class.getName());
    private static final Duration FRESH = Duration.ofMinutes(1);
    /// A second's work or so. What is beyond is not counted.
    private static final int MOST_ENTRIES = 200_000;

    private record Look(long nanos, long bytes) {
        boolean isFresh() {
            return System.nanoTime() - nanos < FRESH.toNanos();
        }
    }

    private final BotFiles files;
    private final Map<BotId, Look> looks = new HashMap<>();

    public StateSize(BotFiles files) {
        this.files = files;
    }

    /// In bytes; empty where it cannot be told.
    public synchronized Optional<Long> of(BotId id) {
        looks.values().removeIf(look -> !look.isFresh());
        Look look = looks.get(id);
        if (look == null) {
            try {
                look = new Look(System.nanoTime(), Trees.size(files.state(id), MOST_ENTRIES));
            } catch (IOException e) {
                LOG.log(System.Logger.Level.DEBUG, "bot " + id + ": the size of its state cannot be told", e);
                return Optional.empty();
            }
            looks.put(id, look);
        }
        return Optional.of(look.bytes());
    }
}
