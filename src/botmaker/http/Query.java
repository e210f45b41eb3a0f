package botmaker.http;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The parameters of a URL's query (`application/x-www-form-urlencoded`, WHATWG URL §5.1), decoded strictly.
public final class Query {
    /// No parameters.
    public static final Query EMPTY = new Query(Map.of());

    private final Map<String, List<String>> parameters;

    private Query(Map<String, List<String>> parameters) {
        this.parameters = parameters;
    }

    /// Decodes a query.
    ///
    /// @throws HttpError if an escape is not two hex digits, or the bytes are not UTF-8
    static Query parse(String raw) {
        Map<String, List<String>> parameters = new LinkedHashMap<>();
        for (String pair : raw.split("&", -1)) {
            if (!pair.isEmpty()) {
                int equals = pair.indexOf('=');
                String name = equals < 0 ? pair : pair.substring(0, equals);
                String value = equals < 0 ? "" : pair.substring(equals + 1);
                parameters.computeIfAbsent(decode(name), _ -> new ArrayList<>()).add(decode(value));
            }
        }
        parameters.replaceAll((_, values) -> List.copyOf(values));
        return new Query(parameters);
    }

    /// Returns the value of a parameter.
    ///
    /// @throws HttpError if it is given more than once
    Optional<String> single(String name) {
        List<String> values = parameters.getOrDefault(name, List.of());
        if (values.size() > 1) {
            throw new HttpError(HttpError.Kind.MALFORMED, "The query parameter `" + name + "` is given more than once.");
        }
        return values.stream().findFirst();
    }

    /// Returns every parameter with its values, in order of arrival.
    public Map<String, List<String>> parameters() {
        return Collections.unmodifiableMap(parameters);
    }

    private static String decode(String escaped) {
        var bytes = new ByteArrayOutputStream(escaped.length());
        for (int at = 0; at < escaped.length(); at++) {
            char c = escaped.charAt(at);
            if (c == '%') {
                bytes.write(escapedByte(escaped, at));
                at += 2;
            } else {
                bytes.write(c == '+' ? ' ' : c);
            }
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes.toByteArray())).toString();
        } catch (CharacterCodingException _) {
            throw new HttpError(HttpError.Kind.MALFORMED, "The query is not UTF-8.");
        }
    }

    private static int escapedByte(String escaped, int at) {
        int high = at + 2 < escaped.length() ? Character.digit(escaped.charAt(at + 1), 16) : -1;
        int low = at + 2 < escaped.length() ? Character.digit(escaped.charAt(at + 2), 16) : -1;
        if (high < 0 || low < 0) {
            throw new HttpError(HttpError.Kind.MALFORMED, "The query has a `%` that is not followed by two hex digits.");
        }
        return high << 4 | low;
    }
}
