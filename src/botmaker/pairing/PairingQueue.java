package botmaker.pairing;

import static botmaker.http.Response.ok;
import static botmaker.http.Route.get;
import static botmaker.http.Route.post;

import botmaker.bot.model.BotId;
import botmaker.bot.model.BotRecord;
import botmaker.bot.model.Fields;
import botmaker.bot.host.BotHost.CommandResult;
import botmaker.bot.view.RunningBots;
import botmaker.error.Failure;
import botmaker.file.IoFailures;
import botmaker.http.Request;
import botmaker.http.Response;
import botmaker.http.Route;
import botmaker.json.Json;
import botmaker.json.JsonValue;
import botmaker.openclaw.BotConfig.Access;
import botmaker.openclaw.Channel;
import botmaker.pairing.PairingCalls.Ending;
import botmaker.pairing.PairingCommands.PairingRequest;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;

/// The people who wait to talk to a bot that pairs, and its operator's decisions: the service and its routes.
///
/// The first person approved becomes the bot's owner, unless the operator listed one. OpenClaw would write the owner into its
/// configuration, which is read-only for it: so the bot's record is changed first, then the configuration, then the person is approved.
public final class PairingQueue {
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);
    private static final Duration COMMAND_LIMIT = Duration.ofSeconds(90);
    private static final Duration CALL_LIMIT = Duration.ofSeconds(5);

    /// Records the owner of a bot by pairing and writes the bot's configuration; if that fails, nothing has changed.
    @FunctionalInterface
    public interface OwnerSetter {
        void set(BotId id, Optional<String> owner) throws InterruptedException;
    }

    /// One bot's requests, guarded by the lock. Listing them costs the bot seconds of processor time, so callers that asked before the
    /// listing began share it.
    private static final class Listing {
        private final ReentrantLock lock = new ReentrantLock();
        private Optional<List<PairingRequest>> requests = Optional.empty();
        private List<PairingRequest> known = List.of(); // of the last listing: some may be gone
        private long began; // System.nanoTime
    }

    private final RunningBots bots;
    private final OwnerSetter owners;
    private final Duration limit;
    private final PairingCalls calls;
    private final Map<BotId, Listing> listings = new ConcurrentHashMap<>();

    public PairingQueue(RunningBots bots, OwnerSetter owners) {
        this(bots, owners, COMMAND_LIMIT);
    }

    /// @param limit how long a command in a bot may take
    PairingQueue(RunningBots bots, OwnerSetter owners, Duration limit) {
        this.bots = bots;
        this.owners = owners;
        this.limit = limit;
        this.calls = new PairingCalls(CALL_LIMIT, limit);
    }

    public List<Route> routes() {
        return List.of(
                get("/api/bots/{id}/pairing", rq -> ok(json(list(BotId.require(rq.parameter("id")))))),
                post("/api/bots/{id}/pairing/{code}", this::decide));
    }

    private Response decide(Request rq) throws InterruptedException {
        String code = rq.parameter("code");
        if (!PairingCommands.isCode(code)) {
            throw new Failure.NotFound("There is no pairing request with this code.");
        }
        return ok(json(decide(BotId.require(rq.parameter("id")), code, approve(rq.json()))));
    }

    private static boolean approve(JsonValue body) {
        Fields fields = Fields.of(body);
        Optional<Boolean> approve = fields.flag("approve");
        fields.end();
        if (approve.isEmpty() && fields.isValid()) {
            fields.refuse("approve", "This field is required.");
        }
        fields.check();
        return approve.orElseThrow();
    }

    private static JsonValue json(List<PairingRequest> requests) {
        return Json.object().put("requests", Json.array(requests.stream().map(request -> Json.object()
                .put("code", request.code())
                .put("sender", request.sender())
                .put("name", request.name())
                .put("at", request.at().toString())
                .build()).toList())).build();
    }

    /// Lists the requests; none if the bot does not pair.
    ///
    /// @throws Failure.Conflict if the bot does not run
    List<PairingRequest> list(BotId id) throws InterruptedException {
        long asked = System.nanoTime();
        BotRecord bot = bots.record(id);
        if (!pairs(bot)) {
            return List.of();
        }
        bots.requireRunning(id);
        Listing listing = listing(id);
        listing.lock.lockInterruptibly();
        try {
            return listing.requests.isPresent() && listing.began - asked >= 0 ? listing.requests.get() : list(bot, listing);
        } finally {
            listing.lock.unlock();
        }
    }

    /// Approves or dismisses a request.
    ///
    /// @return who still waits
    /// @throws Failure.NotFound    if there is no request with that code, or no longer
    /// @throws Failure.Unavailable if the bot did not carry out the decision, or does not report whether it did
    List<PairingRequest> decide(BotId id, String code, boolean approve) throws InterruptedException {
        BotRecord bot = bots.record(id);
        if (!pairs(bot)) {
            throw new Failure.Conflict("This bot does not use pairing. Change its access to pairing first.");
        }
        bots.requireRunning(id);
        Listing listing = listing(id);
        listing.lock.lockInterruptibly();
        try {
            PairingRequest request = list(bot, listing).stream().filter(it -> it.code().equals(code)).findFirst()
                    .orElseThrow(PairingQueue::gone);
            boolean first = approve && own(id, request.owner(channel(bot)));
            Optional<List<PairingRequest>> others;
            try {
                others = decide(bot, listing, request, approve);
            } catch (Failure.EngineDown unknown) {
                throw unknown;
            } catch (Failure refused) {
                if (first) {
                    owners.set(id, Optional.empty());
                }
                throw refused;
            }
            return others.orElseThrow(() -> unavailable("The bot did not answer in time, and may still do it. Check again in a minute."));
        } finally {
            listing.lock.unlock();
        }
    }

    /// @return who still waits; empty if the command was killed, and the gateway may still carry it out
    private Optional<List<PairingRequest>> decide(BotRecord bot, Listing listing, PairingRequest request, boolean approve)
            throws InterruptedException {
        Ending ending = ending(bot, request, approve);
        if (ending == Ending.UNKNOWN) {
            return Optional.empty();
        }
        if (ending == Ending.DONE) {
            Optional<List<PairingRequest>> others =
                    listing.requests.map(all -> all.stream().filter(it -> !it.equals(request)).toList());
            listing.requests = Optional.empty();
            return others;
        }
        // It may be done all the same: a command waits for the gateway for a limited time.
        List<PairingRequest> waiting = list(bot, listing);
        if (waiting.contains(request)) {
            throw unavailable("The bot did not carry out the decision. It may still be starting.");
        }
        if (ending == Ending.GONE) {
            throw gone();
        }
        return Optional.of(waiting);
    }

    private Ending ending(BotRecord bot, PairingRequest request, boolean approve) throws InterruptedException {
        Optional<Ending> called = calls.decide(bots.gateway(bot.id()), channel(bot), request, approve);
        if (called.isPresent()) {
            return called.get();
        }
        Optional<CommandResult> ended = bots.run(bot.id(), PairingCommands.decide(channel(bot), request, approve), limit);
        if (ended.isEmpty()) {
            return Ending.UNKNOWN;
        }
        if (ended.get().succeeded()) {
            return Ending.DONE;
        }
        return PairingCommands.isGone(ended.get().output()) ? Ending.GONE : Ending.REFUSED;
    }

    /// Makes someone the owner of a bot that has none. After a crash, or if the engine stops answering, they may be the owner without
    /// having been approved: the bot then still ignores them.
    ///
    /// @return whether they became the owner
    private boolean own(BotId id, String sender) throws InterruptedException {
        BotRecord bot = bots.record(id);
        if (bot.pairedOwner().isPresent() || !bot.spec().access().allow().isEmpty()) {
            return false;
        }
        owners.set(id, Optional.of(sender));
        return true;
    }

    private Listing listing(BotId id) {
        listings.keySet().removeIf(it -> !bots.exists(it));
        return listings.computeIfAbsent(id, _ -> new Listing());
    }

    /// Asks the gateway which requests there are, and runs the command, which costs the bot seconds of processor time, only for a code that
    /// is not known.
    private List<PairingRequest> list(BotRecord bot, Listing listing) throws InterruptedException {
        long began = System.nanoTime();
        Optional<Set<String>> ids = calls.list(bots.gateway(bot.id()), channel(bot));
        if (ids.isPresent() && listing.known.stream().map(PairingRequest::request).collect(Collectors.toSet()).containsAll(ids.get())) {
            return keep(listing, began, listing.known.stream().filter(it -> ids.get().contains(it.request())).toList());
        }
        CommandResult result = bots.run(bot.id(), PairingCommands.list(channel(bot)), limit).filter(CommandResult::succeeded)
                .orElseThrow(() -> unavailable("The bot did not list its pairing requests. It may still be starting."));
        try {
            List<PairingRequest> requests = PairingCommands.parse(channel(bot), result.output(), bots.redactor(bot.id()));
            return keep(listing, began, requests);
        } catch (IllegalArgumentException _) {
            throw unavailable("The bot's answer is not OpenClaw's.");
        } catch (UncheckedIOException e) {
            throw IoFailures.conflict(e, "The pairing requests cannot be redacted, so they are not shown: " + e.getMessage()
                    + ". Remove that file, then replace the secret.");
        }
    }

    private static List<PairingRequest> keep(Listing listing, long began, List<PairingRequest> requests) {
        listing.requests = Optional.of(requests);
        listing.known = requests;
        listing.began = began;
        return requests;
    }

    private static boolean pairs(BotRecord bot) {
        return bot.spec().access().policy() == Access.Policy.PAIRING && !channel(bot).equals(Channel.WEB_CHAT);
    }

    private static String channel(BotRecord bot) {
        return bot.spec().channel().type();
    }

    private static Failure gone() {
        return new Failure.NotFound("There is no pairing request with this code any more. A request expires after an hour; "
                + "its sender can send another message.");
    }

    private static Failure unavailable(String detail) {
        return new Failure.Unavailable(detail, RETRY_AFTER);
    }
}
