package botmaker.broker;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// The memory that the bodies of requests may take. One bot may take half of it, so that none keeps the others from asking.
/// Who needs little does not wait behind who needs much.
///
/// A body counts twice: while it arrives, the array that it outgrew is there too, and later a copy with BotMaker's changes.
final class BodyMemory {
    private static final int UNIT = 1024;
    private static final int COPIES = 2;

    private final Semaphore all;
    private final int mostOfOneBot;
    private final long patienceMs;

    /// @param bytes      for all bots together: of memory, not of bodies
    /// @param patienceMs how long a body waits for room
    BodyMemory(int bytes, long patienceMs) {
        this.all = new Semaphore(bytes / UNIT);
        this.mostOfOneBot = bytes / UNIT / 2;
        this.patienceMs = patienceMs;
    }

    /// Returns the share of one bot.
    Share shareOfBot() {
        return new Share();
    }

    /// What the bodies of one bot may take.
    final class Share {
        private final Semaphore left = new Semaphore(mostOfOneBot);

        /// Returns what a request has taken: nothing yet.
        Taken nothing() {
            return new Taken(left);
        }
    }

    /// What the body of one request has taken. For one thread.
    final class Taken {
        private final Semaphore ofBot;
        private int units;

        private Taken(Semaphore ofBot) {
            this.ofBot = ofBot;
        }

        /// Takes more, so that it is enough for a body of this size.
        ///
        /// @throws BodyRefused if there is none for too long
        void growTo(int bytes) throws BodyRefused {
            int more = COPIES * Math.ceilDiv(bytes, UNIT) - units;
            if (more > 0) {
                take(more);
                units += more;
            }
        }

        private void take(int more) throws BodyRefused {
            try {
                if (ofBot.tryAcquire(more, patienceMs, TimeUnit.MILLISECONDS)) {
                    if (all.tryAcquire(more, patienceMs, TimeUnit.MILLISECONDS)) {
                        return;
                    }
                    ofBot.release(more);
                }
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
            throw new BodyRefused(503, "the broker has no memory left for this request; try again");
        }

        /// Gives all of it back.
        void release() {
            ofBot.release(units);
            all.release(units);
            units = 0;
        }
    }
}
