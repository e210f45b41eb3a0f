package botmaker.bot.view;

import botmaker.bot.host.BotHost.Container;
import botmaker.bot.host.BotHost.Difference;
import botmaker.bot.host.BotHost.Warning;
import botmaker.bot.model.BotId;
import botmaker.bot.model.BotRecord;
import botmaker.bot.view.BotView.Context;
import botmaker.bot.view.BotView.Facts;
import botmaker.bot.view.ObservedState.Look;
import botmaker.error.Failure;
import botmaker.json.Json;
import botmaker.json.JsonValue;
import botmaker.secret.SecretName;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/// The bots in memory: their records as the database holds them, what was last observed of them, and their JSON.
///
/// Each bot has one immutable entry that carries its rendered JSON. A change is a new entry whose JSON differs, and is published to the
/// subscribers. Reading costs neither an engine call nor a query.
public final class BotRegistry {
    /// How long observations count as current after the engine's last answer, see [#engineAnswered].
    private static final Duration FRESH = Duration.ofSeconds(35);

    /// @param changes how many changes there were, counted before it was rendered
    private record Page(long changes, EngineView engine, byte[] json) { }

    /// The state of the engine itself.
    ///
    /// @param problem    why it cannot be asked now; empty while it answers
    /// @param observedAt when it last reported all bots
    /// @param warnings   what weakens the bots' isolation or limits on this host
    public record EngineView(Optional<String> problem, Optional<Instant> observedAt, List<Warning> warnings) {
        static final EngineView NEVER_SEEN =
                new EngineView(Optional.of("BotMaker has not reached the Docker Engine yet."), Optional.empty(), List.of());

        public JsonValue toJson() {
            return Json.object()
                    .put("reachable", problem.isEmpty())
                    .put("problem", problem)
                    .put("observedAt", observedAt.map(Instant::toString))
                    .build();
        }
    }

    private final BooleanSupplier isBackupRunning;
    private final Clock clock;
    private final LongSupplier nanoTime;
    private final Map<BotId, BotView> entries = new ConcurrentHashMap<>();
    /// The ids, the oldest bot first: sorted when a bot comes or goes, and not for each reader.
    private volatile List<BotId> order = List.of();
    private final Set<Subscription> subscriptions = new CopyOnWriteArraySet<>();
    private final History history = new History();
    private final AtomicBoolean resyncRequested = new AtomicBoolean();
    private volatile Optional<String> newestImage = Optional.empty();
    private volatile Page page = new Page(-1, EngineView.NEVER_SEEN, new byte[0]);
    /// Counts the changes, so that the page is not rendered for each reader. Incremented after the change itself.
    private final AtomicLong changes = new AtomicLong();
    private volatile EngineView engine = EngineView.NEVER_SEEN;
    private volatile long answeredAt;
    private volatile boolean shownStale;
    private boolean publishedStale; // only tellAge's

    /// @param nanoTime        the monotonic clock, `System::nanoTime`
    /// @param isBackupRunning whether BotMaker's own backup pauses bots now
    public BotRegistry(Clock clock, LongSupplier nanoTime, BooleanSupplier isBackupRunning) {
        this.isBackupRunning = isBackupRunning;
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.answeredAt = nanoTime.getAsLong();
    }

    // ---- reading

    public List<BotView> bots() {
        return order.stream().flatMap(id -> bot(id).stream()).toList();
    }

    /// Returns a bot as it is now; empty if there is none.
    public Optional<BotView> bot(BotId id) {
        Context context = context();
        return Optional.ofNullable(entries.get(id)).flatMap(entry -> entry.context().equals(context) ? Optional.of(entry)
                : Optional.ofNullable(entries.computeIfPresent(id, (_, old) -> new BotView(old.facts(), context))));
    }

    private Context context() {
        return new Context(engine().problem(), newestImage);
    }

    public Optional<BotRecord> row(BotId id) {
        return Optional.ofNullable(entries.get(id)).map(BotView::row);
    }

    /// Returns a bot as it is now.
    ///
    /// @throws Failure.NotFound if there is no such bot
    public BotView require(BotId id) {
        return bot(id).orElseThrow(() -> new Failure.NotFound("There is no bot " + id + "."));
    }

    public List<BotRecord> rows() {
        return entries.values().stream().map(BotView::row).toList();
    }

    /// Returns the bots whose containers were last seen running, paused or restarting.
    public Set<BotId> alive() {
        return entries.values().stream().filter(bot -> bot.seen().isAlive()).map(bot -> bot.row().id()).collect(Collectors.toUnmodifiableSet());
    }

