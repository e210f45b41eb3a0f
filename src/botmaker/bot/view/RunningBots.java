package botmaker.bot.view;

import botmaker.bot.host.BotHost.CommandResult;
import botmaker.bot.host.BotHost.Container;
import botmaker.bot.host.BotHost;
import botmaker.bot.model.BotId;
import botmaker.bot.model.BotRecord;
import botmaker.bot.model.NewBot;
import botmaker.error.Failure;
import botmaker.openclaw.Gateway;
import botmaker.secret.Redactor;
import botmaker.secret.Secret;
import botmaker.secret.SecretStore;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// The bots that run now, for features that need something from the bot itself: its gateway, a command inside it, its usage.
///
/// Each method asks the engine first, so that a token is sent only where this bot is at this moment.
public final class RunningBots {
    private static final Duration RETRY_AFTER = Duration.ofSeconds(10);

    private final BotRegistry registry;
    private final BotHost host;
    private final SecretStore secrets;
    /// One permit per bot: a command costs the bot some hundred megabytes.
    private final Map<BotId, Semaphore> commands = new ConcurrentHashMap<>();

    public RunningBots(BotRegistry registry, BotHost host, SecretStore secrets) {
        this.registry = registry;
        this.host = host;
        this.secrets = secrets;
    }

    /// Returns a bot's record.
    ///
    /// @throws Failure.NotFound if there is no such bot
    public BotRecord record(BotId id) {
        return registry.require(id).row();
    }

    public boolean exists(BotId id) {
        return registry.row(id).isPresent();
    }

    /// Returns the redactor of a bot's secrets, for everything that comes from the bot and is shown to a person.
    public Redactor redactor(BotId id) {
        return secrets.redactor(id.value());
    }

    /// Refuses a bot that does not run.
    ///
    /// @throws Failure.NotFound if there is no such bot
    /// @throws Failure.Conflict if it does not run
    public void requireRunning(BotId id) {
        container(id);
    }

    /// Returns a bot's gateway. Its token is read only after the engine has confirmed that the bot is there.
    ///
    /// @throws Failure.Conflict if the bot does not run
    public Gateway gateway(BotId id) {
        Gateway.Door door = door(id);
        Secret token = secrets.read(id.value(), NewBot.GATEWAY_TOKEN).orElseThrow(
                () -> new Failure.Conflict("The bot's gateway token is missing. Replace it, then try again."));
        return new Gateway(door, token.reveal());
    }

    /// Returns how a bot's gateway is reached.
    ///
    /// @throws Failure.Conflict if the bot does not run
    public Gateway.Door door(BotId id) {
        return host.door(record(id), container(id)).orElseThrow(RunningBots::stopped);
    }

    /// Runs a command in a bot's container, as the bot's own user, one command per bot at a time. What it printed is neither redacted nor
    /// trustworthy.
    ///
    /// @param limit after this time the command is killed
    /// @return empty if it was killed, or did not end
    /// @throws Failure.Conflict    if the bot does not run
    /// @throws Failure.Unavailable if another command ran all the while
    public Optional<CommandResult> run(BotId id, List<String> command, Duration limit) throws InterruptedException {
        Container container = container(id);
        commands.keySet().removeIf(it -> !exists(it));
        Semaphore turn = commands.computeIfAbsent(id, _ -> new Semaphore(1));
        if (!turn.tryAcquire(limit.toNanos(), TimeUnit.NANOSECONDS)) {
            throw new Failure.Unavailable("Another command is still running in the bot. Try again later.", RETRY_AFTER);
        }
        try {
            return host.exec(container, command, limit);
        } finally {
            turn.release();
        }
    }

    /// Starts to measure what a bot uses, until the stream is closed.
    ///
    /// @throws Failure.Conflict if the bot does not run
    public BotHost.Feed<BotHost.Usage> usage(BotId id) {
        return host.stats(container(id));
    }

    private Container container(BotId id) {
        return host.find(registry.require(id).row().id())
                .filter(container -> container.state() == Container.State.RUNNING)
                .orElseThrow(RunningBots::stopped);
    }

    private static Failure stopped() {
        return new Failure.Conflict("The bot is not running. Start it, then try again.");
    }
}
