package botmaker.bot.model;

import botmaker.error.Failure;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/// Identifies a bot: 16 lower-case hex digits, made by the server and never by a user, so that it may be part of a path, a container
/// name and a label.
public record BotId(String value) implements Comparable<BotId> {
    private static final Pattern SHAPE = Pattern.compile("[0-9a-f]{16}");
    private static final SecureRandom RANDOM = new SecureRandom();

    public BotId {
        if (!SHAPE.matcher(value).matches()) {
            throw new IllegalArgumentException("a bot id is 16 lower-case hex digits");
        }
    }

    /// Returns a new id of 64 random bits.
    public static BotId random() {
        byte[] bits = new byte[8];
        RANDOM.nextBytes(bits);
        return new BotId(HexFormat.of().formatHex(bits));
    }

    /// Returns the id in a text from outside; empty if the text is not an id.
    public static Optional<BotId> of(String text) {
        return SHAPE.matcher(text).matches() ? Optional.of(new BotId(text)) : Optional.empty();
    }

    /// Returns the id in a request's path.
    ///
    /// @throws Failure.NotFound if the text is not an id
    public static BotId require(String text) {
        return of(text).orElseThrow(() -> new Failure.NotFound("There is no such bot."));
    }

    @Override
    public int compareTo(BotId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
