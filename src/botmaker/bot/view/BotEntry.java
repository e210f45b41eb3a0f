package botmaker.bot.view;

import botmaker.bot.model.BotRecord;
import botmaker.bot.host.BotHost.Container;
import botmaker.secret.SecretName;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// One bot in the registry, immutable: what is known of it, and the view and JSON made from that.
record BotEntry(Facts facts, Context context, BotView view, String json) {
    BotEntry(Facts facts, Context context) {
        Status status = Status.of(facts.row(), facts.seen(), context.engineProblem())
                .flawed(facts.flaw())
                .during(facts.work().or(() -> facts.backedUp() ? Optional.of("being backed up") : Optional.empty()));
        Optional<String> image = facts.seen().container().map(Container::imageId);
        boolean outdated = image.isPresent() && context.newestImage().isPresent() && !image.equals(context.newestImage());
        BotView view = new BotView(facts.row(), facts.seen(), status, facts.secrets(), outdated);
        this(facts, context, view, view.toJson().toString());
    }

    /// Everything known of one bot.
    ///
    /// @param asOf     `System.nanoTime` before the look that `seen` came from
    /// @param secrets  when each of its secrets was last written
    /// @param flaw     what is wrong with its own files
    /// @param work     what BotMaker is doing to it
    /// @param backedUp whether BotMaker's own backup has paused it
    record Facts(BotRecord row, ObservedState seen, long asOf, SortedMap<String, Instant> secrets, Optional<String> flaw,
            Optional<String> work, boolean backedUp) {
        static Facts of(BotRecord row, Map<SecretName, Instant> secrets) {
            return new Facts(row, ObservedState.ABSENT, System.nanoTime(), byName(secrets), Optional.empty(), Optional.empty(), false);
        }

        Facts row(BotRecord changed) {
            return new Facts(changed, seen, asOf, secrets, flaw, work, backedUp);
        }

        Facts seen(ObservedState changed) {
            return new Facts(row, changed, asOf, secrets, flaw, work, backedUp);
        }

        Facts seen(ObservedState changed, long time, boolean paused) {
            return new Facts(row, changed, time, secrets, flaw, work, paused);
        }

        Facts secrets(Map<SecretName, Instant> written) {
            return new Facts(row, seen, asOf, byName(written), flaw, work, backedUp);
        }

        Facts flaw(Optional<String> problem) {
            return new Facts(row, seen, asOf, secrets, problem, work, backedUp);
        }

        Facts work(Optional<String> doing) {
            return new Facts(row, seen, asOf, secrets, flaw, doing, backedUp);
        }

        private static SortedMap<String, Instant> byName(Map<SecretName, Instant> secrets) {
            SortedMap<String, Instant> names = new TreeMap<>();
            secrets.forEach((name, time) -> names.put(name.value(), time));
            return Collections.unmodifiableSortedMap(names);
        }
    }

    /// What the JSON of every bot depends on besides its own facts.
    record Context(Optional<String> engineProblem, Optional<String> newestImage) { }
}
