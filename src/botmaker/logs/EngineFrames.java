package botmaker.logs;

import botmaker.docker.Engine;
import botmaker.docker.LogFrame;
import botmaker.docker.LogQuery;
import botmaker.docker.LogStream;
import java.util.Optional;
import java.util.OptionalInt;

/// A log as it comes from the engine.
record EngineFrames(LogStream stream) implements FrameSource.Frames {

    /// The log of a container.
    static FrameSource of(Engine engine, String containerId) {
        return (tail, follow) -> new EngineFrames(engine.logs(containerId, query(tail, follow)));
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

    private static LogQuery query(OptionalInt tail, boolean follow) {
        LogQuery query = tail.isPresent() ? LogQuery.tail(tail.getAsInt()) : LogQuery.all();
        return follow ? query.following() : query;
    }
}
