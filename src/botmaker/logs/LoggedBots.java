package botmaker.logs;

import java.util.Optional;

/// Tells which container is whose. Asked again and again while a log is followed, so it answers from memory.
@FunctionalInterface
public interface LoggedBots {
    /// @param botId as it stood in the URL: any text
    /// @return empty when there is no such bot, or no longer
    Optional<LoggedBot> find(String botId);
}
