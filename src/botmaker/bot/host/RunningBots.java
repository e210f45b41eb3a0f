package botmaker.bot.host;

import botmaker.bot.model.BotId;
import botmaker.bot.model.BotRecord;
import botmaker.bot.model.NewBot;
import botmaker.bot.view.BotRegistry;
import botmaker.docker.Container;
import botmaker.docker.EngineException;
import botmaker.error.Failure;
import botmaker.secret.Secret;
import botmaker.secret.SecretStore;
import java.net.InetAddress;
import java.util.function.Supplier;

/// The bots that run now, as the engine says at this moment, for whoever wants something from the bot itself.
public final class RunningBots {
    /// Where a bot's gateway is and what opens it. To be used at once: addresses are given to others later.
    public record Gateway(InetAddress address, Secret token) { }

    private final BotRegistry fleet;
    private final BotHost containers;
    private final SecretStore secrets;

    public RunningBots(BotRegistry fleet, BotHost containers, SecretStore secrets) {
        this.fleet = fleet;
        this.containers = containers;
        this.secrets = secrets;
    }

    /// What is intended of a bot.
    ///
    /// @throws Failure.NotFound where there is none
    public BotRecord row(BotId id) {
        return fleet.row(id).orElseThrow(() -> new Failure.NotFound("There is no bot " + id + "."));
    }

    public boolean isGone(BotId id) {
        return fleet.row(id).isEmpty();
    }

    /// The container in which a bot runs.
    ///
    /// @throws Failure.NotFound where there is no such bot
    /// @throws Failure.Conflict where it does not run
    public Container container(BotId id) {
        row(id);
        return asking("look at the bot's container", () -> containers.find(id))
                .filter(container -> container.state() == Container.State.RUNNING)
                .orElseThrow(RunningBots::stopped);
    }

    /// The gateway of a bot; its token is read only after the engine said that this bot is there.
    ///
    /// @throws Failure.Conflict where it does not run
    public Gateway gateway(BotId id) {
        InetAddress address = container(id).address(containers.networkName()).orElseThrow(RunningBots::stopped);
        Secret token = secrets.read(id.value(), NewBot.GATEWAY_TOKEN).orElseThrow(
                () -> new Failure.Conflict("The bot's gateway token is missing. Replace it, then try again."));
        return new Gateway(address, token);
    }

    /// Calls the engine; what it refuses, because the bot has just ended, becomes words that may be shown.
    public static <T> T asking(String what, Supplier<T> call) {
        try {
            return call.get();
        } catch (EngineException e) {
            throw e.notFound() || e.conflict() ? stopped() : BotHost.refused(what, e);
        }
    }

    private static Failure stopped() {
        return new Failure.Conflict("The bot does not run. Start it, then try again.");
    }
}
