package botmaker.logs;

import static java.nio.charset.StandardCharsets.UTF_8;

import botmaker.docker.LogFrame;

/// One line of a container's log, whole and without its line end.
///
/// @param time    when its first byte was written, by the engine's clock, in nanoseconds since 1970
/// @param ordinal how many lines with the very same time came before it
/// @param bytes   hold the text in `[from..to)`
/// @param cut     how many bytes at its end were left out, because it was too long
record Line(long time, int ordinal, LogFrame.Source source, byte[] bytes, int from, int to, long cut) {

    /// The text; malformed UTF-8 becomes U+FFFD.
    String text() {
        return new String(bytes, from, to - from, UTF_8);
    }

    boolean isAt(Position position) {
        return time == position.time() && ordinal == position.ordinal();
    }
}
