package botmaker.logs;

import botmaker.error.Failure;
import botmaker.error.FieldError;
import botmaker.http.HttpError;
import botmaker.http.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
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

    /// Reads the parameters `tail`, `since`, `after` and `follow`, and the header `Last-Event-ID`, which wins.
    ///
    /// @param position reads a position; empty when the text is none
    /// @throws Failure.Invalid   with every parameter that cannot be accepted
    /// @throws HttpError for a parameter that is given twice
    static <P> LogRequest<P> of(Request rq, Function<String, Optional<P>> position) {
        List<FieldError> errors = new ArrayList<>();
        Optional<String> tail = rq.query("tail");
        if (tail.isPresent() && !tail.get().equals("all") && number(tail.get()).isEmpty()) {
            errors.add(new FieldError("?tail", "A number of lines from 0 to " + MAX_TAIL + ", or `all`."));
        }
        Optional<String> since = rq.query("since");
        if (since.isPresent() && Timestamp.parse(since.get()).isEmpty()) {
            errors.add(new FieldError("?since", "A time as RFC 3339 writes it, such as 2026-01-31T12:34:56Z or "
                    + "2026-01-31T12:34:56.789+01:00 (in a URL, `+` is written `%2B`)."));
        }
        Optional<String> follow = rq.query("follow");
        if (follow.isPresent() && !Set.of("true", "false").contains(follow.get())) {
            errors.add(new FieldError("?follow", "`true` or `false`."));
        }
        Optional<String> query = rq.query("after");
        Optional<String> header = rq.header(LAST_EVENT_ID).filter(value -> !value.isEmpty());
        check(query, "?after", position, errors);
        check(header, LAST_EVENT_ID, position, errors);
        if (!errors.isEmpty()) {
            throw new Failure.Invalid(errors);
        }
        boolean follows = !follow.equals(Optional.of("false"));
        OptionalInt lines = tail.isPresent() ? number(tail.get())
                : since.isPresent() ? OptionalInt.empty() : OptionalInt.of(DEFAULT_TAIL);
        return new LogRequest<>(header.or(() -> query).flatMap(position), lines, since.flatMap(Timestamp::parse), follows);
    }

    /// Returns the same request from another position.
    <Q> LogRequest<Q> from(Optional<Q> other) {
        return new LogRequest<>(other, tail, since, follow);
    }

    private static <P> void check(
            Optional<String> text, String field, Function<String, Optional<P>> position, List<FieldError> errors) {
        if (text.isPresent() && position.apply(text.get()).isEmpty()) {
            errors.add(new FieldError(field, "Not an id from this log."));
        }
    }

    private static OptionalInt number(String digits) {
        if (!digits.matches("\\d{1,6}") || Integer.parseInt(digits) > MAX_TAIL) {
            return OptionalInt.empty();
        }
        return OptionalInt.of(Integer.parseInt(digits));
    }
}
