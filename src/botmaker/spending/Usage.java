package botmaker.spending;

import botmaker.error.Failure;
import botmaker.ledger.UsageReader;
import botmaker.store.StoreException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Optional;
import java.util.function.Function;

/// What the broker has counted. The file is the broker's: it may be missing, locked or damaged.
public final class Usage implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Usage.class.getName());
    private static final Duration RETRY = Duration.ofSeconds(5);

    private final UsageReader reader;
    private final ZoneId zone;
    private final Path file;
    private volatile Optional<String> problem = Optional.empty();

    /// @param file the broker's; need not exist
    /// @param zone in which the days and months of budgets begin
    public Usage(Path file, Clock clock, ZoneId zone) {
        this.reader = new UsageReader(file, clock, zone);
        this.zone = zone;
        this.file = file;
    }

    /// Asks the reader. A failure is logged, and the next one only when it has worked in between.
    ///
    /// @throws Failure.Unavailable if the file cannot be read
    <T> T read(Function<UsageReader, T> question) {
        try {
            T answer = question.apply(reader);
            problem = Optional.empty();
            return answer;
        } catch (StoreException e) {
            throw unreadable(e, "%s is damaged, or cannot be used. The system page says what to do.".formatted(file));
        } catch (Failure.Unavailable e) {
            throw unreadable(e, "another program locks %s.".formatted(file));
        }
    }

    private Failure.Unavailable unreadable(RuntimeException cause, String why) {
        String sentence = "what bots have spent cannot be read: " + cause.getMessage();
        if (problem.isEmpty()) {
            LOG.log(System.Logger.Level.WARNING, sentence);
        }
        problem = Optional.of(sentence);
        return new Failure.Unavailable("What bots have spent cannot be read: " + why, RETRY);
    }

    /// Returns why it could not be read when it was last asked, in a sentence for the operator.
    public Optional<String> problem() {
        return problem;
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
