package botmaker.broker;

import botmaker.wire.MessageReader;
import java.io.Closeable;
import java.io.IOException;

/// Notices that a client leaves while it waits for its answer, and closes what was opened for it. It does so by reading on: either the
/// input ends, or the next request begins to arrive, which ends the watch.
final class LeaveWatch {
    private final MessageReader reader;
    private final Thread thread;
    private Closeable opened = () -> { }; // guarded by this
    private boolean left; // guarded by this

    /// Starts the watch; nobody else may use the reader until [#await()] has returned.
    LeaveWatch(MessageReader reader) {
        this.reader = reader;
        this.thread = Thread.ofVirtual().name("leave-watch").unstarted(this::watch);
    }

    /// Starts it.
    void start() {
        thread.start();
    }

    /// Closes something when the client leaves, or now if it has left.
    synchronized void closeOnLeave(Closeable latest) {
        opened = latest;
        if (left) {
            closeOpened();
        }
    }

    /// Returns whether the client has left.
    synchronized boolean hasLeft() {
        return left;
    }

    /// Leaves alone what was opened: the answer has ended.
    synchronized void answered() {
        opened = () -> { };
    }

    /// Waits until the client sends more or leaves; returns whether it sends more.
    boolean await() {
        try {
            thread.join();
            return !hasLeft();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void watch() {
        boolean more;
        try {
            more = reader.available() > 0 || reader.fill();
        } catch (IOException _) {
            more = false; // whatever it was, no request will follow
        }
        if (!more) {
            leave();
        }
    }

    private synchronized void leave() {
        left = true;
        closeOpened();
    }

    private void closeOpened() {
        try {
            opened.close();
        } catch (IOException _) {
            // nothing depends on a close that succeeds
        }
    }
}
