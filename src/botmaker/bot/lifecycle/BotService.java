package botmaker.bot.lifecycle;

import botmaker.bot.host.BotFiles;
import botmaker.bot.host.BotHost;
import botmaker.bot.model.BotId;
import botmaker.bot.model.BotRecord.Desired;
import botmaker.bot.model.BotRecord.Owner;
import botmaker.bot.model.BotRecord.Pending;
import botmaker.bot.model.BotRecord.Phase;
import botmaker.bot.model.BotRecord;
import botmaker.bot.model.BotSecrets;
import botmaker.bot.model.BotSpec;
import botmaker.bot.model.BotStore;
import botmaker.bot.model.BrokerRules;
import botmaker.bot.model.Fields;
import botmaker.bot.model.KeptKeys;
import botmaker.bot.model.Limits;
import botmaker.bot.model.NewBot;
import botmaker.bot.model.PriceBook;
import botmaker.bot.view.BotRegistry;
import botmaker.bot.view.BotView;
import botmaker.error.Failure;
import botmaker.file.IoFailures;
import botmaker.file.Reserve;
import botmaker.json.Json;
import botmaker.json.JsonValue;
import botmaker.openclaw.OpenClaw;
import botmaker.secret.SecretName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/// The actions on bots. Each validates, writes the record, and waits while [Convergence] carries it out.
///
/// A bot is a record, files and a container, which cannot change in one transaction. The record is the intent and is written first:
///
/// ```
/// new secrets staged ─▶ record (the change, and what the container must do for it)     from here on it is kept
///                    ─▶ convergence: secrets in place ─▶ openclaw.json ─▶ container
/// ```
///
/// Methods return when the change is durable and the engine has carried it out. If the engine refuses a change, the record and the
/// secrets become what they were.
public final class BotService {
    private final BotStore store;
    private final BotAssembly assembly;
    private final Trial trial;
    private final Convergence convergence;
    private final BotHost host;
    private final BotFiles files;
    private final BotRegistry registry;
    private final Clock clock;
    private final String image;
    private final Supplier<Limits> limits;
    private final KeptKeys keys;
    private final MoneyLimits money;
    private final IntFunction<Owner> owners;
    private final Reserve reserve;

    /// @param image   the image that new bots are created from
    /// @param limits  the limits of a bot whose request names none
    /// @param owners  the user that owns the n-th bot
    /// @param reserve disk space for deletions
    public BotService(BotStore store, BotAssembly assembly, Trial trial, Convergence convergence, BotHost host, BotFiles files,
            BotRegistry registry, Clock clock, String image, Supplier<Limits> limits, KeptKeys keys, PriceBook prices,
            IntFunction<Owner> owners, Reserve reserve) {
        this.store = store;
        this.assembly = assembly;
        this.trial = trial;
        this.convergence = convergence;
        this.host = host;
        this.files = files;
        this.registry = registry;
        this.clock = clock;
        this.image = image;
        this.limits = limits;
        this.keys = keys;
        this.money = new MoneyLimits(prices, keys);
        this.owners = owners;
        this.reserve = reserve;
    }

    /// Creates a bot and, if requested, starts it.
    ///
    /// @throws Failure.Invalid     where its limits exceed what the engine's host has, or a limit in money cannot be kept
    /// @throws Failure.Conflict    where the name is taken, the image is missing or the host refuses; nothing is left behind
    /// @throws Failure.EngineDown  where the engine fell silent; what was begun is rolled back when it answers again
    public BotView create(NewBot request) throws InterruptedException {
        money.check(request.spec(), Optional.empty());
        String imageId = host.requireUsable(image, request.spec().reach());
        host.capacity().check(request.spec().limits(), Optional.empty());
        return convergence.creating(BotId.random(), id -> {
            BotRecord record = store.add(id, request.spec(), request.start() ? Desired.RUNNING : Desired.STOPPED, image, clock.instant(), owners);
            registry.add(record, Map.of());
            try {
                String container = assembly.build(record, request);
                assembly.save(record.with(Phase.READY, clock.instant()).with(record.rollout().pinned(Optional.of(imageId))));
                registry.expect(id, "created by you", false, request.start());
                return container;
            } catch (Failure.EngineDown e) {
                throw e;
            } catch (RuntimeException e) {
                assembly.afterFailure(e, () -> reserve.freeing(() -> convergence.converge(id)));
                throw e;
            }
        });
    }

