package botmaker.bot.reconcile;

import botmaker.bot.host.BotHost.Feed;
import botmaker.bot.host.BotHost;
import botmaker.bot.model.BotId;
import botmaker.bot.view.BotRegistry;
import botmaker.error.Failure;
import java.time.Duration;
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
    private final Thread follower = Thread.ofVirtual().name("engine-follower").unstarted(this::follow);
    private final Thread pinger = Thread.ofVirtual().name("engine-pinger").unstarted(this::ping);
    private final Thread ager = Thread.ofVirtual().name("engine-ager").unstarted(this::age);

    public EngineWatch(BotHost host, Reconciler reconciler, BotRegistry registry) {
        this.host = host;
        this.reconciler = reconciler;
        this.registry = registry;
    }

    public void start() {
        follower.start();
        pinger.start();
        ager.start();
    }

    private void follow() {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                followOnce();
            } catch (Failure.EngineDown e) {
                engineLost(e);
            } catch (RuntimeException | Error e) {
                failed("following the engine's events failed and will be retried", e);
            }
            if (!pause(RETRY)) {
                return;
            }
        }
    }

    /// Opens the feed before it observes, so that nothing is missed between the two.
    private void followOnce() {
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
        long lookedAt = System.nanoTime();
        while (pause(PING)) {
            if (feed.isEmpty()) {
                lookedAt = System.nanoTime();
                continue;
            }
            try {
                host.ping();
                reconciler.tick();
                if (registry.takeResyncRequest() || System.nanoTime() - lookedAt >= LOOK.toNanos()) {
                    reconciler.resync(Set.of());
                    lookedAt = System.nanoTime();
                }
                registry.engineAnswered();
            } catch (Failure.EngineDown e) {
                engineLost(e);
                feed.ifPresent(Feed::close);
            } catch (RuntimeException | Error e) {
                failed("a resync failed and will be retried", e);
            }
        }
    }

    /// Runs on a thread of its own, since the others may hang while they observe.
    private void age() {
        while (pause(PING)) {
            try {
                registry.publishAge();
            } catch (RuntimeException | Error e) {
                LOG.log(System.Logger.Level.ERROR, "publishing the age of the engine's last answer failed and will be retried", e);
            }
        }
    }

    /// Reports that the engine answers, but the state of the bots cannot be determined.
    private void failed(String what, Throwable e) {
        LOG.log(System.Logger.Level.ERROR, what, e);
        registry.engineLost("BotMaker could not parse the Docker Engine's response; see BotMaker's log.");
        registry.requestResync();
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

    private static boolean pause(Duration time) {
        try {
            Thread.sleep(time);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public void close() {
        follower.interrupt();
        pinger.interrupt();
        ager.interrupt();
        feed.ifPresent(Feed::close);
    }
}
