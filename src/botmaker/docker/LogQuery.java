package botmaker.docker;

import java.util.OptionalInt;

/// Which part of a container's log to read. Start from [#all()] or [#tail(int)].
///
/// @param tail   only so many of the last frames (not lines); empty for all
/// @param follow whether to go on with what the container writes from now on, until it stops
public record LogQuery(OptionalInt tail, boolean follow) {

    /// Everything that is there, then the end.
    public static LogQuery all() {
        return new LogQuery(OptionalInt.empty(), false);
    }

    /// The last frames, then the end.
    public static LogQuery tail(int frames) {
        return new LogQuery(OptionalInt.of(frames), false);
    }

    /// The same, and then what comes.
    public LogQuery following() {
        return new LogQuery(tail, true);
    }

    Call on(String container) {
        return Call.get("/containers/" + container + "/logs")
                .with("stdout", true).with("stderr", true).with("timestamps", true)
                .with("follow", follow)
                .with("tail", tail.isPresent() ? String.valueOf(tail.getAsInt()) : "all")
                .stream();
    }
}
