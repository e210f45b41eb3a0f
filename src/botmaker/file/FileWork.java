package botmaker.file;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.FileSystemException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Runs work on a hostile owner's files, each on a platform thread of its own, so that a call that blocks in the kernel delays no
/// other request. On a virtual thread it would occupy one of few carriers.
///
/// At most one task per owner runs at a time. A task that exceeds its limit is interrupted and abandoned; its owner's next task
/// starts only after it has ended.
public final class FileWork {
    private final Map<String, Semaphore> turns = new ConcurrentHashMap<>();

    /// Runs a task and waits for it.
    ///
    /// @param owner the owner of the files
    /// @param limit for waiting and the task together
    /// @throws IOException if it failed or took longer
    public <T> T call(String owner, Duration limit, Callable<T> work) throws IOException {
        long deadline = System.nanoTime() + limit.toNanos();
        Semaphore turn = turns.computeIfAbsent(owner, _ -> new Semaphore(1));
        FutureTask<T> task = new FutureTask<>(work);
        try {
            if (!turn.tryAcquire(limit.toNanos(), TimeUnit.NANOSECONDS)) {
                throw tooSlow(owner, limit);
            }
            Thread thread = Thread.ofPlatform().daemon().name("files of " + owner).start(() -> {
                try {
                    task.run();
                } finally {
                    turn.release();
                }
            });
            try {
                return task.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                thread.interrupt();
                throw tooSlow(owner, limit);
            } catch (InterruptedException e) {
                thread.interrupt();
                throw e;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for the files of " + owner);
        } catch (ExecutionException e) {
            throw failure(e.getCause());
        }
    }

    private static IOException failure(Throwable cause) {
        return switch (cause) {
            case IOException e -> e;
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            default -> new IOException(cause);
        };
    }

    private static IOException tooSlow(String owner, Duration limit) {
        return new FileSystemException(owner, null, "its files did not respond within " + limit.toSeconds() + " s; try again");
    }
}
