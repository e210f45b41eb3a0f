package botmaker.bot.reconcile;

import botmaker.bot.host.BotHost.Feed;
import botmaker.bot.host.BotHost;
import botmaker.bot.model.BotId;
import botmaker.bot.view.BotRegistry;
import botmaker.error.Failure;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/// Keeps the fleet true to the engine: follows its events, looks at everything after each gap in them and at regular
/// times, and notices when it goes and comes.
///
/// ```
///            feed opened, all looked at
///   AWAY ───────────────────────────────▶ FOLLOWING
///     ▲                                       │
///     └── feed ended, or a ping unanswered ◀──┘
/// ```
public final class EngineWatch implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(EngineWatch.class.getName());
    private static final Duration PING = Duration.ofSeconds(2);
    private static final Duration LOOK = Duration.ofSeconds(30);
    private static final Duration RETRY = Duration.ofMillis(500);

    private final BotHost containers;
    private final Reconciler reconciler;
    private final BotRegistry fleet;
    private volatile Optional<Feed<BotId>> feed = Optional.empty();
    private volatile Optional<String> lost = Optional.empty();
    // The follower's own: which run of the engine it followed last, and what ran under it when that broke off.
    private Optional<String> lastRun = Optional.empty();
    private Optional<Set<BotId>> ran = Optional.empty();
    private final Thread follower = Thread.ofVirtual().name("engine-follower").unstarted(this::follow);
    private final Thread pinger = Thread.ofVirtual().name("engine-pinger").unstarted(this::ping);
    private final Thread ager = Thread.ofVirtual().name("engine-ager").unstarted(this::age);

    public EngineWatch(BotHost containers, Reconciler reconciler, BotRegistry fleet) {
        this.containers = containers;
        this.reconciler = reconciler;
        this.fleet = fleet;
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
            } catch (RuntimeException e) {
                failed("following the engine failed, trying again", e);
            }
            if (!pause(RETRY)) {
                return;
            }
        }
    }

    /// The feed is opened first, so that nothing can happen unseen between the look and the events.
    private void followOnce() {
        try (Feed<BotId> opened = containers.events()) {
            feed = Optional.of(opened);
            Optional<String> run = containers.run();
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
            ran = ran.or(() -> Optional.of(fleet.alive()));
        }
    }

    /// A feed says nothing while all is quiet, and also while the engine is frozen: a ping tells which. Every so often
    /// the whole is looked at, which catches what no event told; and at once after an action whose answer was lost.
    private void ping() {
        long lookedAt = System.nanoTime();
        while (pause(PING)) {
            if (feed.isEmpty()) {
                lookedAt = System.nanoTime();
                continue;
            }
            try {
                containers.ping();
                reconciler.tick();
                if (fleet.takeDoubt() || System.nanoTime() - lookedAt >= LOOK.toNanos()) {
                    reconciler.resync(Set.of());
                    lookedAt = System.nanoTime();
                }
                fleet.engineAnswered();
            } catch (Failure.EngineDown e) {
                engineLost(e);
                feed.ifPresent(Feed::close);
            } catch (RuntimeException e) {
                failed("looking at the engine failed, trying again", e);
            }
        }
    }

    /// Beside the others, since one of them may hang in a look.
    private void age() {
        while (pause(PING)) {
            try {
                fleet.tellAge();
            } catch (RuntimeException e) {
                LOG.log(System.Logger.Level.ERROR, "publishing the age of the engine's last answer failed, trying again", e);
            }
        }
    }

    /// The engine answers, and yet nothing can be known of the bots.
    private void failed(String what, RuntimeException e) {
        LOG.log(System.Logger.Level.ERROR, what, e);
        fleet.engineLost("BotMaker cannot make out what the Docker Engine says; its log has more.");
        fleet.doubt(); // so that it is looked at again soon
    }

    private void engineLost(Failure.EngineDown failure) {
        if (Thread.currentThread().isInterrupted()) {
            return;
        }
        Optional<String> words = Optional.of(failure.getMessage());
        if (!lost.equals(words)) {
            lost = words;
            LOG.log(System.Logger.Level.WARNING, "the Docker Engine is away: {0}", failure.getMessage());
        }
        fleet.engineLost(failure.getMessage());
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
