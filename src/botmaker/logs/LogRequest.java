package botmaker.logs;

import botmaker.error.Failure.FieldError;
import botmaker.error.Failure;
import botmaker.http.HttpError;
import botmaker.http.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;

/// Which part of a log is requested.
///
/// @param <P>    the type of a position: of one bot or of several
/// @param after  where to go on; then `tail` and `since` are ignored
/// @param tail   how many of the last lines to begin with; empty for all
/// @param since  skips everything before the first line of this time or later, in nanoseconds since 1970
/// @param follow whether to go on with new lines
record LogRequest<P>(Optional<P> after, OptionalInt tail, Optional<Long> since, boolean follow) {
    private static final int DEFAULT_TAIL = 200;
    private static final int MAX_TAIL = 100_000;
    private static final String LAST_EVENT_ID = "Last-Event-ID";
    private static final String NO_ID = "Not an id from this log.";

    /// Reads the parameters `tail`, `since`, `after` and `follow`, and the header `Last-Event-ID`, which wins.
    ///
    /// @param position reads a position; empty when the text is none
    /// @throws Failure.Invalid   with every parameter that cannot be accepted
    /// @throws HttpError for a parameter that is given twice
    static <P> LogRequest<P> of(Request rq, Function<String, Optional<P>> position) {
        List<FieldError> errors = new ArrayList<>();
        Optional<OptionalInt> tail = read(rq.query("tail"), "?tail", LogRequest::tail,
                "A number of lines from 0 to " + MAX_TAIL + ", or `all`.", errors);
        Optional<Long> since = read(rq.query("since"), "?since", Timestamp::parse, "A time as RFC 3339 writes it, such as "
                + "2026-01-31T12:34:56Z or 2026-01-31T12:34:56.789+01:00 (in a URL, `+` is written `%2B`).", errors);
        Optional<Boolean> follow = read(rq.query("follow"), "?follow", LogRequest::flag, "`true` or `false`.", errors);
        Optional<P> query = read(rq.query("after"), "?after", position, NO_ID, errors);
        Optional<P> header = read(rq.header(LAST_EVENT_ID).filter(value -> !value.isEmpty()), LAST_EVENT_ID, position, NO_ID, errors);
        if (!errors.isEmpty()) {
            throw new Failure.Invalid(errors);
        }
        OptionalInt lines = tail.orElse(since.isPresent() ? OptionalInt.empty() : OptionalInt.of(DEFAULT_TAIL));
        return new LogRequest<>(header.or(() -> query), lines, since, follow.orElse(true));
    }

    private static <T> Optional<T> read(
            Optional<String> text, String field, Function<String, Optional<T>> parser, String expected, List<FieldError> errors) {
        Optional<T> value = text.flatMap(parser);
        if (text.isPresent() && value.isEmpty()) {
            errors.add(new FieldError(field, expected));
        }
        return value;
    }

    private static Optional<OptionalInt> tail(String text) {
        if (text.equals("all")) {
            return Optional.of(OptionalInt.empty());
        }
        return Optional.of(text).filter(it -> it.matches("\\d{1,6}")).map(Integer::parseInt).filter(it -> it <= MAX_TAIL).map(OptionalInt::of);
    }

    private static Optional<Boolean> flag(String text) {
        return text.equals("true") || text.equals("false") ? Optional.of(text.equals("true")) : Optional.empty();
    }
}
