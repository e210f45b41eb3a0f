package botmaker.controlui;

import static botmaker.http.Response.ok;
import static botmaker.http.Route.post;

import botmaker.bot.model.BotId;
import botmaker.bot.view.RunningBots;
import botmaker.bot.view.RunningBots.CommandResult;
import botmaker.error.Failure;
import botmaker.http.Route;
import botmaker.json.Json;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;

/// One-time links to bots' Control UIs over HTTP. A link is as good as a password: it goes to whoever asked, and nowhere else.
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
}
