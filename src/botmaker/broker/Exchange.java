package botmaker.broker;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import botmaker.dialect.Answer;
import botmaker.dialect.Call;
import botmaker.dialect.Credential;
import botmaker.dialect.Dialect;
import botmaker.dialect.Dialects;
import botmaker.dialect.Refused.Reason;
import botmaker.dialect.Refused;
import botmaker.dialect.Route;
import botmaker.ledger.CallMeter;
import botmaker.ledger.Ledger;
import botmaker.policy.BotPolicy;
import botmaker.policy.Budget.OnCap;
import botmaker.policy.Origin;
import botmaker.policy.Permissions;
import botmaker.policy.Reach;
import botmaker.secret.Secret;
import botmaker.secret.SecretName;
import botmaker.wire.HeaderFields;
import botmaker.wire.RequestHead;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;

/// Answers what bots ask of their AI: checks a request, puts the key in the placeholder's place, asks the provider, and passes its answer
/// on as it comes. What fails a check never leaves this process; the bot gets a refusal in the provider's form.
final class Exchange implements Handler {
    private static final int MOST_BODY = BotRequest.MAX_BODY;
    private static final int MOST_ERROR = 1024 * 1024;
    private static final int PIECE = 8 * 1024;
    private static final int SOON = 2; // seconds
    private static final int LEAST_HELD = 6;
    private static final SecretName VALUE = new SecretName(Origin.Credential.FILE);
    /// How a provider says it. The words may stand in a message where they quote the request, but only the provider begins one.
    private static final Pattern WRONG_KEY = Pattern.compile(
            "(?i)\"reason\"\\s*:\\s*\"API_KEY_INVALID\"|\"(message|error)\"\\s*:\\s*\"(api key not valid|incorrect api key|invalid api key)");
    /// Refusals that are answered in the model's place, so that people in the chat read the reason instead of seeing no reply.
    private static final Set<Reason> FOR_THE_CHAT = Set.of(Reason.PAUSED, Reason.BUDGET, Reason.KEY);

    private final KeyFiles keys;
    private final Upstreams upstreams;
    private final CallLimit limit;
    private final Ledger ledger;
    private final Activity activity;
    private final Placeholders placeholders;
    private final KeptAnswers kept = new KeptAnswers();
    private final Phaser underWay = new Phaser(1);
    private volatile boolean draining;

    Exchange(KeyFiles keys, Upstreams upstreams, CallLimit limit, Ledger ledger, Activity activity, Placeholders placeholders) {
        this.keys = keys;
        this.upstreams = upstreams;
        this.limit = limit;
        this.ledger = ledger;
        this.activity = activity;
        this.placeholders = placeholders;
    }

