package botmaker.bot.reconcile;

import botmaker.bot.model.BotId;
import botmaker.error.Failure;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Reconciles bots in the background, several at once and each bot on one thread at a time: a bot may take its whole time to
/// stop, and holds up no other.
///
/// A bot that is enqueued while its work is under way is worked on once more. Work that fails is tried again: every second while
/// the engine is away, otherwise after longer and longer pauses. So it has to find out each time whether anything is left to do.
public final class WorkQueue implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(WorkQueue.class.getName());
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
    private static final Duration RATE_LIMIT = Duration.ofMillis(100);

    /// Takes the steps that are left for one bot.
    public interface Work {
        void reconcile(BotId id) throws InterruptedException;
    }

    private static final class Worker {
        private Optional<Thread> thread = Optional.empty();
        private boolean again;
    }

    private final Work work;
    private final Map<BotId, Worker> workers = new HashMap<>();
    private boolean closed;

    public WorkQueue(Work work) {
        this.work = work;
    }

    /// Has a bot reconciled soon.
    public synchronized void enqueue(BotId id) {
        Worker worker = workers.get(id);
        if (worker != null) {
            worker.again = true;
        } else if (!closed) {
            Worker started = new Worker();
            Thread thread = Thread.ofVirtual().name("reconcile " + id).unstarted(() -> run(id, started));
            started.thread = Optional.of(thread);
            workers.put(id, started);
            thread.start();
        }
    }

    private void run(BotId id, Worker worker) {
        try {
            Duration pause = FIRST_PAUSE;
            Optional<String> told = Optional.empty();
            do {
                try {
                    work.reconcile(id);
                    pause = FIRST_PAUSE;
                    told = Optional.empty();
                    Thread.sleep(RATE_LIMIT);
                } catch (RuntimeException e) {
                    synchronized (this) {
                        worker.again = true;
                    }
                    log(id, e, told.equals(Optional.ofNullable(e.getMessage())));
                    told = Optional.ofNullable(e.getMessage());
                    Thread.sleep(pause);
                    pause = next(pause, e);
                }
            } while (goesOn(id, worker));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            synchronized (this) {
                workers.remove(id, worker); // also after an error, so that the bot can be enqueued again
            }
        }
    }

    private synchronized boolean goesOn(BotId id, Worker worker) {
        boolean again = worker.again && !closed;
        worker.again = false;
        if (!again) {
            workers.remove(id, worker);
        }
        return again;
    }

    private static Duration next(Duration pause, RuntimeException failure) {
        if (failure instanceof Failure.EngineDown) {
            return FIRST_PAUSE;
        }
        Duration twice = pause.multipliedBy(2);
        return twice.compareTo(LONGEST_PAUSE) < 0 ? twice : LONGEST_PAUSE;
    }

    private static void log(BotId id, RuntimeException e, boolean told) {
        LOG.log(told || e instanceof Failure.EngineDown ? System.Logger.Level.DEBUG : System.Logger.Level.WARNING,
                "bot " + id + ": a step failed and will be retried", e);
    }

    /// Ends all work, and begins none.
    @Override
    public synchronized void close() {
        closed = true;
        workers.values().forEach(worker -> worker.thread.ifPresent(Thread::interrupt));
    }
}
