package botmaker.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;

import botmaker.dialect.Call;
import botmaker.dialect.Dialect;
import botmaker.dialect.Dialects;
import botmaker.dialect.Refused;
import botmaker.dialect.Route;
import botmaker.policy.BotPolicy;
import botmaker.policy.Budget.OnCap;
import botmaker.policy.Budget;
import botmaker.policy.Origin;
import botmaker.policy.Policy;
import botmaker.policy.Price;
import botmaker.policy.Reach;
import botmaker.wire.HeaderFields;
import java.net.URI;
import java.nio.file.Path;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Calls of bots, as the broker reads them.
final class Calls {
    static final long CENT = Budget.DOLLAR / 100;
    private static final String MESSAGES = "{\"model\":\"claude-sonnet-5\",\"max_tokens\":%d,\"stream\":true,\"messages\":[]}";

    private Calls() {}

    /// A call and its route.
    record Asked(String provider, Route route, Call call, byte[] body) {
        CallMeter begin(Ledger ledger, BotPolicy bot) throws Refused, InterruptedException {
            return ledger.begin(bot, origin(provider), route, call, body.length);
        }
    }

    static Asked asked(String provider, String path, String body) throws Refused {
        Dialect dialect = Dialects.of(provider).orElseThrow();
        Route route = dialect.route("POST", path, "").orElseThrow();
        byte[] bytes = body.getBytes(UTF_8);
        return new Asked(provider, route, dialect.read(route, path.contains("stream") ? "alt=sse" : "",
                HeaderFields.of("Content-Type", "application/json"), bytes), bytes);
    }

    /// A streamed call of Claude Sonnet 5, which costs 2 and 10 dollars per million tokens, with a prompt of about 28 tokens.
    static Asked sonnet(long output) throws Refused {
        return asked("anthropic", "/v1/messages", MESSAGES.formatted(output));
    }

    /// The answer to it.
    static String sonnetAnswer(long input, long output) {
        return """
                event: message_start
                data: {"type":"message_start","message":{"model":"claude-sonnet-5","usage":{"input_tokens":%d,"output_tokens":1}}}

                event: message_delta
                data: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":%d}}

                """.formatted(input, output);
    }

    static void answer(CallMeter meter, String text) {
        byte[] bytes = text.getBytes(UTF_8);
        meter.answered(200);
        meter.add(bytes, bytes.length);
    }

    static Origin origin(String provider) {
        return new Origin(Origin.TLS, "api.vendor.test", 443, true, URI.create("https://api.vendor.test"), provider,
                Optional.of(new Origin.Credential(Optional.of("k1"), "placeholder")), List.of());
    }

    static BotPolicy bot(String id, Budget budget) {
        return new BotPolicy(id, Reach.SEALED, Path.of("/link"), List.of(), List.of(), Optional.empty(), budget);
    }

    static Budget day(long nanos) {
        return new Budget(Optional.of(nanos), Optional.empty(), Optional.empty(), OnCap.ANSWER);
    }

    static Budget month(long nanos) {
        return new Budget(Optional.empty(), Optional.of(nanos), Optional.empty(), OnCap.ANSWER);
    }

    static Budget tokens(long count) {
        return new Budget(Optional.empty(), Optional.empty(), Optional.of(count), OnCap.ANSWER);
    }

    static Policy policy(Price... prices) {
        return new Policy(List.of(), ZoneOffset.UTC, List.of(prices), Map.of());
    }

    static Policy in(ZoneId zone) {
        return new Policy(List.of(), zone, List.of(), Map.of());
    }

    static Policy keyMonth(long nanos) {
        return new Policy(List.of(), ZoneOffset.UTC, List.of(), Map.of("k1", nanos));
    }
}
