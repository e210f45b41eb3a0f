package botmaker.controlui;

import botmaker.bot.host.BotHost;
import botmaker.bot.host.RunningBots;
import botmaker.bot.model.BotId;
import botmaker.docker.Container;
import botmaker.docker.Engine.ExecResult;
import botmaker.error.Failure;
import botmaker.openclaw.Dashboard;
import java.time.Duration;
import java.util.OptionalInt;

/// One-time links to bots' Control UIs. A link is as good as a password: it goes to whoever asked, and nowhere else.
public final class ControlUiLinks {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    private final RunningBots bots;
    private final BotHost containers;

    public ControlUiLinks(RunningBots bots, BotHost containers) {
        this.bots = bots;
        this.containers = containers;
    }

    /// A new link; those given before stay good for their time.
    ///
    /// @throws Failure.Conflict    where the Control UI is off, or the bot does not run
    /// @throws Failure.Unavailable where the bot gives none
    public Dashboard.Link link(BotId id) {
        OptionalInt port = bots.row(id).spec().controlUi().port();
        if (port.isEmpty()) {
            throw new Failure.Conflict("The Control UI of this bot is off. Switch it on, then try again.");
        }
        Container container = bots.container(id);
        ExecResult result = RunningBots.asking("run a command in the bot",
                () -> containers.exec(container, Dashboard.COMMAND, PATIENCE))
                .filter(it -> it.exitCode() == 0)
                .orElseThrow(() -> unavailable("The bot gives no link yet. It may still be starting."));
        try {
            return Dashboard.link(result.output(), port.getAsInt());
        } catch (IllegalArgumentException _) {
            throw unavailable("The bot answered something that is not OpenClaw's.");
        }
    }

    private static Failure unavailable(String detail) {
        return new Failure.Unavailable(detail, RETRY_AFTER);
    }
}
