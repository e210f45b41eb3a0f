package botmaker.logs;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A place in a container's log: right after one line, or before the first. As text it is the `id:` of the line's event,
/// `<container>.<time>.<ordinal>`.
///
/// @param container the first 12 digits of the container's id
/// @param time      of the line, in nanoseconds since 1970; 0 for the place before the first line
/// @param ordinal   which of the lines with exactly that time, from 0, in the order of the log
record Position(String container, long time, int ordinal) {
    private static final int DIGITS = 12;
    private static final Pattern TEXT = Pattern.compile("([0-9a-f]{12})\\.(\\d{1,19})\\.(\\d{1,9})");

    Position {
        requireNonNull(container);
    }

    /// Returns the place before everything that a container wrote.
    static Position start(String containerId) {
        return new Position(shortId(containerId), 0, 0);
    }

    /// Parses a position; empty for any other text.
    static Optional<Position> parse(String text) {
        Matcher parts = TEXT.matcher(text);
        if (!parts.matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Position(
                    parts.group(1), Long.parseLong(parts.group(2)), Integer.parseInt(parts.group(3))));
        } catch (NumberFormatException _) {
            return Optional.empty(); // 19 digits hold more than a long
        }
    }

    /// Returns the place after a line of the same container.
    Position after(Line line) {
        return new Position(container, line.time(), line.ordinal());
    }

    /// Returns whether this is the place right after a line of the same container.
    boolean isAfter(Line line) {
        return time == line.time() && ordinal == line.ordinal();
    }

    boolean isStart() {
        return time == 0;
    }

    boolean isIn(String containerId) {
        return container.equals(shortId(containerId));
    }

    @Override
    public String toString() {
        return container + "." + time + "." + ordinal;
    }

    private static String shortId(String containerId) {
        return containerId.substring(0, Math.min(DIGITS, containerId.length()));
    }
}
