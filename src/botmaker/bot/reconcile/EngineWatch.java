package botmaker.bot.reconcile;

import botmaker.bot.host.BotHost.Feed;
import botmaker.bot.host.BotHost;
import botmaker.bot.model.BotId;
import botmaker.bot.view.BotRegistry;
import botmaker.error.Failure;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Keeps the registry up to date with the engine: follows its events, observes everything after each gap in them and at regular
/// intervals, and detects when the engine goes and comes back.
///
/// ```
///            feed opened, all observed
///   AWAY ───────────────────────────────▶ FOLLOWING
///     ▲                                       │
///     └── feed ended, or a ping unanswered ◀──┘
/// ```
public final class EngineWatch implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(EngineWatch.class.getName());
    private static final Duration PING = Duration.ofSeconds(2);
    private static final Duration LOOK = Duration.ofSeconds(30);
    private static final Duration RETRY = Duration.ofMillis(500);

    private final BotHost host;
    private final Reconciler reconciler;
    private final BotRegistry registry;
    private volatile Optional<Feed<BotId>> feed = Optional.empty();
    private volatile Optional<String> lost = Optional.empty();
    // Used by the follower only: the last run of the engine that it followed, and the bots that ran under it when the feed ended.
    private Optional<String> lastRun = Optional.empty();
    private Optional<Set<BotId>> ran = Optional.empty();
    private long lookedAt = System.nanoTime(); // only the pinger's
    private final List<Thread> loops = List.of(
            loop("engine-follower", RETRY, () -> asking("following the engine's events", this::follow)),
            loop("engine-pinger", PING, () -> asking("a resync", this::ping)),
            loop("engine-ager", PING, this::age));

    public EngineWatch(BotHost host, Reconciler reconciler, BotRegistry registry) {
        this.host = host;
        this.reconciler = reconciler;
        this.registry = registry;
    }

    public void start() {
        loops.forEach(Thread::start);
    }

    /// Returns a thread that repeats a step, with a pause after each, until it is interrupted.
    private static Thread loop(String name, Duration pause, Runnable step) {
        return Thread.ofVirtual().name(name).unstarted(() -> {
            try {
                while (!Thread.currentThread().isInterrupted()) {
                    step.run();
                    Thread.sleep(pause);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    /// Asks the engine something. Any failure makes the state of all bots unknown and ends nothing: the next step asks again.
    private void asking(String what, Runnable step) {
        try {
            step.run();
        } catch (Failure.EngineDown e) {
            engineLost(e);
            feed.ifPresent(Feed::close);
        } catch (RuntimeException | Error e) {
            LOG.log(System.Logger.Level.ERROR, what + " failed and will be retried", e);
            registry.engineLost("BotMaker could not parse the Docker Engine's response; see BotMaker's log.");
            registry.requestResync();
        }
    }

    /// Follows one feed to its end. It is opened before everything is observed, so that nothing is missed between the two.
    private void follow() {
        try (Feed<BotId> opened = host.events()) {
            feed = Optional.of(opened);
            Optional<String> run = host.run();
            boolean restarted = lastRun.isPresent() && run.isPresent() && !run.equals(lastRun);
            reconciler.resync(restarted ? ran.orElse(Set.of()) : Set.of());
            lastRun = run;
            ran = Optional.empty();
            if (lost.isPresent()) {
                lost = Optional.empty();
                LOG.log(System.Logger.Level.INFO, "the Docker Engine answers again");
            }
            for (Optional<BotId> id = opened.next(); id.isPresent(); id = opened.next()) {
                reconciler.observe(id.get());
            }
        } finally {
            feed = Optional.empty();
            ran = ran.or(() -> Optional.of(registry.alive()));
        }
    }

    /// Pings the engine, since a quiet feed does not show whether the engine is frozen. Resyncs every 30 seconds, which catches what no
    /// event reported, and at once when a resync was requested.
    private void ping() {
        if (feed.isEmpty()) {
            lookedAt = System.nanoTime();
            return;
        }
        host.ping();
        reconciler.tick();
        if (registry.takeResyncRequest() || System.nanoTime() - lookedAt >= LOOK.toNanos()) {
            reconciler.resync(Set.of());
            lookedAt = System.nanoTime();
        }
        registry.engineAnswered();
    }

    /// Runs on a thread of its own, since the others may hang while they observe.
    private void age() {
        try {
            registry.publishAge();
        } catch (RuntimeException | Error e) {
            LOG.log(System.Logger.Level.ERROR, "publishing the age of the engine's last answer failed and will be retried", e);
        }
    }

    private void engineLost(Failure.EngineDown failure) {
        if (Thread.currentThread().isInterrupted()) {
            return;
        }
        Optional<String> words = Optional.of(failure.getMessage());
        if (!lost.equals(words)) {
            lost = words;
            LOG.log(System.Logger.Level.WARNING, "the Docker Engine does not answer: {0}", failure.getMessage());
        }
        registry.engineLost(failure.getMessage());
    }

    @Override
    public void close() {
        loops.forEach(Thread::interrupt);
        feed.ifPresent(Feed::close);
    }
}