    // ---- power

    /// Starts a bot that does not run; a missing container is created again around the present files.
    ///
    /// Here and below, the engine is pinged before the record is written: while it is away, nothing is written.
    public BotView start(BotId id) throws InterruptedException {
        return power(id, "being started", Desired.RUNNING, Pending.NOTHING, "started by you");
    }

    /// Stops a bot; it stays stopped through restarts of the host.
    public BotView stop(BotId id) throws InterruptedException {
        return power(id, "being stopped", Desired.STOPPED, Pending.NOTHING, "stopped by you");
    }

    /// Stops a bot if it runs, and starts it.
    public BotView restart(BotId id) throws InterruptedException {
        return power(id, "being restarted", Desired.RUNNING, Pending.RESTART, "restarted by you");
    }

    private BotView power(BotId id, String doing, Desired desired, Pending more, String done) throws InterruptedException {
        return convergence.acting(id, doing, record -> {
            host.ping();
            assembly.forgetCrashes(id);
            BotRecord wanted = record.with(desired, clock.instant());
            boolean on = desired == Desired.RUNNING;
            carryOut(record, wanted.with(wanted.rollout().pending(wanted.rollout().pending().and(more))), done,
                    !on || more == Pending.RESTART, on);
        });
    }

    /// Replaces a bot's container by one that has not drifted; nothing else is changed.
    ///
    /// @throws Failure            if the engine refuses it; the bot is as before
    /// @throws Failure.EngineDown if the engine does not answer; the repair is pending until it does
    public BotView repair(BotId id) throws InterruptedException {
        return convergence.acting(id, "being repaired", record -> carryOut(record,
                record.changed(record.spec(), Pending.RECREATE, clock.instant()), "container repaired by you", true, true));
    }

    /// Writes what is wanted and carries it out. A refused step would otherwise be retried later, so it is forgotten; what was pending
    /// before stays pending.
    private void carryOut(BotRecord before, BotRecord wanted, String what, boolean ends, boolean starts) {
        assembly.save(wanted);
        registry.expect(wanted.id(), what, ends, starts);
        try {
            convergence.converge(wanted.id());
        } catch (Failure.EngineDown e) {
            throw new Failure.EngineDown("It is pending until the Docker Engine answers again. " + e.getMessage(), e);
        } catch (RuntimeException e) {
            registry.row(wanted.id()).filter(it -> it.rollout().pending() != Pending.NOTHING)
                    .ifPresent(it -> assembly.save(it.with(it.rollout().pending(before.rollout().pending()))));
            throw e;
        }
    }

    /// Moves a bot to the image of new bots, and returns when the new container runs. The end of the trial is published as an event.
    ///
    /// @throws Failure.Conflict   where a trial is under way, or the state cannot be copied
    /// @throws Failure.EngineDown where the engine fell silent; the bot is rolled back when it answers again
    public BotView upgrade(BotId id) throws InterruptedException {
        return convergence.acting(id, "being upgraded", record -> trial.upgrade(record, image));
    }

    /// Deletes a bot with its container and secrets, and with its state unless that is kept.
    ///
    /// @throws Failure.Conflict if it is already being deleted with the other choice, or there is no state to keep
    public void delete(BotId id, boolean keepState) throws InterruptedException {
        convergence.locked(id, record -> {
            boolean begun = record.phase() == Phase.DELETING;
            if (begun && record.keepState() != keepState) {
                throw new Failure.Conflict("The bot is already being deleted, " + (record.keepState()
                        ? "and its state is kept. Remove the state on the system page when the bot is gone."
                        : "with its state, which may already be partly removed."));
            }
            if (keepState && !begun && !files.hasState(id)) {
                throw new Failure.Conflict("The bot has no state directory to keep. Delete it without keeping its state.");
            }
            reserve.freeing(() -> {
                if (!begun) {
                    assembly.save(record.deleting(keepState, clock.instant()));
                }
                try {
                    convergence.converge(id);
                } catch (RuntimeException e) {
                    registry.requestResync(); // the record stays as an intent
                    throw e;
                }
            });
        });
    }

