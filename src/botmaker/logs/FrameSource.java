package botmaker.logs;

import botmaker.docker.Container;
import botmaker.docker.Engine;
import botmaker.docker.EngineStream;
import botmaker.docker.LogFrame;
import java.util.Optional;
import java.util.OptionalInt;

/// A container's log as the engine delivers it.
@FunctionalInterface
interface FrameSource {
    /// Opens the log.
    ///
    /// @param tail   how many of the last frames to begin with; empty for all
    /// @param follow whether to go on with what is written from now on
    /// @return to be closed by the caller
    Frames open(OptionalInt tail, boolean follow);

    /// Frames in the order of the log. One thread reads, any thread may close.
    interface Frames extends AutoCloseable {
        /// Waits for the next frame; empty at the end, after a close, and when interrupted (the flag stays set).
        Optional<LogFrame> next();

        /// Returns whether [#next()] answers without waiting.
        boolean ready();

        @Override
        void close();
    }

    /// Returns the log of a container of the engine.
    static FrameSource of(Engine engine, Container container) {
        return (tail, follow) -> new EngineFrames(engine.logs(container, tail, follow));
    }

    /// Frames that come from the engine.
    record EngineFrames(EngineStream<LogFrame> stream) implements Frames {
        @Override
        public Optional<LogFrame> next() {
            return stream.next();
        }

        @Override
        public boolean ready() {
            return stream.ready();
        }

        @Override
        public void close() {
            stream.close();
        }
    }
}
