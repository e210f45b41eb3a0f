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

/// Watches the broker: warns on every page while bots need one that does not answer, and records in the audit log when it is lost and
/// back, and what it refused to bots. Of each kind of refusal to a bot, one record is made in ten minutes.
final class BrokerWatch implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(BrokerWatch.class.getName());
    private static final Duration PAUSE = Duration.ofSeconds(2);
    /// How long the broker may be away, such as for a restart, before the operator is told.
    private static final Duration PATIENCE = Duration.ofSeconds(6);
    private static final Duration RECORDED_EVERY = Duration.ofMinutes(10);
    private static final String LOST = "broker-lost";
    /// The names in the audit log of what an operator should look into; every other refusal is `call-refused`.
    private static final Map<String, String> ACTIONS = Map.of("credential", "foreign-credential-refused", "key", "key-refused-by-provider");

    private final Supplier<JsonValue> broker;
    private final Bots bots;
    private final Audit audit;
    private final Clock clock;
    private final Thread thread = Thread.ofVirtual().name("broker-watch").unstarted(this::run);
    private final Map<String, Instant> recorded = new HashMap<>(); // the thread's own; by bot and kind
    private volatile Optional<Instant> awaySince = Optional.empty();
    private boolean told; // the thread's own: whether it was said that the broker is away

    /// @param broker what the broker says of itself, with `needed` and `running`
    BrokerWatch(Supplier<JsonValue> broker, Bots bots, Audit audit, Clock clock) {
        this.broker = broker;
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

    /// Returns what the broker says of itself, and since when it does not answer although bots need it.
    JsonValue state() {
        JsonValue now = broker.get();
        ObjectBuilder json = Json.object();
        now.members().forEach(json::put);
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
                bots.warnOfBroker(Optional.of(Warning.since(Warning.BROKER, since, "The broker does not answer", "Bots behind it cannot reach their AI "
                        + "until it does; what they ask is repeated for about a minute. BotMaker tries to start it. If it stays away, see BotMaker's "
                        + "log, or that of the broker's service: systemctl status botmaker-broker.")));
            }
            return;
        }
        if (told) {
            told = false;
            String away = "away for " + Duration.between(awaySince.orElse(now), now).toSeconds() + " s";
            audit.byItself("broker-back", "", "", state.get("running").bool() ? away : away + ", and no longer needed");
            bots.warnOfBroker(Optional.empty());
        }
        awaySince = Optional.empty();
        state.find("bots").map(JsonValue::elements).orElse(List.of()).forEach(bot -> bot.get("refused").elements().forEach(refused ->
                record(bot.get("id").string(), refused, now)));
    }

    private void record(String bot, JsonValue refused, Instant now) {
        String kind = refused.get("kind").string();
        Instant last = Instant.parse(refused.get("lastAt").string());
        Optional<Instant> before = Optional.ofNullable(recorded.get(bot + " " + kind));
        boolean isNew = before.map(it -> last.isAfter(it) && !now.isBefore(it.plus(RECORDED_EVERY))).orElse(true);
        Optional<BotView> known = BotId.of(bot).flatMap(bots.registry()::bot);
        if (!isNew || known.isEmpty()) {
            return;
        }
        recorded.put(bot + " " + kind, now);
        String action = ACTIONS.getOrDefault(kind, "call-refused");
        String detail = kind + " at " + last + ": " + refused.get("words").string();
        if (!audit.hasRecent(action, bot, detail)) { // this process may have been restarted
            audit.byItself(action, bot, known.get().name(), detail);
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
