package botmaker.bot.view;

import botmaker.bot.host.Difference;
import botmaker.bot.host.Warning;
import botmaker.bot.model.BotId;
import botmaker.bot.model.BotRecord;
import botmaker.docker.Container;
import botmaker.json.Json;
import botmaker.json.JsonValue;
import botmaker.secret.SecretName;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/// All bots as they are now, in memory: rows as the database holds them, and what the engine was last seen to say.
///
/// Reading costs neither an engine call nor a query. Every change is told to the subscribers.
public final class BotRegistry {
    /// How long what is known counts as the truth after the engine's last answer, see [#engineAnswered].
    private static final Duration FRESH = Duration.ofSeconds(35);

    /// @param asOf the `System.nanoTime` before the look that `seen` came from
    private record Entry(BotRecord row, ObservedState seen, long asOf, SortedMap<String, Instant> secrets) { }

    /// What is known of the engine itself.
    ///
    /// @param problem    why it cannot be asked now, in words; empty while it answers
    /// @param observedAt when it last answered with all bots
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
    private final Map<BotId, Entry> entries = new ConcurrentHashMap<>();
    /// Their keys, the oldest bot first: sorted once for each bot that comes or goes, and not for each reader.
    private volatile List<BotId> order = List.of();
    private final Map<BotId, String> works = new ConcurrentHashMap<>();
    private final Set<BotId> backups = ConcurrentHashMap.newKeySet();
    private final Map<BotId, String> flaws = new ConcurrentHashMap<>();
    private final Set<Subscription> subscriptions = new CopyOnWriteArraySet<>();
    private final History history = new History();
    private final AtomicBoolean doubted = new AtomicBoolean();
    private volatile Optional<String> newestImage = Optional.empty();
    private final BotJson json = new BotJson();
    /// Counts what is told, so that the whole is not put together again for each reader. Raised after the change itself.
    private final AtomicLong changes = new AtomicLong();
    private volatile EngineView engine = EngineView.NEVER_SEEN;
    private volatile long answeredAt;
    private volatile boolean shownStale;
    private boolean toldStale; // only tellAge's

    /// @param nanoTime the monotonic clock, `System::nanoTime`
    public BotRegistry(Clock clock, LongSupplier nanoTime) {
        this(clock, nanoTime, () -> false);
    }

    /// @param isBackupRunning whether BotMaker's own backup pauses bots now
    public BotRegistry(Clock clock, LongSupplier nanoTime, BooleanSupplier isBackupRunning) {
        this.isBackupRunning = isBackupRunning;
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.answeredAt = nanoTime.getAsLong();
    }

    // ---- reading

    public List<BotView> bots() {
        return bots(engine());
    }

    private List<BotView> bots(EngineView view) {
        return order.stream().map(entries::get).filter(Objects::nonNull).map(entry -> bot(entry, view)).toList();
    }

    public Optional<BotView> bot(BotId id) {
        return Optional.ofNullable(entries.get(id)).map(entry -> bot(entry, engine()));
    }

    public Optional<BotRecord> row(BotId id) {
        return Optional.ofNullable(entries.get(id)).map(Entry::row);
    }

    public List<BotRecord> rows() {
        return entries.values().stream().map(Entry::row).toList();
    }

    /// The bots whose containers run, or are about to again, as last seen.
    public Set<BotId> alive() {
        return entries.values().stream().filter(entry -> entry.seen().isAlive()).map(entry -> entry.row().id())
                .collect(Collectors.toUnmodifiableSet());
    }

    public Optional<ObservedState> seen(BotId id) {
        return Optional.ofNullable(entries.get(id)).map(Entry::seen);
    }

    /// The engine as it is known now; that its last answer is too old counts as a problem.
    public EngineView engine() {
        EngineView view = engine;
        if (!stale(view)) {
            return view;
        }
        shownStale = true;
        return new EngineView(Optional.of("The Docker Engine was last seen more than %d s ago.".formatted(FRESH.toSeconds())),
                view.observedAt(), view.warnings());
    }

    private boolean stale(EngineView view) {
        return view.problem().isEmpty() && nanoTime.getAsLong() - answeredAt > FRESH.toNanos();
    }

    /// The whole as one document in UTF-8: the answer of `GET /api/bots` and the first event of a subscription.
    public byte[] snapshot() {
        long asOf = changes.get();
        EngineView view = engine();
        return json.of(asOf, view, () -> bots(view));
    }

