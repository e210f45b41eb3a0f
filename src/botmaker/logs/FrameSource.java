package botmaker.logs;

import botmaker.docker.LogFrame;
import java.util.Optional;
import java.util.OptionalInt;

/// A container's log as the engine gives it: read from so far back to its end, or on and on.
@FunctionalInterface
interface FrameSource {
    /// Begins to read.
    ///
    /// @param tail   how many of the last frames; empty for all
    /// @param follow whether to go on with what is written from now on
    /// @return to be closed by the caller
    Frames open(OptionalInt tail, boolean follow);

    /// Frames in the order of the log. One thread reads, any thread may close.
    interface Frames extends AutoCloseable {
        /// Waits for the next frame; empty at the end, after a close, and when interrupted (the flag stays set).
        Optional<LogFrame> next();

        /// Whether [#next()] answers without waiting.
        boolean ready();

        @Override
        void close();
    }
}
