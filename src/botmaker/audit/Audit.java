package botmaker.audit;

import static java.util.Objects.requireNonNull;

import botmaker.audit.AuditStore.Head;
import botmaker.audit.AuditStore.Timed;
import botmaker.error.Failure;
import botmaker.http.AuditListener;
import botmaker.http.Route;
import botmaker.store.Database;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/// The record of who did what: this package's one door.
///
/// A record is on the disk before its change is answered. Where it cannot be written, the change is done already, so it is
/// answered as what it is: the record goes to the log and waits in memory, and until it could be written every further
/// change is refused but deletions, by which an operator makes room again.
public final class Audit implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Audit.class.getName());
    private static final Duration WINDOW = Duration.ofMinutes(10);
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final int MOST_WAITING = 1000;

    private final AuditStore store;
    private final Clock clock;
    private final Refusals refusals;
    private final Queue<Timed> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicLong lost = new AtomicLong();
    private final ReentrantLock writing = new ReentrantLock();
    private volatile Optional<Head> found = Optional.empty();

    public Audit(Database database, Clock clock) {
        this(database, clock, WINDOW);
    }

    /// @param window how long refusals of one source are one record
    Audit(Database database, Clock clock, Duration window) {
        this.store = new AuditStore(database);
        this.clock = requireNonNull(clock);
        this.refusals = new Refusals(window, this::note);
    }

    /// Records that BotMaker serves from now on. To be called before anything else can be recorded.
    ///
    /// @param version of BotMaker
    public void started(String version) {
        found = Optional.of(store.head());
        byItself("botmaker-started", "", "", version);
    }

    /// Records that all there is comes from a backup. To be called where nobody serves: a failure is the caller's to tell.
    ///
    /// @param createdAt when the backup was made
    public static void restored(Database database, Clock clock, String createdAt) {
        Event event = Event.ofItself("botmaker-restored", "", "", "from the backup of " + createdAt);
        new AuditStore(database).append(List.of(timed(clock, event)));
    }

    private static Timed timed(Clock clock, Event event) {
        return new Timed(clock.instant().truncatedTo(ChronoUnit.MILLIS).toString(), event.plain());
    }

    /// Tells the log where the chain stood before that.
    public void tell() {
        found.ifPresent(Audit::tell);
    }

    /// Records something that nobody asked for at this moment. It never fails.
    ///
    /// @param action a word or two with a dash: `bot-halted`
    /// @param bot    a bot's id; empty where it is about none
    /// @param name   that bot's name
    /// @param detail what else may be told; nothing secret
    public void byItself(String action, String bot, String name, String detail) {
        note(Event.ofItself(action, bot, name, detail));
    }

    /// What the HTTP server has to tell of its requests.
    ///
    /// @param names a bot's name by its id
    public AuditListener listener(Function<String, Optional<String>> names) {
        return new RequestAudit(this, refusals, names);
    }

    /// This package's part of the HTTP interface.
    public List<Route> routes() {
        return new AuditRoutes(store).routes();
    }

    /// Writes a record, and those that wait, in one transaction; requests at the same time share it.
    void note(Event event) {
        Timed timed = timed(clock, event);
        if (waiting.size() >= MOST_WAITING) {
            lost.incrementAndGet();
            LOG.log(System.Logger.Level.ERROR, "not recorded, since too many records wait: {0}", text(timed));
            return;
        }
        waiting.add(timed);
        try {
            write(timed);
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "not recorded yet, since " + e.getMessage() + ": " + text(timed));
        }
    }

    /// @throws Failure where earlier changes could not be recorded, and still cannot
    void requireRecorded() {
        Timed oldest = waiting.peek();
        if (oldest != null) {
            try {
                write(oldest);
            } catch (Failure e) {
                throw e;
            } catch (RuntimeException e) {
                throw new Failure.Unavailable("The record of who did what cannot be written; see the log of BotMaker. Until then "
                        + "nothing is changed, but things can be deleted.", Duration.ofSeconds(5));
            }
        }
    }

    /// Writes what waits, unless somebody else has written this one meanwhile.
    private void write(Timed timed) {
        writing.lock();
        try {
            List<Timed> batch = List.copyOf(waiting);
            if (batch.stream().anyMatch(it -> it == timed)) { // two of the same millisecond may be equal
                store.append(batch);
                batch.forEach(_ -> waiting.remove()); // from the head, where only the holder of the lock takes away
            }
        } finally {
            writing.unlock();
        }
        long gone = lost.getAndSet(0);
        if (gone > 0) {
            byItself("records-lost", "", "", gone + " records are in BotMaker's log only");
        }
    }

    private static String text(Timed timed) {
        return new Entry(0, timed.at(), timed.event(), "").toJson().toString();
    }

    private static void tell(Head head) {
        LOG.log(System.Logger.Level.INFO, "audit: {0} records, head {1}", Long.toString(head.count()), head.hash());
    }

    /// Records the end, and tells the log where the chain stands then; a disk that hangs must not keep BotMaker from ending.
    @Override
    public void close() {
        try {
            if (!Thread.ofVirtual().name("audit-end").start(this::end).join(PATIENCE)) {
                LOG.log(System.Logger.Level.WARNING, "the end is not recorded, since the disk does not answer");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void end() {
        refusals.close();
        if (found.isPresent()) {
            byItself("botmaker-stopped", "", "", "");
        }
        try {
            tell(store.head());
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "where the record of who did what stands cannot be told: {0}", e.getMessage());
        }
    }
}