    /// A bot as the API shows it.
    public Optional<String> text(BotId id) {
        return bot(id).map(json::of);
    }

    /// Returns the size of a bot's state directory when it was last measured.
    Optional<Long> stateBytes(BotId id) {
        return Optional.ofNullable(entries.get(id)).flatMap(entry -> entry.seen().stateBytes());
    }

    /// Keeps the size of a bot's state directory.
    void stateBytes(BotId id, long bytes) {
        change(id, entry -> new Entry(entry.row(), entry.seen().stateBytes(bytes), entry.asOf(), entry.secrets()));
    }

    /// The last things that happened to a bot, the newest first.
    public List<History.Happening> history(BotId id) {
        return history.of(id);
    }

    private BotView bot(Entry entry, EngineView view) {
        Status status = Status.of(entry.row(), entry.seen(), view.problem())
                .flawed(Optional.ofNullable(flaws.get(entry.row().id())))
                .during(Optional.ofNullable(works.get(entry.row().id()))
                        .or(() -> backups.contains(entry.row().id()) ? Optional.of("being backed up") : Optional.empty()));
        Optional<String> image = entry.seen().container().map(Container::imageId);
        boolean outdated = image.isPresent() && newestImage.isPresent() && !image.equals(newestImage);
        return new BotView(entry.row(), entry.seen(), status, entry.secrets(), outdated);
    }

    // ---- changing

    /// Takes in all bots at once, before anybody asks for them.
    public void load(List<BotRecord> rows) {
        rows.forEach(row -> entries.put(row.id(), new Entry(row, ObservedState.ABSENT, System.nanoTime(), byName(Map.of()))));
        sort();
        changes.incrementAndGet();
    }

    /// @param secrets its secrets by name, with the time when each was written
    public void add(BotRecord row, Map<SecretName, Instant> secrets) {
        entries.put(row.id(), new Entry(row, ObservedState.ABSENT, System.nanoTime(), byName(secrets)));
        sort();
        tell(row.id());
    }

    public void update(BotRecord row) {
        change(row.id(), entry -> new Entry(row, entry.seen(), entry.asOf(), entry.secrets()));
    }

    /// Takes in which secrets a bot has now.
    public void secrets(BotId id, Map<SecretName, Instant> secrets) {
        change(id, entry -> new Entry(entry.row(), entry.seen(), entry.asOf(), byName(secrets)));
    }

    private static SortedMap<String, Instant> byName(Map<SecretName, Instant> secrets) {
        SortedMap<String, Instant> names = new TreeMap<>();
        secrets.forEach((name, time) -> names.put(name.value(), time));
        return Collections.unmodifiableSortedMap(names);
    }

    /// Keeps that something was done to a bot.
    public void note(BotId id, String what) {
        history.note(id, clock.instant(), what);
    }

    /// Keeps that something is about to be done to a bot, and whether it ends a run and starts another.
    public void announce(BotId id, String what, boolean ends, boolean starts) {
        history.announce(id, clock.instant(), what, ends, starts);
    }

    /// Takes in from which image a new bot would be made now; empty where the engine has none.
    public void newestImage(Optional<String> imageId) {
        if (!newestImage.equals(imageId)) {
            newestImage = imageId;
            tellEngine();
        }
    }

    /// Takes in what is wrong with a bot's own files, in words; empty where nothing is.
    ///
    /// @return whether that is news
    public boolean flaw(BotId id, Optional<String> words) {
        Optional<String> before = Optional.ofNullable(words.isPresent() ? flaws.put(id, words.get()) : flaws.remove(id));
        if (before.equals(words)) {
            return false;
        }
        tell(id);
        return true;
    }

    /// BotMaker itself is at work on a bot, until this is closed.
    public interface Work extends AutoCloseable {
        @Override
        void close();
    }

    /// Says of a bot that something is being done to it: what is seen of it meanwhile would be told as somebody else's
    /// doing.
    public Work working(BotId id, String doing) {
        works.put(id, doing);
        tell(id);
        return () -> {
            works.remove(id);
            tell(id);
        };
    }

