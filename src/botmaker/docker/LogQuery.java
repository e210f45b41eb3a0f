package botmaker.docker;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;

/// Which part of a container's log to read. Start from [#all()] or [#tail(int)].
///
/// @param since  from this time on, itself included, to the nanosecond
/// @param until  up to this time
/// @param tail   only so many of the last frames (not lines); empty for all
/// @param follow whether to go on with what the container writes from now on, until it stops
public record LogQuery(Optional<Instant> since, Optional<Instant> until, OptionalInt tail, boolean follow) {

    /// Everything that is there, then the end.
    public static LogQuery all() {
        return new LogQuery(Optional.empty(), Optional.empty(), OptionalInt.empty(), false);
    }

    /// The last frames, then the end.
    public static LogQuery tail(int frames) {
        return new LogQuery(Optional.empty(), Optional.empty(), OptionalInt.of(frames), false);
    }

    /// The same, from a time on.
    public LogQuery since(Instant time) {
        return new LogQuery(Optional.of(time), until, tail, follow);
    }

    /// The same, up to a time.
    public LogQuery until(Instant time) {
        return new LogQuery(since, Optional.of(time), tail, follow);
    }

    /// The same, and then what comes.
    public LogQuery following() {
        return new LogQuery(since, until, tail, true);
    }

    Call on(String container) {
        Call call = Call.get("/containers/" + container + "/logs")
                .with("stdout", true).with("stderr", true).with("timestamps", true)
                .with("follow", follow)
                .with("tail", tail.isPresent() ? String.valueOf(tail.getAsInt()) : "all");
        if (since.isPresent()) {
            call = call.with("since", timestamp(since.get()));
        }
        if (until.isPresent()) {
            call = call.with("until", timestamp(until.get()));
        }
        return call.stream();
    }

    /// The engine's form of a time: seconds and nine digits of nanoseconds.
    static String timestamp(Instant time) {
        return "%d.%09d".formatted(time.getEpochSecond(), time.getNano());
    }
}
