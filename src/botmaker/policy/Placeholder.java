package botmaker.policy;

import java.security.SecureRandom;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Makes what a bot holds in place of a key: it looks like the key, so that OpenClaw treats it as one, and opens nothing but the bot's
/// own sockets.
public final class Placeholder {
    /// What keys begin with: it tells OpenClaw how to send them, and is the same for everyone.
    private static final List<String> PREFIXES = List.of("sk-ant-api03-", "sk-ant-oat01-", "sk-ant-", "sk-or-v1-", "sk-or-", "sk-proj-",
            "sk-svcacct-", "sk-", "AIza", "xai-", "nvapi-", "tgp_v1_", "gsk_");
    /// A key of a Claude subscription: OpenClaw makes other requests with it than with a key of the API.
    private static final String SUBSCRIPTION = "sk-ant-oat01-";
    private static final String OTHER = "botmaker-";
    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    /// Enough for 128 bits.
    private static final int LEAST_RANDOM = 22;
    private static final SecureRandom RANDOM = new SecureRandom();

    private static final String LOWER = "abcdefghijklmnopqrstuvwxyz0123456789";

    private Placeholder() { }

    /// Returns a new placeholder for a channel's token: as long as the token, with the same beginning as far as that is public, and with
    /// the same dots.
    ///
    /// @param publicPart matches what of a token's beginning is no secret
    public static String of(String token, Pattern publicPart) {
        String kept = publicPart(token, publicPart);
        String alphabet = token.chars().noneMatch(Character::isUpperCase) ? LOWER : ALPHABET;
        StringBuilder placeholder = new StringBuilder(kept);
        token.substring(kept.length()).chars()
                .forEach(it -> placeholder.append(it == '.' ? '.' : alphabet.charAt(RANDOM.nextInt(alphabet.length()))));
        return placeholder.toString();
    }

    /// Returns whether a placeholder can stand for a token: it looks like it, and has the same public part.
    public static boolean fits(String placeholder, String token, Pattern publicPart) {
        return placeholder.length() == token.length() && !placeholder.equals(token)
                && publicPart(placeholder, publicPart).equals(publicPart(token, publicPart));
    }

    private static String publicPart(String token, Pattern publicPart) {
        Matcher beginning = publicPart.matcher(token);
        return beginning.lookingAt() ? beginning.group() : "";
    }

    /// Returns whether a placeholder of one key can stand for another: OpenClaw uses both alike.
    public static boolean standsFor(String key, String other) {
        return key.startsWith(SUBSCRIPTION) == other.startsWith(SUBSCRIPTION);
    }

    /// Returns a new placeholder for a key: as long as the key and with the same prefix, but never so short that it could be guessed.
    public static String of(String key) {
        String prefix = PREFIXES.stream().filter(key::startsWith).max(Comparator.comparingInt(String::length)).orElse(OTHER);
        StringBuilder placeholder = new StringBuilder(prefix);
        int length = Math.max(key.length(), prefix.length() + LEAST_RANDOM);
        while (placeholder.length() < length) {
            placeholder.append(ALPHABET.charAt(RANDOM.nextInt(ALPHABET.length())));
        }
        return placeholder.toString();
    }
}