    public Optional<ObservedState> seen(BotId id) {
        return Optional.ofNullable(entries.get(id)).map(BotView::seen);
    }

    /// Returns a bot's container as it was last seen.
    public Optional<Container> container(BotId id) {
        return seen(id).flatMap(ObservedState::container);
    }

    /// Returns the state of the engine; a last answer that is too old is a problem.
    public EngineView engine() {
        EngineView view = engine;
        if (!stale(view)) {
            return view;
        }
        shownStale = true;
        return new EngineView(Optional.of("The Docker Engine last answered more than %d s ago.".formatted(FRESH.toSeconds())),
                view.observedAt(), view.warnings());
    }

    private boolean stale(EngineView view) {
        return view.problem().isEmpty() && nanoTime.getAsLong() - answeredAt > FRESH.toNanos();
    }

    /// Returns all bots and the engine as one JSON document in UTF-8: the answer of `GET /api/bots` and the first event of a
    /// subscription.
    public byte[] snapshot() {
        long asOf = changes.get();
        EngineView view = engine();
        Page last = page;
        if (last.changes() != asOf || !last.engine().equals(view)) {
            String rest = Json.object()
                    .put("observedAt", view.observedAt().map(Instant::toString))
                    .put("engine", view.toJson())
                    .put("warnings", Json.array(view.warnings().stream().map(Warning::toJson).toList()))
                    .build().toString();
            String bots = bots().stream().map(BotView::json).collect(Collectors.joining(",", "{\"bots\":[", "],"));
            last = new Page(asOf, view, (bots + rest.substring(1)).getBytes(StandardCharsets.UTF_8));
            page = last;
        }
        return last.json();
    }

    /// Returns the last events of a bot, the newest first.
    public List<History.TimelineEntry> history(BotId id) {
        return history.of(id);
    }

    // ---- changing

    /// Adds all bots at once, before anybody reads them.
    public void load(List<BotRecord> rows) {
        rows.forEach(row -> put(Facts.of(row, Map.of())));
        sort();
        changes.incrementAndGet();
    }

    /// @param secrets its secrets by name, with the time when each was written
    public void add(BotRecord row, Map<SecretName, Instant> secrets) {
        put(Facts.of(row, secrets));
        sort();
        publish(row.id());
    }

    private void put(Facts facts) {
        entries.put(facts.row().id(), new BotView(facts, context()));
    }

    public void update(BotRecord row) {
        change(row.id(), facts -> facts.row(row));
    }

    /// Records which secrets a bot has now: they can be read.
    public void secrets(BotId id, Map<SecretName, Instant> secrets) {
        change(id, facts -> facts.secrets(secrets).flaw(Optional.empty()));
    }

    /// Adds an event to a bot's history.
    public void note(BotId id, String what) {
        history.note(id, clock.instant(), what);
    }

    /// Adds an action to a bot's history before it begins, and whether it ends a run and starts another.
    public void expect(BotId id, String what, boolean ends, boolean starts) {
        history.expect(id, clock.instant(), what, ends, starts);
    }

    /// Records the image from which a new bot would be created now; empty if the engine has none.
    public void newestImage(Optional<String> imageId) {
        if (!newestImage.equals(imageId)) {
            newestImage = imageId;
            publishEngine();
        }
    }

    /// Records what is wrong with a bot's own files, until its secrets are read again.
    ///
    /// @return whether that is news
    public boolean flaw(BotId id, String problem) {
        boolean news = bot(id).filter(bot -> bot.facts().flaw().isEmpty()).isPresent();
        change(id, facts -> facts.flaw(Optional.of(problem)));
        return news;
    }

    /// BotMaker's own work on a bot, until this is closed.
    public interface Work extends AutoCloseable {
        @Override
        void close();
    }

    /// Shows that BotMaker is doing something to a bot: what is observed meanwhile would be taken for somebody else's doing.
    public Work working(BotId id, String doing) {
        change(id, facts -> facts.work(Optional.of(doing)));
        return () -> change(id, facts -> facts.work(Optional.empty()));
    }

