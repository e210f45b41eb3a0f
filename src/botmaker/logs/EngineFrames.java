package botmaker.logs;

import botmaker.docker.Engine;
import botmaker.docker.EngineStream;
import botmaker.docker.LogFrame;
import java.util.Optional;

/// A log as it comes from the engine.
record EngineFrames(EngineStream<LogFrame> stream) implements FrameSource.Frames {

    /// The log of a container.
    static FrameSource of(Engine engine, String containerId) {
        return (tail, follow) -> new EngineFrames(engine.logs(engine.inspect(containerId), tail, follow));
    }

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
