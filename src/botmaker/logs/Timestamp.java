package botmaker.logs;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import botmaker.error.Failure;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.regex.Pattern;

/// Times as RFC 3339 text and as nanoseconds since 1970, which a `long` holds until 2262.
final class Timestamp {
    private static final long SECOND = 1_000_000_000;

    /// The engine's form, `2026-01-31T12:34:56.123456789Z`, where `d` stands for a digit.
    private static final byte[] FIXED = "dddd-dd-ddTdd:dd:dd.dddddddddZ".getBytes(ISO_8859_1);

    /// RFC 3339 §5.6.
    private static final Pattern RFC_3339 =
            Pattern.compile("\\d{4}-\\d\\d-\\d\\d[Tt]\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,9})?([Zz]|[+-]\\d\\d:\\d\\d)");

    private Timestamp() {}

    /// Parses the time in the first `length` bytes of a log frame.
    ///
    /// @throws Failure.EngineDown when they are no time
    static long parse(byte[] frame, int length) {
        return isFixed(frame, length)
                ? fixed(frame)
                : parse(new String(frame, 0, Math.max(0, length), ISO_8859_1)).orElseThrow(() ->
                        new Failure.EngineDown("The Docker Engine sent a log frame without a time."));
    }

    /// Parses RFC 3339; empty for anything else, and for times that a `long` of nanoseconds cannot hold.
    static Optional<Long> parse(String text) {
        if (!RFC_3339.matcher(text).matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(nanos(OffsetDateTime.parse(text).toInstant()));
        } catch (DateTimeException | ArithmeticException _) {
            return Optional.empty();
        }
    }

    static long nanos(Instant time) {
        return Math.addExact(Math.multiplyExact(time.getEpochSecond(), SECOND), time.getNano());
    }

    static String text(long nanos) {
        StringBuilder text = new StringBuilder(FIXED.length);
        new Writer().append(text, nanos);
        return text.toString();
    }

    private static boolean isFixed(byte[] frame, int length) {
        if (length != FIXED.length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            boolean fits = FIXED[i] == 'd' ? frame[i] >= '0' && frame[i] <= '9' : frame[i] == FIXED[i];
            if (!fits) {
                return false;
            }
        }
        return true;
    }

    private static long fixed(byte[] frame) {
        try {
            long day = LocalDate.of(number(frame, 0, 4), number(frame, 5, 7), number(frame, 8, 10)).toEpochDay();
            long second = number(frame, 11, 13) * 3600L + number(frame, 14, 16) * 60L + number(frame, 17, 19);
            return (day * 86_400 + second) * SECOND + number(frame, 20, 29);
        } catch (DateTimeException e) {
            throw new Failure.EngineDown("The Docker Engine sent a log frame with an invalid time.", e);
        }
    }

    private static int number(byte[] digits, int from, int to) {
        int number = 0;
        for (int i = from; i < to; i++) {
            number = 10 * number + digits[i] - '0';
        }
        return number;
    }

    /// Writes times in UTC with nine digits of nanoseconds: `2026-01-31T12:34:56.123456789Z`. For one thread.
    ///
    /// Most lines of a log are from the same second as the line before, so the text of a second is kept until the next.
    static final class Writer {
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
}