    // ---- changes

    /// Applies a JSON Merge Patch (RFC 7396).
    ///
    /// @throws Failure.Invalid    if the changed bot could not be created; nothing is changed
    /// @throws Failure.Conflict   if the new name is taken; nothing is changed
    /// @throws Failure.EngineDown if the engine does not answer; the change is saved, and applied when it does
    public BotView change(BotId id, JsonValue patch) throws InterruptedException {
        return convergence.acting(id, "being changed", record -> {
            BotSecrets before = assembly.secretsOf(record);
            NewBot after = new NewBot(record.spec(), before).changed(patch, limits.get(), keys);
            try {
                BotSpec spec = after.spec();
                money.check(spec, Optional.of(record.spec()));
                if (!spec.limits().equals(record.spec().limits())) {
                    host.capacity().check(spec.limits(), Optional.of(record.spec().limits()));
                }
                boolean moves = Trial.moves(record, spec);
                if (moves && spec.reach().isBrokered()) {
                    move(record, after, before);
                } else {
                    apply(record, spec, before, after.secrets(), moves ? "reach changed to legacy by you" : "changed by you");
                }
            } catch (RuntimeException e) {
                assembly.afterFailure(e, () -> after.newKey().ifPresent(keys::forget)); // unless the change is only pending
                throw e;
            }
        });
    }

    /// Pauses a bot's AI, or resumes it. The bot stays up, and the engine is not asked: only the broker follows.
    ///
    /// @param words what the bot answers meanwhile; empty to resume it
    /// @throws Failure.Conflict if the bot's calls do not go through the broker
    public BotView pauseAi(BotId id, Optional<String> words) throws InterruptedException {
        convergence.ready(id, record -> {
            if (!record.spec().reach().isBrokered()) {
                throw new Failure.Conflict("The calls of this bot do not go through BotMaker. Stop the bot, or choose another reach.");
            }
            BrokerRules rules = record.spec().rules();
            if (!rules.paused().equals(words)) {
                assembly.save(record.with(rules.paused(words), clock.instant()));
                registry.note(id, "AI " + (words.isPresent() ? "paused" : "resumed") + " by you");
            }
            assembly.writePolicy();
        });
        return registry.require(id);
    }

    private void move(BotRecord record, NewBot after, BotSecrets before) {
        try {
            trial.move(record, after, before, image);
        } catch (Failure.EngineDown e) {
            throw new Failure.EngineDown("The bot's former reach is restored when the Docker Engine answers again. " + e.getMessage(), e);
        } catch (RuntimeException e) {
            assembly.afterFailure(e, () -> {
                trial.takeBack(record, before, e);
                convergence.converge(record.id());
            });
            throw e;
        }
    }

    /// Replaces a secret, or adds an optional one. Without a value, the gateway gets a new random token.
    ///
    /// @throws Failure.NotFound if such a bot has no secret of that name
    public BotView replaceSecret(BotId id, String name, JsonValue body) throws InterruptedException {
        return convergence.acting(id, "being changed", record -> {
            BotSecrets before = assembly.secretsOf(record);
            BotSecrets after = new NewBot(record.spec(), before).replaceSecret(name, body);
            apply(record, record.spec(), before, after, "secret " + name + " replaced by you");
        });
    }

    private void apply(BotRecord record, BotSpec spec, BotSecrets before, BotSecrets after, String what) {
        BotId id = record.id();
        if (before.equals(after) && spec.equals(record.spec())) {
            if (convergence.isDue(id)) { // the same change was interrupted before
                convergence.converge(id);
            }
            return;
        }
        Pending pending = (spec.hasContainerOf(record.spec()) ? Pending.NOTHING : Pending.RECREATE).and(pending(before, after));
        BotRecord changed = record.changed(spec, pending, clock.instant());
        try {
            saveWithSecrets(changed, before, after);
        } catch (RuntimeException e) {
            assembly.afterFailure(e, () -> assembly.discardSecrets(id));
            throw e;
        }
        boolean restarts = pending.compareTo(Pending.RESTART) >= 0;
        registry.expect(id, what, restarts, restarts);
        try {
            convergence.converge(id);
        } catch (Failure.EngineDown e) {
            throw new Failure.EngineDown("The change is saved and will be applied when the Docker Engine answers again. "
                    + e.getMessage(), e);
        } catch (Failure.Conflict | Failure.Unavailable | Failure.Invalid | Failure.DiskFull e) {
            if (pending == Pending.RECREATE) {
                assembly.afterFailure(e, () -> rollBack(record, changed, before, after, e));
            } else {
                registry.requestResync(); // the record says what is left
            }
            throw e;
        } catch (RuntimeException e) {
            registry.requestResync(); // the record says what is left
            throw e;
        }
    }

