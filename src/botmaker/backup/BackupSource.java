package botmaker.backup;

import botmaker.store.Transaction;
import java.util.List;
import java.util.Optional;

/// Tells a backup about the bots, and pauses them.
public interface BackupSource {
    /// One bot, as far as a backup knows it.
    ///
    /// @param id  the name of its directories
    /// @param uid the user that owns its files
    /// @param gid the group
    /// @param row all columns of its row, so that every change gives another text
    record BackupBot(String id, int uid, int gid, String row) { }

    /// Lists all bots in one state of the database.
    List<BackupBot> bots(Transaction tx);

    /// Pauses a bot, so that it cannot change its files until it is resumed.
    PausedBot pause(BackupBot bot);

    /// A bot that is paused, or why it is not.
    interface PausedBot {
        /// Returns why the bot is not paused although it may be running; empty where it is paused or does not run.
        Optional<String> problem();

        /// Lets the bot go on, also when this thread is interrupted.
        ///
        /// @return why that failed, and what to do; empty where it did not
        Optional<String> resume();
    }
}
