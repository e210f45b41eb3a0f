package botmaker.audit;

import static java.util.Objects.requireNonNull;

import botmaker.audit.AuditStore.Head;
import botmaker.audit.Entry.Event;
import botmaker.error.Failure;
import botmaker.http.Request;
import botmaker.http.Response;
import botmaker.http.Route;
import botmaker.json.Json;
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

/// Writes the audit log: the entry point of this package.
///
/// A record is on disk before its change is answered. If it cannot be written, the change is already done and is answered as such:
/// the record goes to BotMaker's log and waits in memory. Until it is written, every further change except a deletion is refused;
/// deletions let an operator free disk space.
public final class Audit implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Audit.class.getName());
    private static final Duration WINDOW = Duration.ofMinutes(10);
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final int MOST_WAITING = 1000;
    private static final int DEFAULT_RECORDS = 50;
    private static final int MOST_RECORDS = 500;
    private static final int RECENT = 1_000;

    private final AuditStore store;
    private final Clock clock;
    private final Refusals refusals;
    private final Queue<Entry> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicLong lost = new AtomicLong();
    private final ReentrantLock writing = new ReentrantLock();
    private volatile Optional<Head> found = Optional.empty();

    public Audit(Database database, Clock clock) {
        this(database, clock, WINDOW);
    }

    /// @param window for how long refusals of one source are counted in one record
    Audit(Database database, Clock clock, Duration window) {
        this.store = new AuditStore(database);
        this.clock = requireNonNull(clock);
        this.refusals = new Refusals(window, this::note);
    }

    /// Records the start of BotMaker. Call it before anything else is recorded.
    ///
    /// @param version of BotMaker
    public void started(String version) {
        found = Optional.of(store.head());
        byItself("botmaker-started", "", "", version);
    }

    /// Records that the data directory was restored from a backup. Call it while no server uses the database.
    ///
    /// @param createdAt when the backup was made
    public static void restored(Database database, Clock clock, String createdAt) {
        Event event = Event.ofItself("botmaker-restored", "", "", "from the backup of " + createdAt);
        new AuditStore(database).append(List.of(entry(clock, event)));
    }

    private static Entry entry(Clock clock, Event event) {
        return new Entry(0, clock.instant().truncatedTo(ChronoUnit.MILLIS).toString(), event.plain(), "");
    }

    /// Logs the head of the chain as it was before the start.
    public void tell() {
        found.ifPresent(Audit::tell);
    }

    /// Records something that BotMaker did without a request. It never fails.
    ///
    /// @param action a word or two with a dash: `bot-halted`
    /// @param bot    a bot's id; empty if no bot is concerned
    /// @param name   that bot's name
    /// @param detail further facts; nothing secret
    public void byItself(String action, String bot, String name, String detail) {
        note(Event.ofItself(action, bot, name, detail));
    }

    /// Returns whether such a record of BotMaker's own is among the newest thousand.
    public boolean hasRecent(String action, String bot, String detail) {
        return store.before(Long.MAX_VALUE, RECENT).stream().map(Entry::event)
                .anyMatch(it -> it.action().equals(action) && it.bot().equals(bot) && it.detail().equals(detail));
    }

    /// Returns `GET /api/audit`: the newest records first, and the head of the chain.
    public List<Route> routes() {
        return List.of(Route.get("/api/audit", this::records).reading("before", "limit"));
    }

    private Response records(Request rq) {
        long before = rq.number("before", Long.MAX_VALUE).orElse(Long.MAX_VALUE);
        int limit = rq.number("limit", MOST_RECORDS).map(Math::toIntExact).orElse(DEFAULT_RECORDS);
        Head head = store.head();
        return Response.ok(Json.object()
                .put("count", head.count())
                .put("head", head.hash())
                .put("records", Json.array(store.before(before, limit).stream().map(Entry::toJson).toList()))
                .build());
    }

    Refusals refusals() {
        return refusals;
    }

    /// Writes a record, and those that wait, in one transaction, which concurrent requests share.
    void note(Event event) {
        Entry entry = entry(clock, event);
        if (waiting.size() >= MOST_WAITING) {
            lost.incrementAndGet();
            LOG.log(System.Logger.Level.ERROR, "not in the audit log, because too many records wait: {0}", entry.toJson());
            return;
        }
        waiting.add(entry);
        try {
            write(entry);
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "not yet in the audit log, because " + e.getMessage() + ": " + entry.toJson());
        }
    }

    /// @throws Failure if an earlier change could not be recorded and still cannot
    void requireRecorded() {
        Entry oldest = waiting.peek();
        if (oldest != null) {
            try {
                write(oldest);
            } catch (Failure e) {
                throw e;
            } catch (RuntimeException e) {
                throw new Failure.Unavailable("The audit log cannot be written; see BotMaker's log. Until it can, only deletions are "
                        + "possible.", Duration.ofSeconds(5));
            }
        }
    }

    /// Writes the waiting records, unless another thread has written this one meanwhile.
    private void write(Entry entry) {
        writing.lock();
        try {
            List<Entry> batch = List.copyOf(waiting);
            if (batch.stream().anyMatch(it -> it == entry)) { // two of the same millisecond may be equal
                store.append(batch);
                batch.forEach(_ -> waiting.remove()); // from the head, where only the holder of the lock takes away
            }
        } finally {
            writing.unlock();
        }
        long gone = lost.getAndSet(0);
        if (gone > 0) {
            byItself("records-lost", "", "", gone + " records are only in BotMaker's log");
        }
    }

    private static void tell(Head head) {
        LOG.log(System.Logger.Level.INFO, "audit: {0} records, head {1}", Long.toString(head.count()), head.hash());
    }

    /// Records the shutdown and logs the head of the chain. A disk that hangs does not hold up the shutdown.
    @Override
    public void close() {
        try {
            if (!Thread.ofVirtual().name("audit-end").start(this::end).join(PATIENCE)) {
                LOG.log(System.Logger.Level.WARNING, "the shutdown is not in the audit log, because the disk does not respond");
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
            LOG.log(System.Logger.Level.WARNING, "the head of the audit log cannot be read: {0}", e.getMessage());
        }
    }
}
