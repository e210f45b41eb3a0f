package botmaker.broker;

import static java.nio.charset.StandardCharsets.UTF_8;

import botmaker.json.JsonException;
import botmaker.json.JsonValue;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// URLs that a chat service gave to a bot, to be used without a token: the latest of each bot. One that it gave to somebody else would
/// lead to their account.
final class Passes {
    private static final int MOST = 64;
    private static final int MAX_LENGTH = 4096;
    private static final List<String> NAMES = List.of("url", "upload_url");

    private final Map<String, Deque<String>> bots = new HashMap<>(); // guarded by this

    /// Remembers the URLs in an answer; one that is not JSON has none.
    void learn(String bot, byte[] answer) {
        JsonValue json;
        try {
            json = JsonValue.parse(new String(answer, UTF_8));
        } catch (JsonException e) {
            return;
        }
        for (String name : NAMES) {
            json.textAt(name).filter(url -> url.length() <= MAX_LENGTH).ifPresent(url -> remember(bot, url));
        }
    }

    private synchronized void remember(String bot, String url) {
        URI pass;
        try {
            pass = URI.create(url);
        } catch (IllegalArgumentException e) {
            return; // nobody can use it
        }
        Deque<String> latest = bots.computeIfAbsent(bot, _ -> new ArrayDeque<>());
        latest.addFirst(pass.getRawQuery() == null ? pass.getRawPath() : pass.getRawPath() + "?" + pass.getRawQuery());
        if (latest.size() > MOST) {
            latest.removeLast();
        }
    }

    /// Returns whether a bot was given a URL with this path and query, or with their beginning.
    synchronized boolean has(String bot, String target) {
        return bots.getOrDefault(bot, new ArrayDeque<>()).stream().anyMatch(pass -> target.equals(pass) || target.startsWith(pass + "&"));
    }

    /// Forgets the bots that are gone.
    synchronized void keepOnly(Set<String> known) {
        bots.keySet().retainAll(known);
    }
}
