package botmaker.backup;

import botmaker.store.Transaction;
import java.util.List;
import java.util.Optional;

/// What a backup must be told about the bots.
public interface Roster {
    /// All bots in one state of the database.
    List<Member> members(Transaction tx);

    /// Keeps a bot from changing its files, until it is released.
    Stillness still(Member bot);

    /// A bot that is kept still.
    interface Stillness {
        /// Why it is not still, though it may run; empty where it is.
        Optional<String> flaw();

        /// Lets it go on, whatever has happened, also on a thread that was interrupted.
        ///
        /// @return what its operator must do because that failed; empty where it goes on
        Optional<String> release();
    }
}
