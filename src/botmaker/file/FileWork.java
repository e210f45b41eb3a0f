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

/// Runs work on files that somebody hostile owns, each on a thread of its own, so that whatever delays it in the kernel delays
/// no other request. Virtual threads share a few carriers, which such a call would take away.
///
/// At most one piece of work per owner runs at a time. Work that exceeds its limit is interrupted and left behind; its owner
/// gets no other until it has ended.
public final class FileWork {
    private final Map<String, Semaphore> turns = new ConcurrentHashMap<>();

    /// Runs work and waits for it.
    ///
    /// @param owner whose files they are
    /// @param limit for waiting for the turn and for the work together
    /// @throws IOException where it failed, or took longer
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
        return new FileSystemException(owner, null, "its files did not answer within " + limit.toSeconds() + " s; try again");
    }
}
