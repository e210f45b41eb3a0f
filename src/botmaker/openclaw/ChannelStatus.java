package botmaker.openclaw;

import botmaker.json.JsonValue;
import botmaker.json.JsonValue.JsonArray;
import botmaker.json.JsonValue.JsonBoolean;
import botmaker.json.JsonValue.JsonObject;
import botmaker.json.JsonValue.JsonString;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Reads the answer to `channels.status`. OpenClaw tells a `lifecycle` for each account of a channel: `starting`, `ready`,
/// `recovering`, `blocked` or `stopped`; BotMaker gives a channel one account.
final class ChannelStatus {
    private static final Pattern REFUSED = Pattern.compile("(?i)\\b401\\b|unauthori[sz]ed|invalid_auth|token_revoked|M_UNKNOWN_TOKEN|4004");

    private ChannelStatus() {}

    static ProbeResult judge(String channel, JsonValue answer) {
        if (channel.equals("webchat")) {
            return ProbeResult.works();
        }
        Optional<JsonValue> account = member(answer, "payload")
                .flatMap(payload -> member(payload, "channelAccounts"))
                .flatMap(accounts -> member(accounts, channel))
                .filter(JsonArray.class::isInstance)
                .flatMap(accounts -> accounts.elements().stream().findFirst());
        if (account.isEmpty()) {
            return ProbeResult.degraded(channel + ": its plugin is not there. Rebuild the bot image.");
        }
        Optional<String> error = text(account.get(), "lastError");
        String lifecycle = text(account.get(), "lifecycle").orElse(isRunning(account.get()) ? "ready" : "stopped");
        return switch (lifecycle) {
            case "ready" -> ProbeResult.works();
            case "starting" -> error.map(words -> ProbeResult.degraded(problem(channel, words)))
                    .orElseGet(() -> ProbeResult.starting(channel + ": no connection to its service yet."));
            default -> ProbeResult.degraded(error.map(words -> problem(channel, words)).orElse(channel + ": " + PlainText.of(lifecycle) + "."));
        };
    }

    /// What failed, as OpenClaw names it.
    static String words(List<JsonValue> failing) {
        return failing.stream().filter(JsonString.class::isInstance).map(name -> PlainText.of(name.string())).collect(Collectors.joining(", "));
    }

    private static String problem(String channel, String error) {
        boolean refused = REFUSED.matcher(PlainText.cut(error, PlainText.MOST_READ)).find();
        return channel + ": " + (refused ? "its token was refused. " : "") + PlainText.of(error);
    }

    private static boolean isRunning(JsonValue account) {
        return member(account, "running").filter(JsonBoolean.class::isInstance).map(JsonValue::bool).orElse(false);
    }

    private static Optional<String> text(JsonValue object, String name) {
        return member(object, name).filter(JsonString.class::isInstance).map(JsonValue::string).filter(text -> !text.isBlank());
    }

    private static Optional<JsonValue> member(JsonValue value, String name) {
        return value instanceof JsonObject ? value.find(name) : Optional.empty();
    }
}
