package botmaker.broker;

import botmaker.dialect.Refused;
import botmaker.json.Json.ObjectBuilder;
import botmaker.json.Json;
import botmaker.json.JsonValue;
import botmaker.policy.Permissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// What bots did since this process started: how many calls they made, and for each kind of refusal how often and why last; of refused
/// hosts, that for each of the last twenty. Holds no prompt, no answer and no credential, and does not grow with what a bot sends: there are
/// about ten kinds.
final class Activity {
    private static final System.Logger LOG = System.getLogger(Activity.class.getName());
    private static final Duration LOGGED_EVERY = Duration.ofMinutes(10);
    private static final int MOST_WORDS = 300;
    private static final int MOST_REMEMBERED = 20;
    private static final Pattern UNPRINTABLE = Pattern.compile("[^ -~]");

    private final Clock clock;
    private final Map<String, OfBot> bots = new TreeMap<>(); // guarded by this

    Activity(Clock clock) {
        this.clock = clock;
    }

    private static final class OfBot {
        private long calls;
        private Optional<Instant> lastCall = Optional.empty();
        private final Map<String, OfKind> refusals = new TreeMap<>(); // by kind
        private final Set<String> unlisted = new LinkedHashSet<>();
        private final Set<String> allowable = new LinkedHashSet<>();
    }

    private static final class OfKind {
        private final Map<String, Refusals> bySubject = new LinkedHashMap<>(); // the latest last
        private Instant loggedSince = Instant.MIN;
        private int logged;

        /// Returns the refusals about a subject, as the latest of some.
        private Refusals about(String subject) {
            Refusals refusals = Optional.ofNullable(bySubject.remove(subject)).orElseGet(Refusals::new);
            bySubject.put(subject, refusals);
            if (bySubject.size() > MOST_REMEMBERED) {
                bySubject.remove(bySubject.keySet().iterator().next());
            }
            return refusals;
        }

        /// Returns whether another line may be logged now, and counts it.
        private boolean mayLog(Instant now) {
            if (!now.isBefore(loggedSince.plus(LOGGED_EVERY))) {
                loggedSince = now;
                logged = 0;
            }
            logged++;
            return logged <= MOST_REMEMBERED;
        }
    }

    private static final class Refusals {
        private long count;
        private String words = "";
        private Instant last = Instant.MIN;
        private Instant logged = Instant.MIN;
    }

    /// Counts a call that was passed on.
    synchronized void called(String bot) {
        OfBot of = of(bot);
        of.calls++;
        of.lastCall = Optional.of(clock.instant());
    }

    /// Counts a refusal, and remembers the permission that the bot lacks, the last of some.
    synchronized void refused(String bot, Refused refused) {
        refused(bot, refused.reason().id(), refused.getMessage());
        refused.allowedBy().filter(Permissions::isWord).ifPresent(word -> remember(of(bot).allowable, word));
    }

    /// Counts a refusal, and logs it unless one of its kind was logged in the last ten minutes.
    synchronized void refused(String bot, String kind, String sentence) {
        refused(bot, kind, "", sentence);
    }

    /// Counts a refusal, and logs it unless one of its kind and subject was logged in the last ten minutes, or twenty of its kind were.
    ///
    /// @param kind     in one word, such as `credential`
    /// @param subject  what is counted apart from others of its kind, such as a host
    /// @param sentence the reason, for people. It may quote the names of hosts, models and routes from the bot's request, and nothing else
    ///                 of it; unprintable characters are replaced
    synchronized void refused(String bot, String kind, String subject, String sentence) {
        OfKind ofKind = of(bot).refusals.computeIfAbsent(kind, _ -> new OfKind());
        Refusals refusals = ofKind.about(subject);
        Instant now = clock.instant();
        refusals.count++;
        refusals.last = now;
        refusals.words = UNPRINTABLE.matcher(sentence.substring(0, Math.min(sentence.length(), MOST_WORDS))).replaceAll("?");
        if (!now.isBefore(refusals.logged.plus(LOGGED_EVERY)) && ofKind.mayLog(now)) {
            refusals.logged = now;
            LOG.log(System.Logger.Level.WARNING, "bot {0}: refused ({1}): {2}", bot, kind, refusals.words);
        }
    }

    /// Remembers a public host that a bot asked for and that its list lacks, the last of some.
    synchronized void unlisted(String bot, String host) {
        remember(of(bot).unlisted, host);
    }

    private static void remember(Set<String> latest, String text) {
        latest.remove(text);
        latest.add(text);
        if (latest.size() > MOST_REMEMBERED) {
            latest.remove(latest.iterator().next());
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
        json.put("unlistedHosts", Json.strings(of.unlisted)).put("allowable", Json.strings(of.allowable));
        return json.put("refused", Json.array(of.refusals.entrySet().stream().flatMap(kind -> kind.getValue().bySubject.values().stream()
                .map(it -> Json.object().put("kind", kind.getKey()).put("words", it.words).put("count", it.count)
                        .put("lastAt", it.last.toString()).build())).toList())).build();
    }
}
