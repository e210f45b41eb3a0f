package botmaker.image;

import botmaker.docker.EngineException;
import botmaker.error.Failure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/// One piece of work on a thread of its own. Watchers that are slow or leave do not delay it; they may miss steps in between,
/// never the end.
final class ImageWork {
    private static final System.Logger LOG = System.getLogger(ImageWork.class.getName());
    private static final int OUTPUT = 20;

    /// The work; an interrupt ends it.
    interface Task {
        void run(Consumer<Progress> progress) throws IOException;
    }

    /// The result.
    ///
    /// @param problem why it failed; empty when it succeeded
    /// @param output  the last lines
    record Outcome(Optional<String> problem, List<String> output) { }

    /// The state at one moment.
    ///
    /// @param number counts the changes
    record View(long number, Progress progress, Optional<Outcome> outcome) { }

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<String> output = new ArrayDeque<>();
    private final Thread thread;
    private View view;

    private ImageWork(String first, Task task) {
        this.view = new View(0, new Progress(first, "", 0, 0), Optional.empty());
        this.thread = Thread.ofVirtual().name("image").unstarted(() -> run(task));
    }

    /// @param first what to show before the first progress
    static ImageWork start(String first, Task task) {
        ImageWork work = new ImageWork(first, task);
        work.thread.start();
        return work;
    }

    /// Returns the present state.
    View now() {
        lock.lock();
        try {
            return view;
        } finally {
            lock.unlock();
        }
    }

    /// Waits until the state changes, but not longer than given, and returns it.
    View after(long number, Duration atMost) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = atMost.toNanos();
            while (view.number() == number && left > 0) {
                left = changed.awaitNanos(left);
            }
            return view;
        } finally {
            lock.unlock();
        }
    }

    boolean ended() {
        return now().outcome().isPresent();
    }

    /// Breaks the work off, and waits briefly for its end.
    void cancel() {
        thread.interrupt();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(2));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run(Task task) {
        try {
            task.run(this::progressed);
            end(Optional.empty());
        } catch (Failure | EngineException e) {
            end(Optional.of(e.getMessage()));
        } catch (IOException | UncheckedIOException e) {
            end(Optional.of("The build context could not be read: " + e.getMessage()));
        } catch (RuntimeException | Error e) {
            LOG.log(System.Logger.Level.ERROR, "getting the image failed", e);
            end(Optional.of("Getting the image failed because of an error in BotMaker; see BotMaker's log."));
        }
    }

    private void progressed(Progress progress) {
        lock.lock();
        try {
            if (!progress.detail().isEmpty()) {
                output.add(progress.detail());
                if (output.size() > OUTPUT) {
                    output.remove();
                }
            }
            view = new View(view.number() + 1, progress, Optional.empty());
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void end(Optional<String> problem) {
        lock.lock();
        try {
            view = new View(view.number() + 1, view.progress(), Optional.of(new Outcome(problem, List.copyOf(output))));
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        problem.ifPresentOrElse(
                words -> LOG.log(System.Logger.Level.WARNING, "getting the image failed: {0}", words),
                () -> LOG.log(System.Logger.Level.INFO, "the image is ready"));
    }
}
