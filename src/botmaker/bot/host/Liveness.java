package botmaker.bot.host;

import botmaker.bot.host.BotHost.Container;
import java.util.Optional;

/// The running state of a bot's container; every question about it is answered from here.
public enum Liveness {
    /// The bot has no container.
    NONE,
    /// Its processes are frozen; it is in the same run as before.
    PAUSED,
    RUNNING,
    /// Its last run ended, and the engine starts it again.
    RESTARTING,
    /// It never ran, or its last run ended for good.
    ENDED;

    public static Liveness of(Optional<Container> container) {
        return container.map(it -> switch (it.state()) {
            case RUNNING -> RUNNING;
            case PAUSED -> PAUSED;
            case RESTARTING -> RESTARTING;
            case CREATED, REMOVING, EXITED, DEAD, UNKNOWN -> ENDED;
        }).orElse(NONE);
    }

    /// Returns whether it has a process, or is about to have one again.
    public boolean isAlive() {
        return this == RUNNING || this == PAUSED || this == RESTARTING;
    }
}
