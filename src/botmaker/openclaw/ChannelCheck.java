package botmaker.openclaw;

import botmaker.json.JsonValue;
import botmaker.json.JsonValue.JsonBoolean;
import botmaker.json.JsonValue.JsonObject;
import botmaker.json.JsonValue.JsonString;
import botmaker.openclaw.Outbound.Answer;
import botmaker.openclaw.Outbound.Calls;
import botmaker.openclaw.Outbound.NoAnswer;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// Asks a channel's service who a token belongs to, where there is a call that does nothing else.
public final class ChannelCheck implements AutoCloseable {
    private static final Duration LONGEST = Duration.ofSeconds(10);

    private final Outbound outbound;
    private final UnaryOperator<String> roots;

    public ChannelCheck() {
        this(LONGEST, UnaryOperator.identity());
    }

    /// @param roots from where a service's API is to where it is asked
    ChannelCheck(Duration longest, UnaryOperator<String> roots) {
        this.outbound = new Outbound(longest);
        this.roots = roots;
    }

    /// Checks a channel's credentials, at most ten seconds. Settings and credentials have passed [Catalog#checkChannel].
    public CheckResult check(Channel channel, Map<String, String> settings, Map<String, String> credentials)
            throws InterruptedException {
        try {
            return switch (channel.id()) {
                case "telegram" -> telegram(outbound.begin(), settings, credentials.get("token"));
                case "discord" -> judge("Discord", outbound.begin().get(roots.apply("https://discord.com") + "/api/v10/users/@me",
                        Map.of("Authorization", "Bot " + credentials.get("token"))), "username");
                case "slack" -> slack(outbound.begin(), credentials.get("botToken"));
                case "matrix" -> judge("The homeserver", outbound.begin().get(
                        base(settings, "homeserver") + "/_matrix/client/v3/account/whoami", bearer(credentials.get("token"))), "user_id");
                case "mattermost" -> judge("The server", outbound.begin().get(
                        base(settings, "baseUrl") + "/api/v4/users/me", bearer(credentials.get("token"))), "username");
                default -> CheckResult.unknown("This cannot be checked without starting the bot.");
            };
        } catch (NoAnswer e) {
            return CheckResult.fails(channel.label() + " " + e.getMessage());
        }
    }

    @Override
    public void close() {
        outbound.close();
    }

    private CheckResult telegram(Calls calls, Map<String, String> settings, String token) throws NoAnswer, InterruptedException {
        String root = settings.containsKey("apiRoot") ? base(settings, "apiRoot") : roots.apply("https://api.telegram.org");
        Answer answer = calls.get(root + "/bot" + token + "/getMe", Map.of());
        if (answer.status() == 404 && answer.body().isPresent()) {
            return CheckResult.fails("Telegram refused the token (status 404).");
        }
        return judge("Telegram", new Answer(answer.status(), answer.body().flatMap(body -> member(body, "result"))), "username");
    }

    /// Slack says 200 to a bad token, and what is wrong in a word of its own.
    private CheckResult slack(Calls calls, String token) throws NoAnswer, InterruptedException {
        Answer answer = calls.post(roots.apply("https://slack.com") + "/api/auth.test", bearer(token));
        Optional<Boolean> ok = answer.body().flatMap(body -> member(body, "ok"))
                .filter(JsonBoolean.class::isInstance).map(JsonValue::bool);
        if (answer.status() == 200 && ok.equals(Optional.of(false))) {
            return CheckResult.fails("Slack refused the bot token"
                    + answer.body().flatMap(body -> text(body, "error")).map(word -> ": " + word + ".").orElse("."));
        }
        CheckResult result = judge("Slack", answer, "user");
        return result.ok().equals(Optional.of(true))
                ? CheckResult.works(result.detail() + " The app-level token cannot be checked without starting the bot.")
                : result;
    }

    /// @param name the member of the answer that tells whose token it is
    private static CheckResult judge(String service, Answer answer, String name) {
        int status = answer.status();
        if (status == 200) {
            return answer.body().flatMap(body -> text(body, name))
                    .map(who -> CheckResult.works(service + " takes the token: it is " + who + "'s."))
                    .orElseGet(() -> CheckResult.fails(service + " answered something else than expected. Is the address right?"));
        }
        if (status == 400 || status == 401 || status == 403) {
            return CheckResult.fails(service + " refused the token (status " + status + ").");
        }
        if (status == 404) {
            return CheckResult.fails(service + " has no such API at this address (status 404). Is the address right?");
        }
        return status >= 300 && status < 400
                ? CheckResult.fails(service + " sends us elsewhere (status " + status + "), which is not followed. Is the address right?")
                : CheckResult.unknown(service + " cannot tell now (status " + status + "). Try again later.");
    }

    private static Map<String, String> bearer(String token) {
        return Map.of("Authorization", "Bearer " + token);
    }

    private static String base(Map<String, String> settings, String key) {
        return settings.get(key).replaceAll("/+$", "");
    }

    private static Optional<JsonValue> member(JsonValue value, String name) {
        return value instanceof JsonObject ? value.find(name) : Optional.empty();
    }

    private static Optional<String> text(JsonValue object, String name) {
        return member(object, name).filter(JsonString.class::isInstance).map(text -> PlainText.of(text.string()))
                .filter(text -> !text.isEmpty());
    }
}
