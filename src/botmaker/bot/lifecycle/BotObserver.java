package botmaker.bot.lifecycle;

import botmaker.bot.host.BotHost.Container;
import botmaker.bot.host.BotHost;
import botmaker.bot.model.BotId;
import botmaker.bot.view.BotRegistry;
import botmaker.bot.view.BotView;
import botmaker.error.Failure;
import botmaker.secret.SecretStore;
import java.util.List;
import java.util.function.Supplier;

/// Observes single bots and updates the registry.
public final class BotObserver {
    private final BotHost host;
    private final BotRegistry registry;
    private final SecretStore secrets;

    public BotObserver(BotHost host, BotRegistry registry, SecretStore secrets) {
        this.host = host;
        this.registry = registry;
        this.secrets = secrets;
    }

    /// Observes a bot's container and returns the bot's new state.
    public BotView refresh(BotId id) {
        return observe(id, () -> host.ofBot(id));
    }

    private BotView observe(BotId id, Supplier<List<Container>> look) {
        long asOf = System.nanoTime();
        List<Container> there = look.get();
        registry.row(id).ifPresent(record -> registry.observe(id, there.stream().findFirst(), host.drift(record, there), asOf));
        return registry.require(id);
    }

    /// Observes a bot after a completed action; if the engine does not answer, returns the last known state.
    BotView asKnown(BotId id, Supplier<List<Container>> look) {
        try {
            return observe(id, look);
        } catch (Failure.EngineDown e) {
            registry.engineLost(e.getMessage());
            registry.requestResync();
            return registry.bot(id).orElseThrow(() -> e);
        }
    }

    /// Reads the last log lines of a quarantined bot if they are unknown, since they are kept in memory only.
    public void recallLastLines(BotId id) {
        registry.bot(id).filter(bot -> bot.row().quarantine().isPresent() && !bot.seen().isRunning() && bot.seen().lastLines().isEmpty())
                .flatMap(bot -> bot.seen().container())
                .ifPresent(container -> registry.lastLines(id, host.lastLines(container, secrets.redactor(id.value()))));
    }
}
