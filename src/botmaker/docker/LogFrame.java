package botmaker.docker;

import static java.util.Objects.requireNonNull;

/// One frame of a container's output, as the engine sent it: usually a line with its line feed, at most 16 KiB of one;
/// a longer line comes as several frames with the same time. From a terminal (TTY), any piece of output.
///
/// @param payload begins with the engine's timestamp (RFC 3339 with nanoseconds) and a space, once for each line;
///                handed over, not copied
public record LogFrame(Source source, byte[] payload) {
    /// Which of the container's streams a frame came from. A terminal has only one.
    public enum Source { OUT, ERR }

    public LogFrame {
        requireNonNull(source);
        requireNonNull(payload);
    }
}
