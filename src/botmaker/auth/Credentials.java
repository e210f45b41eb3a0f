package botmaker.auth;

import botmaker.http.Request;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The user and password of a Basic `Authorization` header (RFC 7617 §2) in UTF-8, normalized. Not a record: nothing may print
/// them.
final class Credentials {
    private static final int MAX_TOKEN = 1024;
    private static final Pattern BASIC = Pattern.compile("(?i:basic) +([A-Za-z0-9+/]+={0,2})");

    private final String user;
    private final String password;

    private Credentials(String user, String password) {
        this.user = user;
        this.password = password;
    }

    /// Returns the credentials of a request; empty if it has none, several, or a malformed header.
    static Optional<Credentials> of(Request.Headers headers) {
        List<String> all = headers.all("Authorization");
        if (all.size() != 1 || all.getFirst().length() > MAX_TOKEN) {
            return Optional.empty();
        }
        Matcher basic = BASIC.matcher(all.getFirst());
        return basic.matches() ? decode(basic.group(1)) : Optional.empty();
    }

    String user() {
        return user;
    }

    String password() {
        return password;
    }

    /// Returns both in one form, however the header was written.
    byte[] bytes() {
        return (user + ":" + password).getBytes(StandardCharsets.UTF_8);
    }

    private static Optional<Credentials> decode(String token) {
        try {
            ByteBuffer bytes = ByteBuffer.wrap(Base64.getDecoder().decode(token));
            String text = Password.normalized(StandardCharsets.UTF_8.newDecoder().decode(bytes).toString());
            int colon = text.indexOf(':');
            if (colon < 0 || text.chars().anyMatch(Character::isISOControl)) {
                return Optional.empty();
            }
            return Optional.of(new Credentials(text.substring(0, colon), text.substring(colon + 1)));
        } catch (IllegalArgumentException | CharacterCodingException _) {
            return Optional.empty();
        }
    }
}
