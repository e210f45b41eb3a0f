package botmaker.logs;

import java.util.Arrays;

/// Counts lines with the very same time, in the order of the log: time and count together name a line.
///
/// Times go back by milliseconds where two streams meet, so equal times need not be neighbours; they are sought among the
/// last [#REACH] lines. Whoever has read that many lines, or from a second before, counts as everybody else.
final class Ordinals {
    /// How many lines back an equal time counts.
    static final int REACH = 1024;

    private final long[] recent = new long[REACH];
    private int next;
    private long latest = Long.MIN_VALUE;

    Ordinals() {
        Arrays.fill(recent, Long.MIN_VALUE);
    }

    /// The ordinal of the next line.
    int of(long time) {
        int ordinal = 0;
        if (time > latest) {
            latest = time; // most lines: later than all before, so equal to none
        } else {
            for (long other : recent) {
                if (other == time) {
                    ordinal++;
                }
            }
        }
        recent[next] = time;
        next = (next + 1) % REACH;
        return ordinal;
    }
}
