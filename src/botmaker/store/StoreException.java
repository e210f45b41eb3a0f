package botmaker.store;

import java.util.Optional;

/// Reports that the database refused or failed. For the log, not for users; never holds a bound value.
public final class StoreException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient Optional<String> constraint;

    StoreException(String message) {
        super(message);
        this.constraint = Optional.empty();
    }

    StoreException(String message, Throwable cause) {
        this(message, cause, Optional.empty());
    }

    StoreException(String message, Throwable cause, Optional<String> constraint) {
        super(message, cause);
        this.constraint = constraint;
    }

    /// Returns the violated UNIQUE or PRIMARY KEY constraint as SQLite names it: `bot.name`, or `bot.host, bot.port` for several
    /// columns; empty for every other failure.
    public Optional<String> constraint() {
        return constraint;
    }
}
