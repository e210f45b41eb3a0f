package botmaker.spending;

import botmaker.error.Failure;
import botmaker.ledger.UsageReader;
import botmaker.store.StoreException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.function.Function;

/// What the broker has counted. The file is the broker's: it may be missing, locked or damaged.
public final class Usage implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Usage.class.getName());
    private static final Duration RETRY = Duration.ofSeconds(5);

    private final UsageReader reader;
    private final ZoneId zone;
    private final String unreadable;
    private volatile boolean readable = true;

    /// @param file the broker's; need not exist
    /// @param zone in which the days and months of budgets begin
    public Usage(Path file, Clock clock, ZoneId zone) {
        this.reader = new UsageReader(file, clock, zone);
        this.zone = zone;
        this.unreadable = "What bots have spent cannot be read: %s is damaged, or another program locks it. BotMaker's log has more.".formatted(file);
    }

    /// Asks the reader. A failure is logged, and the next one only when it has worked in between.
    ///
    /// @throws Failure.Unavailable if the file cannot be read
    <T> T read(Function<UsageReader, T> question) {
        try {
            T answer = question.apply(reader);
            readable = true;
            return answer;
        } catch (StoreException | Failure.Unavailable e) {
            if (readable) {
                LOG.log(System.Logger.Level.WARNING, "what bots have spent cannot be read: {0}", e.getMessage());
            }
            readable = false;
            throw new Failure.Unavailable(unreadable, RETRY);
        }
    }

    LocalDate today() {
        return reader.today();
    }

    ZoneId zone() {
        return zone;
    }

    @Override
    public void close() {
        reader.close();
    }
}
