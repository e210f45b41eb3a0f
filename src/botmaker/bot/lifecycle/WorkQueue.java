package botmaker.bot.lifecycle;

import botmaker.bot.model.BotId;
import botmaker.error.Failure;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// What BotMaker does for bots of its own accord: each chore on a thread of its own, since a bot may take its whole time to
/// stop, and never the same one twice at once for the same bot.
///
/// A chore that fails is tried again soon: every second while the engine is away, otherwise after longer and longer pauses.
/// So it has to find out for itself, each time, whether there is still something to do.
public final class WorkQueue implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(WorkQueue.class.getName());
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    /// @param what is done, in words
    private record Chore(BotId bot, String what) { }

    /// How a chore is done.
    public interface Work {
        void run() throws InterruptedException;
    }

    private final Runnable doubt;
    private final Map<Chore, Thread> underWay = new ConcurrentHashMap<>();
    private volatile boolean closed;

    /// @param doubt told of each failure: what is left to do should be looked at soon
    public WorkQueue(Runnable doubt) {
        this.doubt = doubt;
    }

    /// Begins a chore, unless it is under way.
    public void start(BotId bot, String what, Work work) {
        Chore chore = new Chore(bot, what);
        Thread thread = Thread.ofVirtual().name(what + " " + bot).unstarted(() -> untilDone(chore, work));
        if (!closed && underWay.putIfAbsent(chore, thread) == null) {
            thread.start();
        }
    }

    private void untilDone(Chore chore, Work work) {
        try {
            Duration pause = FIRST_PAUSE;
            Optional<RuntimeException> failure = attempt(chore, work, Optional.empty());
            while (failure.isPresent() && !closed) {
                doubt.run();
                Thread.sleep(pause);
                pause = next(pause, failure.get());
                failure = attempt(chore, work, failure);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            underWay.remove(chore);
        }
    }

    private static Duration next(Duration pause, RuntimeException failure) {
        if (failure instanceof Failure.EngineDown) {
            return FIRST_PAUSE;
        }
        Duration twice = pause.multipliedBy(2);
        return twice.compareTo(LONGEST_PAUSE) < 0 ? twice : LONGEST_PAUSE;
    }

    /// @return why it failed, where it did
    private static Optional<RuntimeException> attempt(Chore chore, Work work, Optional<RuntimeException> before)
            throws InterruptedException {
        try {
            work.run();
            return Optional.empty();
        } catch (RuntimeException e) {
            boolean told = before.map(Throwable::getMessage).equals(Optional.ofNullable(e.getMessage()));
            LOG.log(told || e instanceof Failure.EngineDown ? System.Logger.Level.DEBUG : System.Logger.Level.WARNING,
                    "bot " + chore.bot() + ": " + chore.what() + " failed, trying again", e);
            return Optional.of(e);
        }
    }

    /// Ends all that is under way, and begins nothing more.
    @Override
    public void close() {
        closed = true;
        underWay.values().forEach(Thread::interrupt);
    }
}
