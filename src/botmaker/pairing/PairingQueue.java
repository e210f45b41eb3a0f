package botmaker.pairing;

import botmaker.bot.host.BotHost;
import botmaker.bot.host.RunningBots;
import botmaker.bot.lifecycle.BotChanges;
import botmaker.bot.lifecycle.BotService;
import botmaker.bot.model.BotId;
import botmaker.bot.model.BotRecord;
import botmaker.docker.Container;
import botmaker.docker.Engine.ExecResult;
import botmaker.error.Failure;
import botmaker.openclaw.Access;
import botmaker.openclaw.Pairing;
import botmaker.openclaw.PairingRequest;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/// Who waits to talk to a bot that pairs, and its operator's word on each.
///
/// Who is let in first becomes the bot's owner, unless the operator listed one. OpenClaw would write that into its
/// configuration, which is read-only for it: so the row is changed first, then the configuration, then the sender is let in.
public final class PairingQueue {
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    /// What a look found. It costs the bot seconds of processor time, so those who asked before it began share it.
    ///
    /// @param began `System.nanoTime`
    private record Look(long began, List<PairingRequest> requests) { }

    /// Where one bot's requests are dealt with, one after another.
    private static final class Desk {
        private final ReentrantLock lock = new ReentrantLock();
        private Optional<Look> look = Optional.empty();
    }

    private final RunningBots bots;
    private final BotService service;
    private final BotHost containers;
    private final BotChanges changes;
    private final Duration patience;
    private final Clock clock;
    private final Map<BotId, Desk> desks = new ConcurrentHashMap<>();

    /// @param patience how long a bot may take to tell or to do something
    public PairingQueue(RunningBots bots, BotService service, BotHost containers, BotChanges changes, Duration patience, Clock clock) {
        this.bots = bots;
        this.service = service;
        this.containers = containers;
        this.changes = changes;
        this.patience = patience;
        this.clock = clock;
    }

    /// Who waits; nobody where the bot does not pair.
    ///
    /// @throws Failure.Conflict where the bot does not run
    public List<PairingRequest> list(BotId id) throws InterruptedException {
        long asked = System.nanoTime();
        BotRecord row = bots.row(id);
        if (!pairs(row)) {
            return List.of();
        }
        Container container = bots.container(id);
        Desk desk = desk(id);
        desk.lock.lockInterruptibly();
        try {
            return desk.look.filter(look -> look.began() - asked >= 0).map(Look::requests)
                    .orElseGet(() -> look(row, container, desk));
        } finally {
            desk.lock.unlock();
        }
    }

    /// Lets someone in, or forgets their request.
    ///
    /// @return who still waits
    /// @throws Failure.NotFound    where nobody waits with that code (any more)
    /// @throws Failure.Unavailable where the bot could not be told, or does not say whether it has done it
    public List<PairingRequest> decide(BotId id, String code, boolean approve) throws InterruptedException {
        BotRecord row = bots.row(id);
        if (!pairs(row)) {
            throw new Failure.Conflict("This bot does not pair: who may talk to it was decided otherwise.");
        }
        Container container = bots.container(id);
        Desk desk = desk(id);
        desk.lock.lockInterruptibly();
        try {
            PairingRequest request = look(row, container, desk).stream().filter(it -> it.code().equals(code)).findFirst()
                    .orElseThrow(PairingQueue::gone);
            boolean first = approve && own(id, Pairing.owner(channel(row), request));
            Optional<List<PairingRequest>> others;
            try {
                others = decide(row, container, desk, request, approve);
            } catch (Failure.EngineDown unknown) {
                throw unknown;
            } catch (Failure refused) {
                if (first) {
                    revise(id, Optional.empty());
                }
                throw refused;
            }
            return others.orElseThrow(() -> unavailable("The bot did not answer in time, and may do it yet. Look again in a minute."));
        } finally {
            desk.lock.unlock();
        }
    }

    /// @return who still waits; empty where the command goes on, and may do it yet
    private Optional<List<PairingRequest>> decide(BotRecord row, Container container, Desk desk, PairingRequest request, boolean approve) {
        Optional<ExecResult> ended = run(container, Pairing.decide(channel(row), request, approve));
        if (ended.isEmpty()) {
            return Optional.empty();
        }
        ExecResult result = ended.get();
        if (result.exitCode() == 0) {
            List<PairingRequest> others = desk.look.orElseThrow().requests().stream().filter(it -> !it.equals(request)).toList();
            desk.look = Optional.empty();
            return Optional.of(others);
        }
        // It may have been done all the same: the command waits for the gateway for a limited time.
        List<PairingRequest> waiting = look(row, container, desk);
        if (waiting.contains(request)) {
            throw unavailable("The bot could not be told. It may still be starting.");
        }
        if (Pairing.isGone(result.output())) {
            throw gone();
        }
        return Optional.of(waiting);
    }

    /// Makes someone the owner of a bot that has none. After a crash, or when the engine falls silent, they may be the owner
    /// without having been let in: then the bot still does not listen to them.
    ///
    /// @return whether they became it
    private boolean own(BotId id, String sender) throws InterruptedException {
        BotRecord row = bots.row(id);
        if (row.pairedOwner().isPresent() || !row.spec().access().allow().isEmpty()) {
            return false;
        }
        try {
            revise(id, Optional.of(sender));
        } catch (Failure.DiskFull | UncheckedIOException e) {
            service.revise(id, it -> it.pairedOwner(Optional.empty(), clock.instant()), _ -> { });
            throw e;
        }
        return true;
    }

    private void revise(BotId id, Optional<String> owner) throws InterruptedException {
        service.revise(id, row -> row.pairedOwner(owner, clock.instant()), changes::writeConfig);
    }

    /// A bot's desk; those of bots that are gone are cleared away.
    private Desk desk(BotId id) {
        desks.keySet().removeIf(bots::isGone);
        return desks.computeIfAbsent(id, _ -> new Desk());
    }

    private List<PairingRequest> look(BotRecord row, Container container, Desk desk) {
        long began = System.nanoTime();
        ExecResult result = run(container, Pairing.list(channel(row))).filter(it -> it.exitCode() == 0)
                .orElseThrow(() -> unavailable("The bot cannot tell yet who waits to be let in. It may still be starting."));
        try {
            List<PairingRequest> requests = Pairing.requests(channel(row), result.output());
            desk.look = Optional.of(new Look(began, requests));
            return requests;
        } catch (IllegalArgumentException _) {
            throw unavailable("The bot answered something that is not OpenClaw's.");
        }
    }

    private Optional<ExecResult> run(Container container, List<String> command) {
        return RunningBots.asking("run a command in the bot", () -> containers.exec(container, command, patience));
    }

    private static boolean pairs(BotRecord row) {
        return row.spec().access().policy() == Access.Policy.PAIRING && !channel(row).equals("webchat");
    }

    private static String channel(BotRecord row) {
        return row.spec().channel().type();
    }

    private static Failure gone() {
        return new Failure.NotFound("Nobody waits with this code any more. A request lasts an hour; whoever wrote may write again.");
    }

    private static Failure unavailable(String detail) {
        return new Failure.Unavailable(detail, RETRY_AFTER);
    }
}
