package botmaker.broker;

import botmaker.json.Json.ObjectBuilder;
import botmaker.json.Json;
import botmaker.json.JsonValue;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// What bots did since this process started: how many calls they made, and what was refused to them. Holds no prompt, no answer and no
/// credential.
final class Activity {
    private static final System.Logger LOG = System.getLogger(Activity.class.getName());
    /// The most different refusals that are kept of one bot. Further ones are counted together.
    private static final int MOST_REFUSALS = 20;
    private static final Duration LOGGED_EVERY = Duration.ofMinutes(10);
    private static final int MOST_WORDS = 300;
    private static final Pattern UNPRINTABLE = Pattern.compile("[^ -~]");
    private static final String OTHERS = "other refusals";

    private final Clock clock;
    private final Map<String, OfBot> bots = new TreeMap<>(); // guarded by this

    Activity(Clock clock) {
        this.clock = clock;
    }

    private static final class OfBot {
        private long calls;
        private Optional<Instant> lastCall = Optional.empty();
        private final Map<String, Refusal> refusals = new LinkedHashMap<>(); // by kind and words
    }

    private static final class Refusal {
        private final String kind;
        private final String words;
        private long count;
        private Instant last = Instant.MIN;
        private Instant logged = Instant.MIN;

        Refusal(String kind, String words) {
            this.kind = kind;
            this.words = words;
        }
    }

    /// Counts a call that was passed on.
    synchronized void called(String bot) {
        OfBot of = of(bot);
        of.calls++;
        of.lastCall = Optional.of(clock.instant());
    }

    /// Counts a refusal, and logs it unless it was logged in the last ten minutes.
    ///
    /// @param kind  in one word, such as `credential`
    /// @param sentence for people; nothing that the bot sent but the names of hosts, models and routes, of which only the printable
    ///                 characters are kept
    synchronized void refused(String bot, String kind, String sentence) {
        String words = UNPRINTABLE.matcher(sentence.substring(0, Math.min(sentence.length(), MOST_WORDS))).replaceAll("?");
        Map<String, Refusal> refusals = of(bot).refusals;
        String key = kind + " " + words;
        Refusal refusal = refusals.containsKey(key) || refusals.size() < MOST_REFUSALS
                ? refusals.computeIfAbsent(key, _ -> new Refusal(kind, words))
                : refusals.computeIfAbsent(OTHERS, _ -> new Refusal("other", OTHERS));
        Instant now = clock.instant();
        refusal.count++;
        refusal.last = now;
        if (refusal.logged.equals(Instant.MIN) || now.isAfter(refusal.logged.plus(LOGGED_EVERY))) {
            refusal.logged = now;
            LOG.log(System.Logger.Level.WARNING, "bot {0}: refused ({1}): {2}", bot, kind, words);
        }
    }

    /// Forgets the bots that are gone.
    synchronized void keepOnly(Set<String> known) {
        bots.keySet().retainAll(known);
    }

    synchronized JsonValue toJson() {
        return Json.array(bots.entrySet().stream().map(it -> toJson(it.getKey(), it.getValue())).toList());
    }

    private OfBot of(String bot) {
        return bots.computeIfAbsent(bot, _ -> new OfBot());
    }

    private static JsonValue toJson(String bot, OfBot of) {
        ObjectBuilder json = Json.object().put("id", bot).put("calls", of.calls).put("lastCallAt", of.lastCall.map(Instant::toString));
        return json.put("refused", Json.array(of.refusals.values().stream().map(it -> Json.object().put("kind", it.kind)
                .put("words", it.words).put("count", it.count).put("lastAt", it.last.toString()).build()).toList())).build();
    }
}
