package botmaker.bot.view;

import botmaker.bot.host.BotHost.Container;
import botmaker.bot.model.BotId;
import botmaker.bot.model.BotRecord.Desired;
import botmaker.bot.model.BotRecord;
import botmaker.json.Json;
import botmaker.json.JsonValue;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/// The last events of each bot: what an operator did, and what was observed. In memory only.
public final class History {
    private static final int MOST = 10;

    /// One event.
    ///
    /// @param at   when it happened, as far as that is known
    public record TimelineEntry(Instant at, String what) {
        public JsonValue toJson() {
            return Json.object().put("at", at.toString()).put("what", what).build();
        }
    }

    /// @param ends   whether the end of the present run is expected, and already in the history
    /// @param starts whether the next start is expected, and already in the history
    private record Known(List<TimelineEntry> happenings, boolean ends, boolean starts) {
        static final Known NOTHING = new Known(List.of(), false, false);

        Known and(Instant at, String what) {
            List<TimelineEntry> more = new ArrayList<>(happenings);
            more.add(new TimelineEntry(at, what));
            return new Known(List.copyOf(more.subList(Math.max(0, more.size() - MOST), more.size())), ends, starts);
        }

        Known expecting(boolean end, boolean start) {
            return new Known(happenings, end, start);
        }
    }

    private final Map<BotId, Known> known = new ConcurrentHashMap<>();

    /// Returns the events of a bot, the newest first.
    public List<TimelineEntry> of(BotId id) {
        return known.getOrDefault(id, Known.NOTHING).happenings().reversed();
    }

    public void forget(BotId id) {
        known.remove(id);
    }

    public void note(BotId id, Instant at, String what) {
        change(id, before -> before.and(at, what));
    }

    /// Adds an action that is about to begin, so that its effect is not added again when it is observed.
    ///
    /// @param ends   whether it ends the present run
    /// @param starts whether it starts another
    public void expect(BotId id, Instant at, String what, boolean ends, boolean starts) {
        change(id, before -> before.and(at, what).expecting(ends, starts));
    }

    /// Adds what happened between two successive observations.
    public void observe(BotRecord row, ObservedState before, ObservedState after, Instant now) {
        boolean goesOn = after.container().filter(before::sameRun).isPresent();
        if (before.isUp() && !goesOn) {
            change(row.id(), it -> it.ends() ? it.expecting(false, it.starts()) : ended(it, row, before, after, now));
        }
        if (after.isUp() && !goesOn) {
            change(row.id(), it -> it.starts()
                    ? it.expecting(it.ends(), false) : it.and(after.startedAt().orElse(now), "started"));
        }
        if (after.health() != before.health()) {
            probed(row.id(), after, now);
        }
    }

    private static Known ended(Known it, BotRecord row, ObservedState before, ObservedState after, Instant now) {
        if (after.container().isEmpty()) {
            return it.and(now, "container removed");
        }
        Container container = after.container().get();
        Instant at = container.finishedAt().orElse(now);
        boolean tells = container.state() != Container.State.RUNNING && container.id().equals(before.container().orElseThrow().id());
        return it.and(at, tells && row.desired() == Desired.RUNNING ? "ended: " + Status.death(row, container) : "ended");
    }

    private void probed(BotId id, ObservedState after, Instant now) {
        switch (after.health()) {
            case HEALTHY -> note(id, now, "became healthy");
            case UNHEALTHY -> note(id, now, "became unhealthy" + after.problem().map(problem -> ": " + problem).orElse(""));
            case STARTING, NONE -> { }
        }
    }

    private void change(BotId id, UnaryOperator<Known> change) {
        known.compute(id, (_, before) -> change.apply(before == null ? Known.NOTHING : before));
    }
}
