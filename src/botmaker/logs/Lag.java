package botmaker.logs;

/// How far a reader has fallen behind: the time that it kept us from reading, less the time that we waited for the engine.
///
/// A follow that is behind may be rotated past: the engine then goes on with a newer file and says nothing. It writes up to 15 MB
/// a second, and two rotations are 10 MB apart.
final class Lag {
    private static final long LIMIT = 500_000_000;

    private long nanos;

    /// Writing to the reader took a time.
    void wrote(long took) {
        nanos += took;
    }

    /// Reading from the engine took a time.
    void read(long took) {
        nanos = Math.max(0, nanos - took);
    }

    boolean tooLong() {
        return nanos > LIMIT;
    }
}