    /// Returns what a container must do to follow a change of secrets.
    private static Pending pending(BotSecrets before, BotSecrets after) {
        Set<SecretName> names = new HashSet<>(before.files().keySet());
        names.addAll(after.files().keySet());
        return names.stream().filter(name -> !Objects.equals(before.files().get(name), after.files().get(name)))
                .map(name -> OpenClaw.reloads(name.value()) ? Pending.RELOAD : Pending.RESTART).reduce(Pending.NOTHING, Pending::and);
    }

    private void saveWithSecrets(BotRecord record, BotSecrets before, BotSecrets after) {
        if (!before.equals(after)) {
            assembly.stageSecrets(record, after);
        }
        assembly.save(record);
    }

    /// Rolls a change back after the engine refused the new container: the old one runs, and record and secrets become what they were. It
    /// may have been started again with the new secrets, and reads the old ones again.
    private void rollBack(BotRecord before, BotRecord refused, BotSecrets old, BotSecrets taken, Failure cause) {
        Pending left = before.rollout().pending().and(pending(taken, old));
        saveWithSecrets(refused.settled().changed(before.spec(), left, before.updatedAt()), taken, old);
        registry.note(before.id(), "change rolled back: " + cause.getMessage());
        convergence.converge(before.id());
    }

    /// Records the owner of a bot by pairing and writes the bot's configuration; if that fails, nothing has changed.
    public void setPairedOwner(BotId id, Optional<String> owner) throws InterruptedException {
        try {
            revise(id, row -> row.pairedOwner(owner, clock.instant()), assembly::writeConfig);
        } catch (Failure.DiskFull | UncheckedIOException e) {
            revise(id, row -> row.pairedOwner(Optional.empty(), clock.instant()), _ -> { });
            throw e;
        }
    }

    /// Changes a bot's record and applies the change.
    public void revise(BotId id, UnaryOperator<BotRecord> change, Consumer<BotRecord> follow) throws InterruptedException {
        convergence.acting(id, "being changed", record -> follow.accept(assembly.save(change.apply(record))));
    }

    // ---- instructions

    /// Returns a bot's instructions: the file in its workspace that OpenClaw puts before every conversation. It is the only copy, and the
    /// bot may rewrite it. The text is empty if there are none.
    ///
    /// @throws Failure.Conflict if the bot has put something else in their place
    public JsonValue instructions(BotId id) {
        try {
            return instructions(files.instructions(registry.require(id).row().id()).orElse(""));
        } catch (IOException e) {
            throw spoiled(e);
        }
    }

    /// Replaces a bot's instructions; the bot reads them before its next answer. This needs no engine.
    public JsonValue writeInstructions(BotId id, JsonValue body) throws InterruptedException {
        Fields fields = Fields.of(body);
        String text = fields.text("text");
        fields.end();
        NewBot.instructionsProblem(text).ifPresent(problem -> fields.refuse("text", problem));
        fields.check();
        convergence.ready(id, record -> {
            try {
                files.writeInstructions(record, text);
            } catch (IOException e) {
                throw spoiled(e);
            }
            registry.note(id, "instructions changed by you");
        });
        return instructions(text);
    }

    private static JsonValue instructions(String text) {
        return Json.object().put("text", text).build();
    }

    private static RuntimeException spoiled(IOException e) {
        return IoFailures.conflict(IoFailures.translate(e, "cannot read or write the bot's instructions"),
                ("The bot's instructions cannot be read or written: %s/%s in its state directory must be a text file of at most %d bytes. "
                        + "Stop the bot and remove it.")
                        .formatted(OpenClaw.WORKSPACE, OpenClaw.INSTRUCTIONS_FILE, OpenClaw.MOST_INSTRUCTIONS));
    }
}
