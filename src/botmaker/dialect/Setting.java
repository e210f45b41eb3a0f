package botmaker.dialect;

import static java.nio.charset.StandardCharsets.UTF_8;

import botmaker.dialect.JsonScan.Path;
import java.util.List;
import java.util.OptionalLong;

/// A member of a body that the broker may have to set: where it stands, or where it would.
///
/// `max_tokens` is one of the body, `generationConfig.maxOutputTokens` and `stream_options.include_usage` are within an object of it.
final class Setting {
    private final List<String> names;
    private final String folded;
    /// The folded name of the object that it is in; empty for the body.
    private final String container;
    private int containerStart = -1;
    private int containerEnd;
    private int start = -1;
    private int end;

    /// @param names one or two, as they are written
    Setting(String... names) {
        this.names = List.of(names);
        this.folded = JsonScan.fold(this.names.getLast());
        this.container = names.length == 2 ? JsonScan.fold(names[0]) : "";
    }

    /// Notes a value if it is this one's.
    ///
    /// @return whether it is, for the second time
    boolean isRepeatedAt(Path path, int from, int to) {
        if (path.depth() == 0 || path.depth() > 2) {
            return false;
        }
        if (path.depth() == 1 && path.last().equals(container)) {
            containerStart = from;
            containerEnd = to;
        }
        if (!path.last().equals(folded) || !path.last(1).equals(container)) {
            return false;
        }
        boolean repeated = start >= 0;
        start = from;
        end = to;
        return repeated;
    }

    boolean isPresent() {
        return start >= 0;
    }

    /// Returns the value, a whole number above zero; empty if it is absent or another one.
    OptionalLong number(byte[] body) {
        if (start < 0 || end - start > 18 || body[start] < '1' || body[start] > '9') {
            return OptionalLong.empty();
        }
        long number = 0;
        for (int i = start; i < end; i++) {
            if (body[i] < '0' || body[i] > '9') {
                return OptionalLong.empty();
            }
            number = 10 * number + (body[i] - '0');
        }
        return OptionalLong.of(number);
    }

    /// Returns whether the value is this literal.
    boolean is(byte[] body, String literal) {
        return start >= 0 && new String(body, start, end - start, UTF_8).equals(literal);
    }

    /// Returns the edit that sets it.
    ///
    /// @param bodyStart of the outermost object
    Splice set(byte[] body, int bodyStart, String value) {
        if (start >= 0) {
            return new Splice(start, end, value);
        }
        String member = "\"" + names.getLast() + "\":" + value;
        if (names.size() == 1) {
            return insertion(body, bodyStart, member);
        }
        if (containerStart < 0) {
            return insertion(body, bodyStart, "\"" + names.getFirst() + "\":{" + member + "}");
        }
        return body[containerStart] == '{'
                ? insertion(body, containerStart, member)
                : new Splice(containerStart, containerEnd, "{" + member + "}");
    }

    /// Puts a member first, which needs a comma unless the object was empty.
    private static Splice insertion(byte[] body, int objectStart, String member) {
        int next = objectStart + 1;
        while (Character.isWhitespace(body[next])) {
            next++;
        }
        return new Splice(objectStart + 1, objectStart + 1, body[next] == '}' ? member : member + ",");
    }
}
