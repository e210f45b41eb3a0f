package botmaker.broker;

import static java.nio.charset.StandardCharsets.UTF_8;

import botmaker.policy.BotPolicy;
import botmaker.policy.Origin;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/// The placeholders that each bot may send: the present one of its policy and, for some minutes, the one before it. A running bot reads
/// a new one after a while, and until then it must not be refused: OpenClaw would lock its key for minutes.
final class Placeholders {
    private static final long GRACE = Duration.ofMinutes(5).toNanos();

    /// A bot and the file that holds a placeholder of its key or token. A new key has the same file: its placeholder replaces the old one.
    private record Holder(String bot, String file) { }

    private record Former(String value, long until) { }

    private final LongSupplier nanoTime;
    private final Map<Holder, String> present = new HashMap<>(); // guarded by this
    private final Map<Holder, Former> former = new HashMap<>(); // guarded by this

    /// @param nanoTime the monotonic clock
    Placeholders(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /// Takes over the placeholders of a policy.
    synchronized void follow(List<BotPolicy> bots) {
        Map<Holder, String> next = new HashMap<>();
        for (BotPolicy bot : bots) {
            bot.origins().stream().flatMap(origin -> origin.credentials().stream())
                    .forEach(it -> next.put(new Holder(bot.id(), it.file()), it.placeholder()));
        }
        present.forEach((holder, value) -> {
            if (next.containsKey(holder) && !next.get(holder).equals(value)) {
                former.put(holder, new Former(value, nanoTime.getAsLong() + GRACE));
            }
        });
        former.keySet().retainAll(next.keySet());
        present.clear();
        present.putAll(next);
    }

    /// Returns whether a bot may send this in the place of a key. Compares in constant time.
    synchronized boolean accepts(String bot, Origin.Credential credential, String presented) {
        Former before = former.get(new Holder(bot, credential.file()));
        boolean late = before != null && nanoTime.getAsLong() - before.until < 0 && isSame(before.value, presented);
        return isSame(credential.placeholder(), presented) || late;
    }

    private static boolean isSame(String one, String other) {
        return MessageDigest.isEqual(one.getBytes(UTF_8), other.getBytes(UTF_8));
    }
}