    /// Takes in a look at a bot's container, unless a later look is known already.
    ///
    /// @param drift how it is not as it should be
    /// @param asOf  the `System.nanoTime` before the engine was asked
    public void saw(BotId id, Optional<Container> container, List<Difference> drift, long asOf) {
        boolean backedUp = container.filter(it -> it.state() == Container.State.PAUSED).isPresent() && isBackupRunning.getAsBoolean();
        change(id, entry -> asOf - entry.asOf() < 0
                ? entry
                : new Entry(entry.row(), entry.seen().seen(container.map(Container::withoutRaw)).drift(drift), asOf, entry.secrets()));
        if (backedUp ? backups.add(id) : backups.remove(id)) {
            tell(id);
        }
    }

    /// Takes in what a probe of a bot found, where the bot is still in the run that was probed.
    public void felt(BotId id, Container run, ObservedState.Health health, Optional<String> problem) {
        change(id, entry -> entry.seen().sameRun(run)
                ? new Entry(entry.row(), entry.seen().felt(health, problem), entry.asOf(), entry.secrets())
                : entry);
    }

    /// Keeps the last log lines of a bot that was stopped for good.
    public void lastLines(BotId id, List<String> lines) {
        change(id, entry -> new Entry(entry.row(), entry.seen().lastLines(lines), entry.asOf(), entry.secrets()));
    }

    public void remove(BotId id) {
        history.forget(id);
        flaws.remove(id);
        backups.remove(id);
        if (entries.remove(id) != null) {
            sort();
            tell(id);
        }
    }

    private synchronized void sort() {
        order = entries.values().stream().map(Entry::row)
                .sorted(Comparator.comparing(BotRecord::createdAt).thenComparing(BotRecord::id))
                .map(BotRecord::id)
                .toList();
    }

    /// The engine answered with the state of all bots.
    public void engineLooked() {
        boolean wasAway = engine.problem().isPresent();
        engineAnswered();
        engine = new EngineView(Optional.empty(), Optional.of(clock.instant()), engine.warnings());
        if (wasAway) {
            tellEngine();
        }
    }

    /// The engine answered within a look, or to a ping while no look is due: since its events are followed, what is known is
    /// true still. So a look may take as long as it likes while it gets on, and makes doubtful what is known where it hangs.
    public void engineAnswered() {
        answeredAt = nanoTime.getAsLong();
    }

    /// Tells the subscribers where what is known has become doubtful, or is not any more, by time alone. Somebody may have asked
    /// when it was, for less time than lies between two calls of this.
    public void tellAge() {
        boolean shown = shownStale;
        shownStale = false;
        boolean stale = stale(engine);
        if (stale != toldStale || shown && !stale) {
            toldStale = stale;
            tellEngine();
        }
    }

    /// The engine does not answer; everything that is known of its containers is doubtful from now on.
    public void engineLost(String problem) {
        EngineView before = engine;
        engine = new EngineView(Optional.of(problem), before.observedAt(), before.warnings());
        if (!before.problem().equals(Optional.of(problem))) {
            tellEngine();
        }
    }

    /// Takes in what weakens the bots' isolation or limits on this host.
    public void warnings(List<Warning> warnings) {
        EngineView before = engine;
        if (!before.warnings().equals(warnings)) {
            engine = new EngineView(before.problem(), before.observedAt(), List.copyOf(warnings));
            tellEngine();
        }
    }

    /// An answer of the engine was lost: what it has done is not known, and should be looked at soon.
    public void doubt() {
        doubted.set(true);
    }

    /// Whether there was a doubt since this was asked last.
    public boolean takeDoubt() {
        return doubted.getAndSet(false);
    }

    private void change(BotId id, UnaryOperator<Entry> change) {
        EngineView view = engine();
        JsonValue[] before = new JsonValue[1];
        Entry after = entries.computeIfPresent(id, (_, entry) -> {
            before[0] = bot(entry, view).toJson();
            Entry changed = change.apply(entry);
            history.observe(changed.row(), entry.seen(), changed.seen(), clock.instant());
            return changed;
        });
        if (after != null && !bot(after, view).toJson().equals(before[0])) {
            tell(id);
        }
    }

    // ---- telling

    /// Starts to collect changes; close it to end.
    public Subscription subscribe() {
        Subscription subscription = new Subscription(subscriptions::remove);
        subscriptions.add(subscription);
        return subscription;
    }

    private void tell(BotId id) {
        changes.incrementAndGet();
        subscriptions.forEach(subscription -> subscription.changed(id));
    }

    private void tellEngine() {
        changes.incrementAndGet();
        subscriptions.forEach(subscription -> subscription.engineChanged(entries.keySet()));
    }
}
