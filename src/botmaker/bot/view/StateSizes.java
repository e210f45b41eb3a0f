package botmaker.bot.view;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import botmaker.bot.host.BotFiles;
import botmaker.bot.model.BotId;
import botmaker.file.FileWork;
import botmaker.file.Trees;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

/// Measures how much disk space each bot's state takes: when somebody asks, at most once a minute, one walk per bot at a time.
///
/// A slow or huge state directory delays nobody: who asks gets the last known size, and a new one is published as a change of the bot.
public final class StateSizes {
    private static final System.Logger LOG = System.getLogger(StateSizes.class.getName());
    private static final Duration FRESH = Duration.ofMinutes(1);
    /// How long the first question about a bot waits for its answer.
    private static final Duration PATIENCE = Duration.ofMillis(500);

    private static final Duration LIMIT = Duration.ofSeconds(30);
    /// About a second's work. Files beyond are not counted.
    private static final int MAX_ENTRIES = 200_000;

    /// Measures a bot's state directory, in bytes.
    @FunctionalInterface
    interface Measure {
        long of(BotId id) throws IOException;
    }

    /// @param began `System.nanoTime`
    private record Walk(long began, CompletableFuture<Void> end) {
        boolean isFresh() {
            return !end.isDone() || System.nanoTime() - began < FRESH.toNanos();
        }
    }

    private final Measure measure;
    private final BotRegistry registry;
    private final Map<BotId, Walk> walks = new ConcurrentHashMap<>();

    public StateSizes(BotFiles files, BotRegistry registry) {
        FileWork work = new FileWork();
        this(id -> work.call(id.value(), LIMIT, () -> Trees.size(files.state(id), MAX_ENTRIES)), registry);
    }

    StateSizes(Measure measure, BotRegistry registry) {
        this.measure = measure;
        this.registry = registry;
    }

    /// Has a bot's state measured, unless that was done within the last minute or is being done. Returns at once if a size is known,
    /// and after half a second otherwise.
    public void refresh(BotId id) throws InterruptedException {
        walks.keySet().removeIf(it -> registry.row(it).isEmpty());
        Walk walk = walks.compute(id, (_, last) -> last != null && last.isFresh() ? last : start(id));
        if (registry.seen(id).filter(seen -> seen.stateBytes().isEmpty()).isPresent()) {
            try {
                walk.end().get(PATIENCE.toNanos(), NANOSECONDS);
            } catch (TimeoutException | ExecutionException _) {
                // the size comes as a change of the bot, or is unknown: then the log says why
            }
        }
    }

    private Walk start(BotId id) {
        CompletableFuture<Void> end = new CompletableFuture<>();
        Thread.ofVirtual().name("state-size-" + id).start(() -> {
            try {
                registry.stateBytes(id, measure.of(id));
            } catch (Exception e) {
                LOG.log(System.Logger.Level.WARNING, "bot " + id + ": cannot measure its state directory", e);
            } finally {
                end.complete(null);
            }
        });
        return new Walk(System.nanoTime(), end);
    }
}
