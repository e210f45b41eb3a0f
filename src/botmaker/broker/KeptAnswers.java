package botmaker.broker;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/// The ids of the answers that providers keep, by the bot that was given them: the latest of each. A bot may go on from these only: with
/// the id of another bot's answer it could ask what was said there.
///
/// They are lost when the broker is restarted. OpenClaw then sends the whole conversation instead of an id.
final class KeptAnswers {
    /// OpenClaw goes on from answers of the last five minutes, in which a bot makes as many calls at most.
    private static final int MOST = 5 * CallLimit.A_MINUTE;

    private final Map<String, Set<String>> bots = new HashMap<>(); // guarded by this

    /// Remembers an answer, before the bot has all of it.
    synchronized void learn(String bot, String id) {
        Set<String> latest = bots.computeIfAbsent(bot, _ -> new LinkedHashSet<>());
        latest.remove(id);
        latest.add(id);
        if (latest.size() > MOST) {
            latest.remove(latest.iterator().next());
        }
    }

    /// Returns whether a bot was given an answer.
    synchronized boolean has(String bot, String id) {
        return bots.getOrDefault(bot, Set.of()).contains(id);
    }

    /// Forgets the bots that are gone.
    synchronized void keepOnly(Set<String> known) {
        bots.keySet().retainAll(known);
    }
}