    /// Records a look at a bot's container, unless a later look is known already.
    ///
    /// @param drift how it differs from what it should be
    /// @param asOf  `System.nanoTime` before the engine was asked
    public void observe(BotId id, Optional<Container> container, List<Difference> drift, long asOf) {
        boolean backedUp = container.filter(it -> it.state() == Container.State.PAUSED).isPresent() && isBackupRunning.getAsBoolean();
        Look look = new Look(container.map(Container::withoutDescription), drift, backedUp, asOf);
        change(id, facts -> asOf - facts.seen().look().asOf() < 0 ? facts : facts.seen(facts.seen().seen(look)));
    }

    /// Records the result of a probe, if the bot is still in the run that was probed.
    public void probed(BotId id, Container run, ObservedState.Health health, Optional<String> problem) {
        change(id, facts -> facts.seen().sameRun(run) ? facts.seen(facts.seen().probed(health, problem)) : facts);
    }

    /// Records the size of a bot's state directory.
    void stateBytes(BotId id, long bytes) {
        change(id, facts -> facts.seen(facts.seen().stateBytes(bytes)));
    }

    /// Records what a bot has spent on its AI.
    public void spending(BotId id, Spending spent) {
        change(id, facts -> facts.spent(spent));
    }

    /// Records the last log lines of a quarantined bot.
    public void lastLines(BotId id, List<String> lines) {
        change(id, facts -> facts.seen(facts.seen().lastLines(lines)));
    }

    public void remove(BotId id) {
        history.forget(id);
        if (entries.remove(id) != null) {
            sort();
            publish(id);
        }
    }

    private synchronized void sort() {
        order = rows().stream()
                .sorted(Comparator.comparing(BotRecord::createdAt).thenComparing(BotRecord::id))
                .map(BotRecord::id)
                .toList();
    }

    /// Records that the engine reported the state of all bots.
    public void engineLooked() {
        boolean wasAway = engine.problem().isPresent();
        engineAnswered();
        engine = new EngineView(Optional.empty(), Optional.of(clock.instant()), engine.warnings());
        if (wasAway) {
            publishEngine();
        }
    }

    /// Records that the engine answered during a look, or a ping while no look is due: since its events are followed, what is known
    /// is still true. So a look may take any time while it makes progress, and the bots become unknown when it hangs.
    public void engineAnswered() {
        answeredAt = nanoTime.getAsLong();
    }

    /// Publishes that the bots became unknown, or known again, by time alone. A reader may have seen them unknown for less time than
    /// lies between two calls.
    public void publishAge() {
        boolean shown = shownStale;
        shownStale = false;
        boolean stale = stale(engine);
        if (stale != publishedStale || shown && !stale) {
            publishedStale = stale;
            publishEngine();
        }
    }

    /// Records that the engine does not answer: the state of every bot is unknown from now on.
    public void engineLost(String problem) {
        EngineView before = engine;
        engine = new EngineView(Optional.of(problem), before.observedAt(), before.warnings());
        if (!before.problem().equals(Optional.of(problem))) {
            publishEngine();
        }
    }

    /// Records what weakens the bots' isolation or limits on this host.
    public void warnings(List<Warning> warnings) {
        EngineView before = engine;
        if (!before.warnings().equals(warnings)) {
            engine = new EngineView(before.problem(), before.observedAt(), List.copyOf(warnings));
            publishEngine();
        }
    }

    /// Schedules an early resync: the outcome of an engine call is unknown, or a step is left.
    public void requestResync() {
        resyncRequested.set(true);
    }

    /// Returns whether an early resync was requested since the last call.
    public boolean takeResyncRequest() {
        return resyncRequested.getAndSet(false);
    }

    private void change(BotId id, UnaryOperator<Facts> change) {
        Context context = context();
        BotView[] before = new BotView[1];
        BotView after = entries.computeIfPresent(id, (_, entry) -> {
            before[0] = entry;
            Facts changed = change.apply(entry.facts());
            history.observe(changed.row(), entry.seen(), changed.seen(), clock.instant());
            return changed.equals(entry.facts()) ? entry : new BotView(changed, context);
        });
        if (after != null && !after.json().equals(before[0].json())) {
            publish(id);
        }
    }

    // ---- publishing

    /// Starts to collect changes, until the subscription is closed.
    public Subscription subscribe() {
        Subscription subscription = new Subscription(subscriptions::remove);
        subscriptions.add(subscription);
        return subscription;
    }

    private void publish(BotId id) {
        changes.incrementAndGet();
        subscriptions.forEach(subscription -> subscription.changed(id));
    }

    private void publishEngine() {
        changes.incrementAndGet();
        subscriptions.forEach(subscription -> subscription.engineChanged(entries.keySet()));
    }
}
