package botmaker.logs;

/// Decides when a follow may have gone wrong over a rotation of the log. As measured with Engine 20.10, a follow
///
/// - repeats what it has read of the new file, from its first line on (3 lines, or 149);
/// - reads a file to its end and goes on with the newest one: when 300,000 lines came in 3 s, whole files between were missing.
///
/// The engine reports neither, so a suspicion has to do, and catching up settles it. A repeated line has the same time as a recent
/// one, or steps far back. A file that is left out took its time to be written: a step forward after lines in quick succession. And a
/// follow that its reader keeps waiting may be rotated past: the engine writes up to 15 MB a second, and rotates every 10 MB.
final class RotationGuard {
    /// More than times go back where the two streams meet (2 ms), less than 10 MB take to be written.
    private static final long STEP = 10_000_000;

    /// Bytes without a pause that make a burst. Nobody writes 10 MB without showing that much at its beginning.
    private static final long BURST = 64 * 1024;

    private static final long MAX_LAG = 500_000_000;

    private long last;
    private long burst;
    private long lag;

    /// Returns whether a line may not be the next one of the log.
    boolean doubts(Line line) {
        long step = line.time() - last;
        return line.ordinal() > 0 || step < -STEP || step > STEP && burst > BURST;
    }

    /// Records a line that is the next one.
    void passed(Line line) {
        if (line.time() - last > STEP) {
            burst = 0;
        }
        burst += line.to() - line.from();
        last = line.time();
    }

    /// Starts a new follow.
    void restart() {
        lag = 0;
    }

    /// Records how long the follow was kept waiting, and how long it then kept us waiting, in nanoseconds.
    ///
    /// @return whether it is so far behind that it may be rotated past
    boolean lags(long wrote, long read) {
        lag = Math.max(0, lag + wrote - read);
        return lag > MAX_LAG;
    }
}