    @Override
    public void handle(Inbound request, Outbound answer) throws IOException {
        String id = request.origin().dialect();
        Dialect dialect = Dialects.of(id).orElseThrow(() -> new IOException("the policy names a dialect that is not known: " + id));
        underWay.register();
        try {
            pass(dialect, request, answer);
        } catch (Refused e) {
            activity.refused(request.bot().id(), e);
            send(answer, dialect.refusal(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            underWay.arriveAndDeregister();
        }
    }

    /// Refuses new requests, and waits until those under way are answered.
    ///
    /// @param seconds the most to wait
    void drain(long seconds) {
        draining = true;
        try {
            underWay.awaitAdvanceInterruptibly(underWay.arriveAndDeregister(), seconds, TimeUnit.SECONDS);
        } catch (TimeoutException _) {
            // the rest is broken off
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// Forgets the bots that are gone.
    void keepOnly(Set<String> known) {
        kept.keepOnly(known);
    }

    private void pass(Dialect dialect, Inbound request, Outbound answer) throws IOException, Refused, InterruptedException {
        if (draining) {
            throw new Refused(Reason.UNAVAILABLE, "BotMaker's broker is being restarted.", SOON);
        }
        RequestHead head = request.head();
        List<Credential> presented = dialect.credentials(head.fields(), head.query());
        Optional<Route> found = dialect.route(head.method(), head.path(), Optional.ofNullable(request.origin().upstream().getRawPath()).orElse(""));
        boolean anonymous = presented.isEmpty() && found.filter(dialect::isPublic).isPresent();
        if (!anonymous) {
            requirePlaceholder(request.bot(), request.origin(), presented);
        }
        Route route = found.orElseThrow(() ->
                new Refused(Reason.ROUTE, head.method() + " " + head.path() + " is not among the calls that bots need."));
        try (CallLimit.Call _ = limit.begin(request.bot().id()).orElseThrow(() -> new Refused(Reason.BUSY,
                "This bot makes more than " + CallLimit.AT_ONCE + " calls at once, or more than " + CallLimit.A_MINUTE + " a minute.", SOON))) {
            Read read = read(dialect, route, request);
            Call call = read.call;
            BotPolicy bot = request.bot(); // as it is now that the body has come
            Origin origin = request.origin();
            try {
                requireAllowed(bot, origin, dialect, call);
                requireOwn(bot, call);
                Optional<String> key = anonymous ? Optional.empty() : key(origin);
                try (CallMeter meter = ledger.begin(bot, origin, route, call, read.bytes)) {
                    requireStillAllowed(request, dialect, call, meter);
                    relay(dialect, request, call, meter, key, answer);
                }
            } catch (Refused e) {
                boolean asError = e.reason() == Reason.BUDGET && bot.budget().onCap() == OnCap.REFUSE;
                if (!FOR_THE_CHAT.contains(e.reason()) || asError) {
                    throw e;
                }
                activity.refused(bot.id(), e);
                send(answer, call.instead(e.reason(), e.getMessage()));
            }
        }
    }

    /// Refuses every credential but the bot's placeholder: any other would be somebody else's, through which data leaves to their account.
    private void requirePlaceholder(BotPolicy bot, Origin origin, List<Credential> presented) throws Refused {
        if (origin.credential().isEmpty()) {
            if (!presented.isEmpty()) {
                throw new Refused(Reason.CREDENTIAL, "This bot has no key, and sent one: at " + presented.getFirst().place() + ".");
            }
            return;
        }
        if (presented.isEmpty()) {
            if (origin.credential().get().key().isEmpty()) {
                return;
            }
            throw new Refused(Reason.CREDENTIAL, "The request has no key.");
        }
        Credential credential = presented.getFirst();
        if (presented.size() > 1 || !credential.expected()
                || !placeholders.accepts(bot.id(), origin.credential().get(), credential.value())) {
            throw new Refused(Reason.CREDENTIAL, "The request has another key than this bot's placeholder: at "
                    + presented.getLast().place() + ".");
        }
    }

    /// A call that was read. Nothing refers to its body but the call, which lets go of it when it was sent.
    private record Read(Call call, int bytes) { }

    private static Read read(Dialect dialect, Route route, Inbound request) throws IOException, Refused {
        try {
            byte[] body = request.readBody(route.takesBody() ? MOST_BODY : 0);
            return new Read(dialect.read(route, request.head().query(), request.head().fields(), body), body.length);
        } catch (BodyRefused e) {
            throw e.asRefusal();
        }
    }

    private static void requireAllowed(BotPolicy bot, Origin origin, Dialect dialect, Call call) throws Refused {
        for (String model : call.models()) {
            String permission = Permissions.ofModel(model);
            if (!origin.models().contains(model) && !dialect.sideModels().contains(model) && !bot.also().contains(permission)) {
                throw new Refused(Reason.MODEL, "This bot may not use the model " + model + ".", permission);
            }
        }
        if (bot.reach() == Reach.SEALED && call.wayOut().isPresent()) {
            throw new Refused(Reason.WAY_OUT, call.wayOut().get());
        }
        if (bot.paused().isPresent()) {
            throw new Refused(Reason.PAUSED, bot.paused().get());
        }
    }

    private void requireOwn(BotPolicy bot, Call call) throws Refused {
        if (call.continues().filter(id -> !kept.has(bot.id(), id)).isPresent()) {
            throw new Refused(Reason.KEPT, "It goes on from an answer that this bot was not given since BotMaker's broker was started.");
        }
    }

    /// Looks again: a call may have waited for its budget, and the operator may have paused the bot meanwhile.
    private static void requireStillAllowed(Inbound request, Dialect dialect, Call call, CallMeter meter) throws Refused {
        try {
            request.follow();
            requireAllowed(request.bot(), request.origin(), dialect, call);
        } catch (BodyRefused e) {
            meter.unsent();
            throw e.asRefusal();
        } catch (Refused e) {
            meter.unsent();
            throw e;
        }
    }

    private void relay(Dialect dialect, Inbound request, Call call, CallMeter meter, Optional<String> key, Outbound answer)
            throws IOException, Refused {
        Origin origin = request.origin();
        try (UpstreamAnswer answered = upstreams.send(asked(dialect, request, meter, key), request::closeOnLeave)) {
            activity.called(request.bot().id());
            int status = answered.status();
            meter.answered(status);
            call.sent();
            request.releaseBody();
            TokenMask mask = new TokenMask(() -> key.map(Set::of).orElse(Set.of()), LEAST_HELD);
            HeaderFields fields = mask.apply(dialect.answerFields(answered.fields()));
            if (status < 300) {
                answer.begin(status, fields);
                pass(request.bot().id(), meter, mask, answered, answer);
            } else {
                String host = origin.upstream().getHost();
                if (status < 400) {
                    throw new Refused(Reason.UNAVAILABLE, host + " redirects to another server (status " + status + "), which is not followed.");
                }
                byte[] error = mask.apply(read(answered));
                requireKeyAccepted(host, status, new String(error, ISO_8859_1));
                answer.send(status, fields, error);
            }
        } catch (UpstreamFailure e) {
            switch (e.kind()) {
                case UNREACHABLE -> meter.unsent();
                case SILENT, BROKEN -> meter.broken();
                case ABORTED -> meter.close();
            }
            if (answer.hasBegun() || e.kind() == UpstreamFailure.Kind.ABORTED) {
                throw e;
            }
            throw new Refused(Reason.UNAVAILABLE, e.getMessage(), SOON);
        }
    }

    private static UpstreamRequest asked(Dialect dialect, Inbound request, CallMeter meter, Optional<String> key) {
        RequestHead head = request.head();
        String query = dialect.query(head.query());
        return new UpstreamRequest(request.origin().upstream(), head.method(), query.isEmpty() ? head.path() : head.path() + "?" + query,
                dialect.fields(head.fields(), key), meter.body());
    }

    /// Refuses an answer about the operator's key or account, which OpenClaw would answer with a lock of minutes, also after that was
    /// mended. Google and xAI call a wrong key a bad request.
    private static void requireKeyAccepted(String host, int status, String error) throws Refused {
        if (status == 402) {
            throw new Refused(Reason.KEY, host + " says that no credit is left (status 402). Whoever runs me has to add some.");
        }
        if (status == 403) {
            throw new Refused(Reason.KEY, host + " refused this call (status 403): whoever runs me finds out whether my key may make it.");
        }
        if (status == 401 || status == 400 && WRONG_KEY.matcher(error).find()) {
            throw new Refused(Reason.KEY, host + " refused my key (status " + status + "). Whoever runs me has to replace it.");
        }
    }

    /// Passes an answer on as it comes, without the key: some servers quote what they were sent.
    private void pass(String bot, CallMeter meter, TokenMask mask, UpstreamAnswer answered, Outbound answer) throws IOException {
        answered.beforeWaiting(answer::flush);
        byte[] piece = new byte[PIECE];
        boolean learned = false;
        for (int count; (count = answered.read(piece)) >= 0; ) {
            meter.add(piece, count);
            if (!learned) {
                learned = meter.answerId().isPresent();
                meter.answerId().ifPresent(id -> kept.learn(bot, id));
            }
            add(answer, mask.pass(piece, count));
        }
        add(answer, mask.rest());
        meter.whole();
        answer.end();
    }

    private static void add(Outbound answer, byte[] bytes) throws IOException {
        if (bytes.length > 0) {
            answer.add(bytes, 0, bytes.length);
        }
    }

    private Optional<String> key(Origin origin) throws Refused {
        Optional<String> id = origin.credential().flatMap(Origin.Credential::key);
        if (id.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(keys.read(id.get(), VALUE).map(Secret::reveal)
                    .orElseThrow(() -> new Refused(Reason.KEY, "My key is missing. Whoever runs me has to replace it.")));
        } catch (UncheckedIOException unreadable) {
            throw new Refused(Reason.KEY, "My key cannot be read. Whoever runs me has to replace it.");
        }
    }

    /// Reads an error whole.
    ///
    /// @throws Refused if it is larger than any provider's
    private static byte[] read(UpstreamAnswer answered) throws UpstreamFailure, Refused {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        byte[] piece = new byte[PIECE];
        for (int count; (count = answered.read(piece)) >= 0; ) {
            whole.write(piece, 0, count);
            if (whole.size() > MOST_ERROR) {
                throw new Refused(Reason.UNAVAILABLE, "The server's error (status " + answered.status() + ") has no end.", SOON);
            }
        }
        return whole.toByteArray();
    }

    private static void send(Outbound answer, Answer own) throws IOException {
        answer.send(own.status(), own.fields(), own.body());
    }
}
