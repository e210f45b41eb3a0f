package botmaker.logs;

/// Knows when a follow may have gone wrong over a rotation of the log. Measured with Engine 20.10:
///
/// - It follows a rotation twice and repeats what it has read of the new file, from its first line on (3 lines, or 149).
/// - It reads a file to its end and goes on with the newest one; when 300,000 lines came in 3 s, whole files between were missing.
///
/// Nothing tells, so doubt has to do, and catching up settles it. A repeated line has an equal time to one just before, or steps
/// far back. A file that is left out took its time to be written: a step forward after lines that came thick and fast.
final class Continuity {
    /// More than times go back where two streams meet (2 ms), less than 10 MB take to be written.
    private static final long STEP = 10_000_000;

    /// Bytes without a pause that make a burst. Nobody writes 10 MB without showing that much at their beginning.
    private static final long BURST = 64 * 1024;

    private long last;
    private long burst;

    /// Whether a line may not be the next one of the log.
    boolean doubts(Line line) {
        long step = line.time() - last;
        return line.ordinal() > 0 || step < -STEP || step > STEP && burst > BURST;
    }

    /// Takes a line that is the next one.
    void passed(Line line) {
        if (line.time() - last > STEP) {
            burst = 0;
        }
        burst += line.to() - line.from();
        last = line.time();
    }
}
