package botmaker.logs;

import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/// Writes times in UTC with nine digits of nanoseconds: `2026-01-31T12:34:56.123456789Z`. For one thread.
///
/// A line of a log is mostly of the same second as the line before it, so a second's text is kept until the next.
final class TimestampText {
    private static final long SECOND = 1_000_000_000;

    private long second = Long.MIN_VALUE;
    private String text = "";

    /// @param nanos since 1970
    void append(StringBuilder out, long nanos) {
        long newSecond = Math.floorDiv(nanos, SECOND);
        if (newSecond != second) {
            second = newSecond;
            text = DateTimeFormatter.ISO_LOCAL_DATE_TIME.format(LocalDateTime.ofEpochSecond(second, 0, ZoneOffset.UTC));
        }
        int dot = out.append(text).length();
        out.append(SECOND + Math.floorMod(nanos, SECOND)).append('Z').setCharAt(dot, '.'); // in place of the 1
    }
}
