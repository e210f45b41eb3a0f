package botmaker.bot.view;

import botmaker.bot.host.BotHost.Container;
import botmaker.bot.host.BotHost;
import botmaker.bot.model.BotId;
import botmaker.bot.model.BotRecord;
import botmaker.bot.model.NewBot;
import botmaker.bot.view.ObservedState.Health;
import botmaker.error.Failure;
import botmaker.openclaw.BotProbe;
import botmaker.openclaw.Gateway;
import botmaker.secret.Secret;
import botmaker.secret.SecretStore;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// Probes the health of every running bot: often while it starts, now and then later.
///
/// The engine's own health check only tells that the gateway's process answers; the probe also detects a dead channel. A bot's token is
/// sent only where the engine has just confirmed that bot to be.
public final class HealthMonitor implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(HealthMonitor.class.getName());
    private static final String CANNOT_ASK = "BotMaker could not check its health; see BotMaker's log.";
    private static final Duration WHILE_STARTING = Duration.ofMillis(500);
    private static final Duration WHILE_WELL = Duration.ofSeconds(15);
    private static final Duration WHILE_ILL = Duration.ofSeconds(5);
    public static final Duration START_DEADLINE = Duration.ofMinutes(3);
    private static final Duration PROBE_DEADLINE = Duration.ofSeconds(5);

    private record Watch(Container run, Thread thread) { }

    private final BotRegistry registry;
    private final BotHost host;
    private final SecretStore secrets;
    private final Map<BotId, Watch> watches = new ConcurrentHashMap<>();
    private final Thread dispatcher = Thread.ofVirtual().name("health-dispatcher").unstarted(this::dispatch);

    public HealthMonitor(BotRegistry registry, BotHost host, SecretStore secrets) {
        this.registry = registry;
        this.host = host;
        this.secrets = secrets;
    }

    public void start() {
        dispatcher.start();
    }

    private void dispatch() {
        try (Subscription changes = registry.subscribe()) {
            boolean all = true;
            while (!Thread.currentThread().isInterrupted()) {
                try {
                    List<BotId> bots = all ? registry.rows().stream().map(BotRecord::id).toList()
                            : changes.take(Duration.ofMinutes(1)).bots();
                    all = false;
                    bots.forEach(this::consider);
                } catch (RuntimeException | Error e) {
                    LOG.log(System.Logger.Level.ERROR, "the health monitor failed, and starts again", e);
                    all = true; // the changes that were taken are lost
                    Thread.sleep(WHILE_ILL);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Starts or ends the watch over a bot, so that it is watched exactly while it runs.
    private void consider(BotId id) {
        Optional<ObservedState> running = registry.seen(id).filter(ObservedState::isRunning);
        Watch watch = watches.get(id);
        if (watch != null && running.map(seen -> !seen.sameRun(watch.run())).orElse(true)) {
            watch.thread().interrupt();
            watches.remove(id);
        }
        if (running.isPresent() && !watches.containsKey(id)) {
            Container run = running.get().container().orElseThrow();
            Thread thread = Thread.ofVirtual().name("health-" + id).unstarted(() -> watch(id, run));
            watches.put(id, new Watch(run, thread));
            thread.start();
        }
    }

    private void watch(BotId id, Container run) {
        long since = System.nanoTime();
        Health health = registry.seen(id).filter(seen -> seen.sameRun(run)).map(ObservedState::health)
                .filter(known -> known != Health.NONE).orElse(Health.STARTING); // known where the run goes on after a pause
        int failures = 0;
        try {
            while (true) {
                BotProbe.Result result = look(id, run);
                failures = result.ready() ? 0 : failures + 1;
                health = judge(health, result, failures, System.nanoTime() - since > START_DEADLINE.toNanos());
                tell(id, run, health, result);
                Thread.sleep(switch (health) {
                    case HEALTHY -> failures == 0 ? WHILE_WELL : WHILE_STARTING;
                    case STARTING, NONE -> WHILE_STARTING;
                    case UNHEALTHY -> WHILE_ILL;
                });
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Publishes a health. A failure of ours must not end the watch: the bot would show its last health for good.
    private void tell(BotId id, Container run, Health health, BotProbe.Result result) {
        try {
            registry.probed(id, run, health, problem(health, result));
        } catch (RuntimeException | Error e) {
            LOG.log(System.Logger.Level.ERROR, "bot " + id + ": its health could not be published", e);
        }
    }

    /// Returns the problem to show, if any. While a bot starts, its link accepts a connection before the gateway listens, and closes it
    /// again: that is no problem yet.
    static Optional<String> problem(Health health, BotProbe.Result result) {
        return switch (health) {
            case HEALTHY -> Optional.empty();
            case STARTING -> result.equals(BotProbe.BROKE_OFF) ? Optional.of(BotProbe.STARTING) : result.problem();
            case UNHEALTHY, NONE -> result.problem();
        };
    }

    /// Decides a bot's health from its last one and a probe. A healthy bot is unhealthy at the second failure in a row; a starting one
    /// when its time to start is over, or when it is up and keeps reporting a problem.
    public static Health judge(Health before, BotProbe.Result result, int failures, boolean late) {
        if (result.ready()) {
            return Health.HEALTHY;
        }
        return switch (before) {
            case HEALTHY -> failures < 2 ? Health.HEALTHY : Health.UNHEALTHY;
            case UNHEALTHY -> Health.UNHEALTHY;
            case STARTING, NONE -> late || (result.up() && failures > 20) ? Health.UNHEALTHY : Health.STARTING;
        };
    }

    private BotProbe.Result look(BotId id, Container run) throws InterruptedException {
        try {
            Optional<Container> now = host.inspect(run.id());
            Optional<BotRecord> row = registry.row(id);
            Optional<Gateway.Door> door = now
                    .filter(container -> container.state() == Container.State.RUNNING
                            && container.startedAt().equals(run.startedAt()))
                    .flatMap(container -> row.flatMap(record -> host.door(record, container)));
            Optional<Secret> token = secrets.read(id.value(), NewBot.GATEWAY_TOKEN);
            if (door.isEmpty() || token.isEmpty()) {
                return BotProbe.Result.down("Its container has no address.");
            }
            return BotProbe.probe(new Gateway(door.get(), token.get().reveal()), row.orElseThrow().spec().channel().type(),
                    secrets.redactor(id.value()), PROBE_DEADLINE);
        } catch (Failure.EngineDown e) {
            return BotProbe.Result.down("The Docker Engine is not responding.");
        } catch (RuntimeException | Error e) {
            if (!registry.seen(id).flatMap(ObservedState::problem).equals(Optional.of(CANNOT_ASK))) {
                LOG.log(System.Logger.Level.WARNING, "bot " + id + ": its health could not be checked", e);
            }
            return BotProbe.Result.down(CANNOT_ASK);
        }
    }

    @Override
    public void close() {
        dispatcher.interrupt();
        watches.values().forEach(watch -> watch.thread().interrupt());
    }
}
