package botmaker.spending;

import botmaker.audit.Audit;
import botmaker.bot.model.BotId;
import botmaker.bot.model.BotRecord;
import botmaker.bot.model.KeptKeys;
import botmaker.bot.view.BotRegistry;
import botmaker.bot.view.Spending;
import botmaker.error.Failure;
import botmaker.json.JsonValue;
import botmaker.ledger.DayUse;
import botmaker.ledger.Spent;
import botmaker.ledger.UsageReader;
import botmaker.policy.Budget;
import botmaker.policy.Dollars;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Shows in the list of bots what each has spent, and records in the audit log when a limit is nearly or wholly used up, or too small for
/// the next answer.
///
/// The amounts come from the broker's file. The broker itself reports when a limit is used up, since what is left may be too little for
/// another call. A broker that was restarted has forgotten its reports, so the amounts in the file are compared with the limits, too.
public final class SpendingWatch implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(SpendingWatch.class.getName());
    private static final Duration PAUSE = Duration.ofSeconds(2);
    private static final String USED_UP = "used-up";
    private static final String TOO_SMALL = "too-small";
    /// What an event is called in a bot's history.
    private static final Map<String, String> WORDS = Map.of("nearly-used-up", "nearly used up", USED_UP, "used up", TOO_SMALL,
            "too small for the next answer");
    private static final Map<String, String> LIMITS = Map.of("day", "day", "month", "month", "tokens", "tokensDay", "key", "key");

    private final Usage usage;
    private final KeptKeys keys;
    private final BotRegistry registry;
    private final Audit audit;
    private final Supplier<JsonValue> broker;
    private final Thread thread;
    private Set<Event> told = Set.of(); // the thread's own, and the next
    private boolean readable = true;

    /// What the broker told of a limit.
    ///
    /// @param limit   as the API names it
    /// @param event   `nearly-used-up`, `used-up`, or `too-small`
    /// @param cap     nanodollars or tokens
    /// @param from    the first day that it counts for
    private record Event(String bot, String limit, String event, long cap, LocalDate from) {
        String words() {
            String amount = limit.equals("tokensDay") ? cap + " tokens" : Dollars.toJson(cap).text() + " USD";
            return switch (limit) {
                case "month" -> amount + " a month, from " + from;
                case "key" -> amount + " a month for its key, from " + from;
                default -> amount + " a day, on " + from;
            };
        }
    }

    /// @param broker what `GET /api/broker` answers
    public SpendingWatch(Usage usage, KeptKeys keys, BotRegistry registry, Audit audit, Supplier<JsonValue> broker) {
        this.usage = usage;
        this.keys = keys;
        this.registry = registry;
        this.audit = audit;
        this.broker = broker;
        this.thread = Thread.ofVirtual().name("spending").unstarted(this::run);
    }

    public void start() {
        thread.start();
    }

    private void run() {
        try {
            while (true) {
                lookOrSay();
                Thread.sleep(PAUSE);
            }
        } catch (InterruptedException _) {
            // closed
        }
    }

    /// Looks, and says once when that fails, and again when it has worked in between. What cannot be read [Usage] has said.
    void lookOrSay() {
        try {
            look();
            readable = true;
        } catch (Failure.Unavailable _) {
            // logged where it was read
        } catch (RuntimeException e) {
            if (readable) {
                LOG.log(System.Logger.Level.WARNING, "the spending of the bots cannot be shown", e);
            }
            readable = false;
        }
    }

    /// Reads what the bots have spent, and what the broker tells of their limits.
    void look() {
        List<BotRecord> brokered = registry.rows().stream().filter(bot -> bot.spec().reach().isBrokered()).toList();
        if (brokered.isEmpty()) {
            return;
        }
        Set<Event> events = events(broker.get());
        Map<String, Spent> spent = usage.read(UsageReader::bots);
        Map<String, Long> byKey = usage.read(UsageReader::keyMonths);
        Map<String, Long> unknown = usage.read(reader -> reader.days(1)).stream()
                .collect(Collectors.groupingBy(DayUse::bot, Collectors.summingLong(DayUse::unknown)));
        Map<String, Long> keyMonths = keys.months();
        for (BotRecord bot : brokered) {
            String id = bot.id().value();
            Spent own = spent.getOrDefault(id, Spent.NOTHING);
            List<Limit> limits = limits(bot, own, keyMonths, byKey);
            registry.spending(bot.id(), new Spending(own.today(), own.month(), own.tokensToday(), unknown.getOrDefault(id, 0L),
                    limits.stream().filter(limit -> isUsedUp(limit, id, events)).map(Limit::name).findFirst(),
                    limits.stream().filter(limit -> !isUsedUp(limit, id, events) && events.contains(limit.asEvent(id, TOO_SMALL)))
                            .map(Limit::name).findFirst()));
        }
        events.stream().filter(event -> !told.contains(event)).forEach(this::record);
        told = events;
    }

    /// A limit of a bot as it is now.
    private record Limit(String name, long cap, long spent, LocalDate from) {
        Event asEvent(String bot, String event) {
            return new Event(bot, name, event, cap, from);
        }
    }

    private static boolean isUsedUp(Limit limit, String bot, Set<Event> events) {
        return limit.spent() >= limit.cap() || events.contains(limit.asEvent(bot, USED_UP));
    }

    private List<Limit> limits(BotRecord bot, Spent spent, Map<String, Long> keyMonths, Map<String, Long> byKey) {
        LocalDate today = usage.today();
        LocalDate first = today.withDayOfMonth(1);
        Budget budget = bot.spec().rules().budget();
        Optional<String> key = bot.spec().aiKey().filter(keyMonths::containsKey);
        return Stream.of(
                budget.day().map(cap -> new Limit("day", cap, spent.today(), today)),
                budget.month().map(cap -> new Limit("month", cap, spent.month(), first)),
                budget.tokensDay().map(cap -> new Limit("tokensDay", cap, spent.tokensToday(), today)),
                key.map(id -> new Limit("key", keyMonths.getOrDefault(id, 0L), byKey.getOrDefault(id, 0L), first)))
                .flatMap(Optional::stream).toList();
    }

    /// Returns what the broker tells of limits; nothing while it is away.
    private static Set<Event> events(JsonValue broker) {
        return broker.find("budgetEvents").map(JsonValue::elements).orElse(List.of()).stream()
                .filter(event -> event.textAt("event").filter(WORDS::containsKey).isPresent()) // a broker of another version may tell more
                .map(event -> new Event(event.get("bot").string(), Optional.ofNullable(LIMITS.get(event.get("limit").string())).orElse(""),
                        event.get("event").string(), event.get("cap").integer(), LocalDate.parse(event.get("from").string())))
                .collect(Collectors.toSet());
    }

    /// Records an event unless it was recorded before the last restart.
    private void record(Event event) {
        Optional<BotRecord> bot = BotId.of(event.bot()).flatMap(registry::row);
        String action = "budget-" + event.event();
        String detail = event.words();
        if (bot.isPresent() && !audit.hasRecent(action, event.bot(), detail)) {
            audit.byItself(action, event.bot(), bot.get().spec().name().value(), detail);
            registry.note(bot.get().id(), "AI budget %s: %s".formatted(WORDS.getOrDefault(event.event(), event.event()), detail));
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
