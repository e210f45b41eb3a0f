package botmaker.ledger;

import botmaker.json.Json;
import botmaker.json.JsonValue;
import botmaker.ledger.Limit.Kind;
import botmaker.ledger.Sums.Amount;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/// Reports each limit once a day or month when 80 % of it are spent, once when it is used up, and once when what is left is too small for a
/// call: to the log, and to who asks.
final class BudgetEvents {
    private static final System.Logger LOG = System.getLogger(BudgetEvents.class.getName());
    private static final int MOST = 200;

    private final InstantSource clock;
    private final Deque<JsonValue> latest = new ArrayDeque<>(); // this and the following: guarded by this
    private final Set<Reported> reported = new HashSet<>();
    private long last;

    private enum What {
        NEARLY_USED_UP("80 % of its limit ({1}, from {2}) are used up"),
        USED_UP("its limit ({1}, from {2}) is used up"),
        TOO_SMALL("what is left of its limit ({1}, from {2}) is too small for its next answer");

        private final String words;

        What(String words) {
            this.words = words;
        }

        private String id() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /// @param cap one that was raised is reported again
    private record Reported(Kind kind, String account, LocalDate from, long cap, What what) {}

    BudgetEvents(InstantSource clock) {
        this.clock = clock;
    }

    /// Reports what a call that ended has crossed.
    ///
    /// @param limit with the call's part
    /// @param spent by that call
    void spent(String bot, String key, Limit limit, LocalDate day, Amount spent) {
        long part = limit.kind() == Kind.TOKENS ? spent.tokens() : spent.cost();
        if (crosses(limit, part, limit.cap())) {
            report(bot, key, limit, day, What.USED_UP);
        } else if (crosses(limit, part, limit.cap() - limit.cap() / 5)) {
            report(bot, key, limit, day, What.NEARLY_USED_UP);
        }
    }

    private static boolean crosses(Limit limit, long part, long mark) {
        return limit.spent() >= mark && limit.spent() - part < mark;
    }

    /// Reports that a call was refused for a limit.
    void reached(String bot, String key, Limit limit, LocalDate day) {
        report(bot, key, limit, day, limit.isUsedUp() ? What.USED_UP : What.TOO_SMALL);
    }

    private synchronized void report(String bot, String key, Limit limit, LocalDate day, What what) {
        LocalDate from = limit.kind().isMonthly() ? day.withDayOfMonth(1) : day;
        if (!reported.add(new Reported(limit.kind(), limit.kind() == Kind.KEY ? key : bot, from, limit.cap(), what))) {
            return;
        }
        reported.removeIf(it -> it.from().isBefore(day.minusMonths(2)));
        last++;
        latest.addLast(Json.object().put("seq", last).put("at", clock.instant().toString()).put("bot", bot).put("key", key)
                .put("limit", limit.kind().id()).put("event", what.id()).put("cap", limit.cap()).put("spent", limit.spent())
                .put("from", from.toString()).build());
        if (latest.size() > MOST) {
            latest.removeFirst();
        }
        LOG.log(System.Logger.Level.WARNING, "bot {0}: " + what.words, bot, limit.kind().id(), from);
    }

    synchronized JsonValue toJson() {
        return Json.array(latest);
    }
}
