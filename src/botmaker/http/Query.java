package botmaker.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// Decodes the query of a URL strictly (`application/x-www-form-urlencoded`, WHATWG URL §5.1).
final class Query {
    /// `URLDecoder` takes signs for digits.
    private static final Pattern BAD_ESCAPE = Pattern.compile("%(?![0-9A-Fa-f]{2})");

    private Query() {}

    /// Returns the parameters with their values, in order of arrival.
    ///
    /// @throws HttpError if an escape is not two hex digits, or the bytes are not UTF-8
    static Map<String, List<String>> parse(String raw) {
        Map<String, List<String>> parameters = new LinkedHashMap<>();
        for (String pair : raw.split("&", -1)) {
            if (!pair.isEmpty()) {
                String[] parts = pair.split("=", 2);
                parameters.computeIfAbsent(decode(parts[0]), _ -> new ArrayList<>()).add(parts.length == 1 ? "" : decode(parts[1]));
            }
        }
        return parameters;
    }

    private static String decode(String escaped) {
        if (BAD_ESCAPE.matcher(escaped).find()) {
            throw new HttpError(HttpError.Kind.MALFORMED, "The query has a `%` that is not followed by two hex digits.");
        }
        byte[] bytes = URLDecoder.decode(escaped, ISO_8859_1).getBytes(ISO_8859_1);
        try {
            return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException _) {
            throw new HttpError(HttpError.Kind.MALFORMED, "The query is not UTF-8.");
        }
    }
}
