package botmaker.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/// One row of a result with columns by name. An unexpected NULL is a [StoreException].
public final class Row {
    private final ResultSet result;
    private final SqliteErrors errors;

    Row(ResultSet result, SqliteErrors errors) {
        this.result = result;
        this.errors = errors;
    }

    /// Returns a text that is never NULL.
    public String text(String column) {
        return optionalText(column).orElseThrow(() -> isNull(column));
    }

    /// Returns a text that may be NULL.
    public Optional<String> optionalText(String column) {
        try {
            return Optional.ofNullable(result.getString(column));
        } catch (SQLException e) {
            throw errors.translate(e);
        }
    }

    /// Returns an integer that is never NULL.
    public long integer(String column) {
        return optionalInteger(column).orElseThrow(() -> isNull(column));
    }

    /// Returns an integer that may be NULL.
    public Optional<Long> optionalInteger(String column) {
        try {
            long value = result.getLong(column);
            return result.wasNull() ? Optional.empty() : Optional.of(value);
        } catch (SQLException e) {
            throw errors.translate(e);
        }
    }

    /// Returns an integer as true (not 0) or false (0); never NULL.
    public boolean flag(String column) {
        return integer(column) != 0;
    }

    private static StoreException isNull(String column) {
        return new StoreException("column " + column + " is NULL where a value is expected");
    }
}
