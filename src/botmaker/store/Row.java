package botmaker.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/// One row of a result, columns by name. A NULL where a value is asked for is a [StoreException].
public final class Row {
    private final ResultSet result;
    private final SqliteErrors errors;

    Row(ResultSet result, SqliteErrors errors) {
        this.result = result;
        this.errors = errors;
    }

    /// A text that is never NULL.
    public String text(String column) {
        return optionalText(column).orElseThrow(() -> isNull(column));
    }

    /// A text that may be NULL.
    public Optional<String> optionalText(String column) {
        try {
            return Optional.ofNullable(result.getString(column));
        } catch (SQLException e) {
            throw errors.translate(e);
        }
    }

    /// An integer that is never NULL.
    public long integer(String column) {
        return optionalInteger(column).orElseThrow(() -> isNull(column));
    }

    /// An integer that may be NULL.
    public Optional<Long> optionalInteger(String column) {
        try {
            long value = result.getLong(column);
            return result.wasNull() ? Optional.empty() : Optional.of(value);
        } catch (SQLException e) {
            throw errors.translate(e);
        }
    }

    /// An integer that is a yes (not 0) or no (0), never NULL.
    public boolean flag(String column) {
        return integer(column) != 0;
    }

    private static StoreException isNull(String column) {
        return new StoreException("column " + column + " is NULL where a value is expected");
    }
}
