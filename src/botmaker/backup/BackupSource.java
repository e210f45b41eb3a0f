package botmaker.backup;

import botmaker.store.Transaction;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// Lists the bots for a backup, and pauses them.
public interface BackupSource {
    /// A bot as a backup knows it.
    ///
    /// @param id  the name of its directories
    /// @param uid the user that owns its files
    /// @param gid the group
    /// @param row all columns of its row, so that every change yields another text
    record BackupBot(String id, int uid, int gid, String row) { }

    /// A paused bot, or the reason why it is not paused.
    ///
    /// @param problem why the bot may be running unpaused; empty if it is paused or not running
    /// @param resume  resumes the bot, even if this thread is interrupted; returns why that failed and what to do, empty on success
    record PausedBot(Optional<String> problem, Supplier<Optional<String>> resume) {
        /// Returns a bot that is not paused and need not be resumed.
        public static PausedBot unpaused(Optional<String> problem) {
            return new PausedBot(problem, Optional::empty);
        }
    }

    /// Lists all bots in one state of the database.
    List<BackupBot> bots(Transaction tx);

    /// Pauses a bot, so that it cannot change its files until it is resumed.
    PausedBot pause(BackupBot bot);
}
