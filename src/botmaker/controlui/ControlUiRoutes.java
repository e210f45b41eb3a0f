package botmaker.controlui;

import static botmaker.http.Response.ok;
import static botmaker.http.Route.post;

import botmaker.bot.model.BotId;
import botmaker.bot.host.BotHost.CommandResult;
import botmaker.bot.view.RunningBots;
import botmaker.error.Failure;
import botmaker.http.Route;
import botmaker.json.Json;
import botmaker.json.JsonException;
import botmaker.json.JsonValue;
import botmaker.openclaw.OpenClaw;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// One-time links to bots' Control UIs over HTTP. A link is as good as a password: it is sent to the client that asked, and nowhere else.
public final class ControlUiRoutes {
    private static final Duration COMMAND_LIMIT = Duration.ofSeconds(60);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    private final RunningBots bots;

    public ControlUiRoutes(RunningBots bots) {
        this.bots = bots;
    }

    public List<Route> routes() {
        return List.of(post("/api/bots/{id}/control-ui", rq -> {
            ControlUiLink link = link(BotId.require(rq.parameter("id")));
            return ok(Json.object().put("url", link.url()).put("expiresAt", link.expiresAt().toString()).build());
        }));
    }

    /// Creates a link; earlier ones stay valid until they expire.
    ///
    /// @throws Failure.Conflict    if the Control UI is off, or the bot does not run
    /// @throws Failure.Unavailable if the bot does not create a link
    ControlUiLink link(BotId id) throws InterruptedException {
        OptionalInt port = bots.record(id).spec().controlUi().port();
        if (port.isEmpty()) {
            throw new Failure.Conflict("The Control UI of this bot is off. Switch it on, then try again.");
        }
        CommandResult result = bots.run(id, ControlUiLink.COMMAND, COMMAND_LIMIT).filter(CommandResult::succeeded)
                .orElseThrow(() -> new Failure.Unavailable("The bot did not create a link. It may still be starting.", RETRY_AFTER));
        try {
            return ControlUiLink.parse(result.output(), port.getAsInt());
        } catch (IllegalArgumentException _) {
            throw new Failure.Unavailable("The bot's answer is not OpenClaw's.", RETRY_AFTER);
        }
    }

    /// A one-time link to a bot's Control UI, made by a command inside its container (`cli/dashboard`). Whoever opens it first, before it
    /// expires, controls the bot.
    ///
    /// OpenClaw knows only its own port. Hence its link is taken apart and put together again for the port on the host, where it names the
    /// page and, in its fragment, the WebSocket. A bot's output may be hostile: nothing else of it is passed on.
    record ControlUiLink(String url, Instant expiresAt) {
        /// The command that creates a link. It takes some seconds.
        static final List<String> COMMAND = List.of("openclaw", "dashboard", "--json");
        private static final Pattern LINK = Pattern.compile(
                "http://(?:127\\.0\\.0\\.1|localhost):" + OpenClaw.PORT
                        + "/#((?:[A-Za-z]{1,40}=[A-Za-z0-9%._~\\-]{1,500}&?){1,8})");
        private static final Pattern GATEWAY = Pattern.compile("(?<=^|&)gatewayUrl=([^&]*)");
        private static final Pattern OWN_GATEWAY = Pattern.compile(
                "ws%3A%2F%2F(?:127\\.0\\.0\\.1|localhost)%3A" + OpenClaw.PORT + "((?:%2F)?)");

        /// Reads the output of [#COMMAND] and makes the link for a port of this host's 127.0.0.1.
        ///
        /// @throws IllegalArgumentException if it is not OpenClaw's; the message does not repeat it
        static ControlUiLink parse(String output, int port) {
            try {
                JsonValue json = JsonValue.parse(output);
                Matcher link = LINK.matcher(json.get("browserUrl").string());
                if (!link.matches()) {
                    throw new IllegalArgumentException("no link to the bot's own Control UI");
                }
                String fragment = GATEWAY.matcher(link.group(1)).replaceAll(found -> {
                    Matcher gateway = OWN_GATEWAY.matcher(found.group(1));
                    if (!gateway.matches()) {
                        throw new IllegalArgumentException("no link to the bot's own gateway");
                    }
                    return "gatewayUrl=ws%3A%2F%2F127.0.0.1%3A" + port + gateway.group(1);
                });
                return new ControlUiLink("http://127.0.0.1:" + port + "/#" + fragment,
                        Instant.ofEpochMilli(json.get("browserBootstrapExpiresAtMs").integer()));
            } catch (JsonException | DateTimeException _) {
                throw new IllegalArgumentException("no link");
            }
        }

        /// Leaves out the URL, which is as good as a password.
        @Override
        public String toString() {
            return "ControlUiLink[expiresAt=" + expiresAt + "]";
        }
    }
}
