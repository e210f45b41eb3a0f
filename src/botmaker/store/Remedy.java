package botmaker.store;

import java.nio.file.Path;

/// What an operator does about a damaged database, while nothing uses it.
public enum Remedy {
    /// Restores a backup of the data directory that the file is in.
    RESTORE {
        @Override
        String words(Path file) {
            return "stop BotMaker, move " + file.getParent() + " away and keep it, and restore a backup in its place: botmaker restore FILE";
        }
    },
    /// Does without what the file holds: the next start makes another one.
    BEGIN_ANEW {
        @Override
        String words(Path file) {
            return "stop BotMaker and its broker, move this file and those beside it whose names begin with " + file.getFileName()
                    + " away, and start both again: what it held is no longer counted";
        }
    };

    abstract String words(Path file);
}
