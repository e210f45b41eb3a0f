package botmaker.broker;

import botmaker.chat.ChatService.Kind;
import botmaker.chat.ChatService.Outgoing;
import botmaker.chat.ChatService;
import botmaker.chat.ChatServices;
import botmaker.dialect.Answer;
import botmaker.dialect.Refused.Reason;
import botmaker.dialect.Refused;
import botmaker.policy.Origin;
import botmaker.wire.HeaderFields;
import botmaker.wire.RequestHead;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/// Answers what bots ask of their chat service: checks a request, puts the token in the placeholder's place, asks the service, and passes
/// its answer on as it comes, without the token. What fails a check never leaves this process; the bot gets a refusal in the service's
/// form.
final class ChatExchange implements Handler {
    private static final int MOST_BODY = BotRequest.MAX_BODY;
    private static final int MOST_PASSES = 1024 * 1024;
    private static final int PIECE = 16 * 1024;
    private static final int SOON = 2; // seconds
    private static final long LOOK_MS = 50;
    private static final int UNAUTHORIZED = 401;
    private static final String[] NOT_ANSWERED = {"set-cookie", "set-cookie2", "alt-svc", "nel", "report-to"};

    private final KeyFiles keys;
    private final Upstreams upstreams;
    private final CallLimit limit;
    private final Activity activity;
    private final Placeholders placeholders;
    private final Passes passes = new Passes();
    private final AtomicInteger underWay = new AtomicInteger(); // without those that only wait
    private volatile boolean draining;

    ChatExchange(KeyFiles keys, Upstreams upstreams, CallLimit limit, Activity activity, Placeholders placeholders) {
        this.keys = keys;
        this.upstreams = upstreams;
        this.limit = limit;
        this.activity = activity;
        this.placeholders = placeholders;
    }

    /// Forgets the bots that are gone.
    void keepOnly(Set<String> known) {
        limit.keepOnly(known);
        passes.keepOnly(known);
    }

    /// Returns whether an origin is a chat service.
    static boolean answers(Origin origin) {
        return ChatServices.of(origin.dialect()).isPresent();
    }

    @Override
    public void handle(Inbound request, Outbound answer) throws IOException {
        ChatService service = ChatServices.of(request.origin().dialect()).orElseThrow();
        try {
            pass(service, request, answer);
        } catch (Refused e) {
            activity.refused(request.bot().id(), e);
            send(answer, service.refusal(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /// Refuses new requests, and waits until those under way are answered, but for those that only wait for something to happen.
    ///
    /// @param seconds the most to wait
    void drain(long seconds) {
        draining = true;
        try {
            for (long left = seconds * 1000; left > 0 && underWay.get() > 0; left -= LOOK_MS) {
                Thread.sleep(LOOK_MS);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void pass(ChatService service, Inbound request, Outbound answer) throws IOException, Refused, InterruptedException {
        if (draining) {
            throw new Refused(Reason.UNAVAILABLE, "BotMaker's broker is being restarted.", SOON);
        }
        Origin origin = request.origin();
        RequestHead head = request.head();
        String bot = request.bot().id();
        BotTokens tokens = new BotTokens(request.bot(), origin, keys, placeholders, target -> passes.has(bot, target));
        try (CallLimit.Call _ = limit.begin(bot).orElseThrow(() ->
                new Refused(Reason.BUSY, "This bot asks its chat service too often.", SOON))) {
            Outgoing outgoing = service.outgoing(head, Optional.ofNullable(origin.upstream().getRawPath()).orElse(""), body(request), tokens);
            int counted = outgoing.kind() == Kind.CALL || outgoing.kind() == Kind.PASSES ? 1 : 0;
            underWay.addAndGet(counted);
            try {
                relay(service, request, outgoing, tokens, answer);
            } finally {
                underWay.addAndGet(-counted);
            }
        }
    }

    private static byte[] body(Inbound request) throws IOException, Refused {
        try {
            return request.readBody(MOST_BODY);
        } catch (BodyRefused e) {
            throw e.asRefusal();
        }
    }

    private void relay(ChatService service, Inbound request, Outgoing outgoing, BotTokens tokens, Outbound answer) throws IOException, Refused {
        Origin origin = request.origin();
        String bot = request.bot().id();
        UpstreamRequest asked = new UpstreamRequest(origin.upstream(), request.head().method(), outgoing.target(), outgoing.fields(),
                outgoing.body(), outgoing.kind() == Kind.WEB_SOCKET);
        TokenMask mask = new TokenMask(tokens::revealed, 1);
        try (UpstreamAnswer answered = upstreams.send(asked, request::closeOnLeave)) {
            if (answered.status() == UNAUTHORIZED) {
                reportRefusedToken(service, request, answer);
            } else if (answered.status() == UpstreamAnswer.SWITCHING) {
                answer.switchToWebSocket(fields(answered.fields(), mask).without("sec-websocket-extensions"));
                new WebSocketRelay(tokens, request, answer, answered,
                        refused -> activity.refused(bot, refused)).run();
                answer.end();
            } else if (outgoing.kind() == Kind.PASSES && answered.status() < 300) {
                byte[] whole = read(answered);
                passes.learn(bot, whole);
                answer.send(answered.status(), fields(answered.fields(), mask), mask.apply(whole));
            } else {
                pass(answered, mask, answer);
            }
        } catch (UpstreamFailure e) {
            if (answer.hasBegun() || e.kind() == UpstreamFailure.Kind.ABORTED) {
                throw e;
            }
            throw new Refused(Reason.UNAVAILABLE, e.getMessage(), SOON);
        }
    }

    /// Reports a token that is no longer valid to the operator. The bot is asked to try again later: after a 401, OpenClaw would give up
    /// for good, even if the token was replaced.
    private void reportRefusedToken(ChatService service, Inbound request, Outbound answer) throws IOException {
        String words = request.origin().upstream().getHost() + " refused the token of this bot's channel (status 401). Replace it.";
        activity.refused(request.bot().id(), Reason.KEY.id(), words);
        send(answer, service.refusal(new Refused(Reason.UNAVAILABLE, words, SOON)));
    }

    private static byte[] read(UpstreamAnswer answered) throws UpstreamFailure, Refused {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        byte[] piece = new byte[PIECE];
        for (int count; (count = answered.read(piece)) >= 0; ) {
            whole.write(piece, 0, count);
            if (whole.size() > MOST_PASSES) {
                throw new Refused(Reason.UNAVAILABLE, "The service's answer has no end.", SOON);
            }
        }
        return whole.toByteArray();
    }

    private static void pass(UpstreamAnswer answered, TokenMask mask, Outbound answer) throws IOException {
        answer.begin(answered.status(), fields(answered.fields(), mask));
        answered.beforeWaiting(answer::flush);
        byte[] piece = new byte[PIECE];
        for (int count; (count = answered.read(piece)) >= 0; ) {
            add(answer, mask.pass(piece, count));
        }
        add(answer, mask.rest());
        answer.end();
    }

    private static void add(Outbound answer, byte[] bytes) throws IOException {
        if (bytes.length > 0) {
            answer.add(bytes, 0, bytes.length);
        }
    }

    private static HeaderFields fields(HeaderFields answered, TokenMask mask) {
        return mask.apply(answered.endToEnd().without(NOT_ANSWERED));
    }

    private static void send(Outbound answer, Answer own) throws IOException {
        answer.send(own.status(), own.fields(), own.body());
    }
}
