package botmaker.ledger;

import botmaker.error.Failure;
import botmaker.ledger.PastCall.Ended;
import botmaker.ledger.Reached.BotDay;
import botmaker.ledger.Reached.Traffic;
import botmaker.ledger.UsageStore.DaySum;
import botmaker.store.Database;
import botmaker.store.Remedy;
import botmaker.store.Transaction;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/// Writes `usage.db`: one thread, which commits whatever has come meanwhile together.
///
/// While the file cannot be written, settled calls are kept in memory and written later; what must be on disk before it happens fails.
final class UsageWriter implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(UsageWriter.class.getName());
    private static final Duration RETRY = Duration.ofSeconds(2);
    private static final int MOST_KEPT = 20_000;
    private static final Op STOP = new Op(new Entry(), Optional.empty(), Optional.empty());

    private final Path file;
    private final InstantSource clock;
    private final Consumer<List<DaySum>> loaded;
    private final Reached reached;
    private final LinkedBlockingQueue<Op> queue = new LinkedBlockingQueue<>();
    private final Thread thread = Thread.ofVirtual().name("usage-writer").unstarted(this::run);
    private List<Op> kept = new ArrayList<>(); // this and the following: of the writing thread
    private Optional<Database> database = Optional.empty();
    private long lastSeq;
    private final CallHistory history = new CallHistory();
    private LocalDate tidied = LocalDate.MIN;
    private final AtomicLong dropped = new AtomicLong();
    private volatile Optional<String> problem = Optional.empty();

    /// A call's place in the file, which it gets when it is first written.
    static final class Entry {
        private long seq; // of the writing thread
    }

    /// @param call what to write; empty to stop
    /// @param done completes when it is on disk, or failed; empty for what may wait
    private record Op(Entry entry, Optional<CallRow> call, Optional<CompletableFuture<Void>> done) {}

    /// @param loaded  receives the sums that the file holds, once, before anything is written
    /// @param reached what to write soon, too
    UsageWriter(Path file, InstantSource clock, Consumer<List<DaySum>> loaded, Reached reached) {
        this.file = file;
        this.clock = clock;
        this.loaded = loaded;
        this.reached = reached;
    }

    /// Opens the file, if that succeeds, and begins to write.
    void start() {
        write(List.of());
        thread.start();
    }

    /// Writes a call, and returns when it is on disk.
    ///
    /// @throws Failure.Unavailable if it cannot be written; it never will be
    void write(Entry entry, CallRow call) throws InterruptedException {
        CompletableFuture<Void> done = new CompletableFuture<>();
        queue.add(new Op(entry, Optional.of(call), Optional.of(done)));
        try {
            done.get();
        } catch (ExecutionException e) {
            throw new Failure.Unavailable(problem.orElse("what bots spend cannot be recorded"), RETRY);
        }
    }

    /// Writes a call soon.
    void writeLater(Entry entry, CallRow call) {
        queue.add(new Op(entry, Optional.of(call), Optional.empty()));
    }

    /// Returns why nothing can be written now, in a sentence for the operator.
    Optional<String> problem() {
        return problem;
    }

    private void run() {
        boolean stopping = false;
        while (!stopping) {
            try {
                List<Op> batch = new ArrayList<>();
                Optional.ofNullable(queue.poll(RETRY.toMillis(), TimeUnit.MILLISECONDS)).ifPresent(batch::add);
                queue.drainTo(batch);
                stopping = batch.remove(STOP);
                if (!batch.isEmpty() || !kept.isEmpty() || !reached.isEmpty()) {
                    write(batch);
                }
            } catch (InterruptedException _) {
                stopping = true;
            }
        }
        database.ifPresent(Database::close);
    }

    private void write(List<Op> batch) {
        List<Op> all = new ArrayList<>(kept);
        all.addAll(batch);
        Map<BotDay, Map<String, Traffic>> hosts = reached.take();
        try {
            if (database.isEmpty()) {
                database = Optional.of(open());
            }
            LocalDate today = today();
            database.get().write(tx -> put(tx, all, hosts, !today.equals(tidied)));
            tidied = today;
            kept = new ArrayList<>();
            problem = dropped.get() == 0 ? Optional.empty() : Optional.of(dropped + " calls could not be recorded in " + file);
            all.forEach(op -> op.done().ifPresent(it -> it.complete(null)));
        } catch (RuntimeException e) { // this thread goes on, whatever it was: calls wait for it
            report(e);
            reached.putBack(hosts);
            failed(all, e);
        }
    }

    private boolean put(Transaction tx, List<Op> all, Map<BotDay, Map<String, Traffic>> hosts, boolean tidy) {
        for (Op op : all) {
            CallRow call = op.call().orElseThrow();
            if (op.entry().seq == 0) {
                lastSeq++;
                op.entry().seq = lastSeq;
            }
            UsageStore.put(tx, op.entry().seq, call);
            if (call.ended() != Ended.OPEN) {
                UsageStore.charge(tx, call);
                history.trim(tx, op.entry().seq, call);
            }
        }
        UsageStore.add(tx, hosts);
        if (tidy) {
            UsageStore.forgetOld(tx, clock.instant());
        }
        return true;
    }

    private void report(RuntimeException e) {
        String sentence = "what bots spend cannot be recorded: " + e.getMessage();
        if (problem.isEmpty()) {
            LOG.log(System.Logger.Level.ERROR, sentence);
        }
        problem = Optional.of(sentence);
    }

    private void failed(List<Op> all, RuntimeException e) {
        kept = new ArrayList<>(all.stream().filter(op -> op.done().isEmpty()).toList());
        if (kept.size() > MOST_KEPT) {
            dropped.addAndGet(kept.size() - MOST_KEPT);
            kept = new ArrayList<>(kept.subList(0, MOST_KEPT));
        }
        all.forEach(op -> op.done().ifPresent(it -> it.completeExceptionally(e)));
    }

    /// Opens the file, and charges the calls that a kill left open in it.
    private Database open() {
        Database opened = Database.open(file, UsageSchema.MIGRATIONS, Remedy.BEGIN_ANEW);
        try {
            int lost = opened.write(UsageStore::chargeLost);
            if (lost > 0) {
                LOG.log(System.Logger.Level.WARNING, "{0} calls were under way when the broker was killed; they are charged with what was "
                        + "reserved for them", lost);
            }
            lastSeq = opened.read(UsageStore::lastSeq);
            loaded.accept(opened.read(tx -> UsageStore.recent(tx, today())));
            return opened;
        } catch (RuntimeException | Error e) {
            opened.close();
            throw e;
        }
    }

    private LocalDate today() {
        return LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    }

    /// Writes what is left, as far as possible, and closes the file.
    @Override
    public void close() {
        queue.add(STOP);
        try {
            thread.join(Duration.ofSeconds(5));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
