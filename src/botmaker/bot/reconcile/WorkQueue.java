package botmaker.bot.reconcile;

import botmaker.bot.model.BotId;
import botmaker.error.Failure;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Reconciles bots in the background, several at once and each bot on one thread at a time: a bot that is slow to stop holds up no
/// other.
///
/// A bot that is enqueued during its work is worked on once more. Failed work is retried: every second while the engine is away,
/// otherwise with exponential back-off. So the work finds out each time whether anything is left to do.
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

    /// Schedules the reconciliation of a bot.
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
                    enqueue(id);
                    boolean away = e instanceof Failure.EngineDown;
                    Optional<String> message = Optional.ofNullable(e.getMessage());
                    LOG.log(away || told.equals(message) ? System.Logger.Level.DEBUG : System.Logger.Level.WARNING,
                            "bot " + id + ": a step failed and will be retried", e);
                    told = message;
                    Thread.sleep(pause);
                    Duration twice = pause.multipliedBy(2);
                    pause = away ? FIRST_PAUSE : twice.compareTo(LONGEST_PAUSE) < 0 ? twice : LONGEST_PAUSE;
                }
            } while (goesOn(id, worker));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            synchronized (this) {
                workers.remove(id, worker); // after an error as well, so that the bot can be enqueued again
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

    /// Ends all work and starts no more.
    @Override
    public synchronized void close() {
        closed = true;
        workers.values().forEach(worker -> worker.thread.ifPresent(Thread::interrupt));
    }
}
