package botmaker.server;

import static botmaker.http.Response.ok;
import static botmaker.http.Route.get;

import botmaker.audit.Audit;
import botmaker.bot.Bots;
import botmaker.bot.host.BotHost.Warning;
import botmaker.bot.model.BotId;
import botmaker.bot.view.BotView;
import botmaker.http.Route;
import botmaker.json.Json.ObjectBuilder;
import botmaker.json.Json;
import botmaker.json.JsonValue;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/// Watches the broker: warns on every page while bots need one that does not answer, or cannot record what they spend, and records in the
/// audit log when it is lost and back, or was started again, and what it refused to bots. Of each kind of refusal to a bot, one record is
/// made in ten minutes; of refused hosts, one for each, and at most twenty.
final class BrokerWatch implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(BrokerWatch.class.getName());
    private static final Duration PAUSE = Duration.ofSeconds(2);
    /// The operator is warned once the broker has been unreachable for this long; a restart of the broker is shorter.
    private static final Duration PATIENCE = Duration.ofSeconds(6);
    private static final Duration RECORDED_EVERY = Duration.ofMinutes(10);
    private static final String LOST = "broker-lost";
    private static final Duration FORGOTTEN = Duration.ofDays(1);
    private static final String HOST = "host";
    private static final int MOST_HOSTS = 20;
    /// The names in the audit log of what an operator should look into; every other refusal is `call-refused`.
    private static final Map<String, String> ACTIONS = Map.of("credential", "foreign-credential-refused", "key", "key-refused-by-provider");

    private final Supplier<JsonValue> broker;
    private final Supplier<Optional<String>> usageProblem;
    private final Bots bots;
    private final Audit audit;
    private final Clock clock;
    private final Thread thread = Thread.ofVirtual().name("broker-watch").unstarted(this::run);
    private final Map<Refusal, Instant> recorded = new HashMap<>(); // the thread's own
    private volatile Optional<Instant> awaySince = Optional.empty();
    private boolean told; // the thread's own: whether it was said that the broker is away
    private Optional<String> startedAt = Optional.empty(); // the thread's own, and the next: of the broker that answered last
    private Optional<Warning> warning = Optional.empty();

    /// @param subject the refused host, if the refusal is about a host; otherwise empty
    private record Refusal(String bot, String kind, String subject) {}

    /// @param broker       what the broker says of itself, with `needed` and `running`
    /// @param usageProblem why what bots have spent cannot be read now
    BrokerWatch(Supplier<JsonValue> broker, Supplier<Optional<String>> usageProblem, Bots bots, Audit audit, Clock clock) {
        this.broker = broker;
        this.usageProblem = usageProblem;
        this.bots = bots;
        this.audit = audit;
        this.clock = clock;
    }

    void start() {
        thread.start();
    }

    List<Route> routes() {
        return List.of(get("/api/broker", _ -> ok(state())));
    }

    /// Returns what the broker says of itself, and since when it does not answer although bots need it. Its reports of budgets are for
    /// [botmaker.spending.SpendingWatch] only.
    JsonValue state() {
        JsonValue now = broker.get();
        ObjectBuilder json = Json.object();
        now.members().entrySet().stream().filter(it -> !it.getKey().equals("budgetEvents")).forEach(it -> json.put(it.getKey(), it.getValue()));
        Optional<Instant> away = now.get("running").bool() ? Optional.empty() : awaySince; // it may be back since the last look
        return json.put("awaySince", away.map(Instant::toString)).build();
    }

    private void run() {
        try {
            while (true) {
                try {
                    look();
                } catch (RuntimeException e) {
                    LOG.log(System.Logger.Level.WARNING, "the broker's state could not be followed", e);
                }
                Thread.sleep(PAUSE);
            }
        } catch (InterruptedException _) {
            // closed
        }
    }

    void look() {
        JsonValue state = broker.get();
        Instant now = clock.instant();
        if (state.get("needed").bool() && !state.get("running").bool()) {
            Instant since = awaySince.orElse(now);
            awaySince = Optional.of(since);
            if (!told && !now.isBefore(since.plus(PATIENCE))) {
                told = true;
                audit.byItself(LOST, "", "", "");
                warn(Optional.of(Warning.since(Warning.BROKER, since, "The broker does not answer", "Bots behind it cannot reach their AI "
                        + "until it does; what they ask is repeated for about a minute. BotMaker tries to start it. If it stays away, see BotMaker's "
                        + "log, or that of the broker's service: systemctl status botmaker-broker.")));
            }
            return;
        }
        Optional<String> started = state.textAt("startedAt");
        if (!told && startedAt.isPresent() && started.isPresent() && !started.equals(startedAt)) {
            audit.byItself("broker-restarted", "", "", "it had run since " + startedAt.get() + ", and runs again since " + started.get());
        }
        startedAt = started;
        if (told) {
            told = false;
            String away = "away for " + Duration.between(awaySince.orElse(now), now).toSeconds() + " s";
            audit.byItself("broker-back", "", "", state.get("running").bool() ? away : away + ", and no longer needed");
        }
        awaySince = Optional.empty();
        warnOfUsage(state.textAt("usageProblem").or(usageProblem), now);
        state.find("bots").map(JsonValue::elements).orElse(List.of()).forEach(bot -> bot.get("refused").elements().forEach(refused ->
                record(bot.get("id").string(), refused, now)));
    }

    private void warn(Optional<Warning> now) {
        warning = now;
        bots.warnOfBroker(now);
    }

    /// Warns while spending cannot be recorded or read, with the time when that was first seen.
    private void warnOfUsage(Optional<String> problem, Instant now) {
        Optional<Instant> since = warning.filter(it -> it.kind().equals(Warning.USAGE)).flatMap(Warning::since).or(() -> Optional.of(now));
        Optional<Warning> next = problem.map(it -> Warning.since(Warning.USAGE, since.get(), "What bots spend cannot be recorded or read",
                "Bots with a limit cannot use their AI until it can; others go on. " + Character.toUpperCase(it.charAt(0)) + it.substring(1)));
        if (!next.equals(warning)) {
            warn(next);
        }
    }

    private void record(String bot, JsonValue refused, Instant now) {
        String kind = refused.get("kind").string();
        String words = refused.get("words").string();
        Refusal refusal = new Refusal(bot, kind, kind.equals(HOST) ? words : "");
        Instant last = Instant.parse(refused.get("lastAt").string());
        Optional<Instant> before = Optional.ofNullable(recorded.get(refusal));
        boolean isNew = before.map(it -> last.isAfter(it) && !now.isBefore(it.plus(RECORDED_EVERY)))
                .orElse(!kind.equals(HOST) || now.isBefore(last.plus(FORGOTTEN)));
        Optional<BotView> known = BotId.of(bot).flatMap(bots.registry()::bot);
        if (!isNew || known.isEmpty() || kind.equals(HOST) && hosts(bot, now) >= MOST_HOSTS) {
            return;
        }
        recorded.put(refusal, now);
        String action = ACTIONS.getOrDefault(kind, "call-refused");
        String detail = kind + " at " + last + ": " + words;
        if (!audit.hasRecent(action, bot, detail)) { // this process may have been restarted
            audit.byItself(action, bot, known.get().name(), detail);
        }
    }

    /// Returns how many refused hosts of a bot were recorded lately, and forgets those of earlier days.
    private long hosts(String bot, Instant now) {
        recorded.entrySet().removeIf(it -> it.getKey().kind().equals(HOST) && now.isAfter(it.getValue().plus(FORGOTTEN)));
        return recorded.entrySet().stream().filter(it -> it.getKey().bot().equals(bot) && it.getKey().kind().equals(HOST)
                && now.isBefore(it.getValue().plus(RECORDED_EVERY))).count();
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
