package botmaker.store;

import botmaker.error.Failure;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.sqlite.SQLiteConnection;

/// The statements of one transaction; valid only during the call that it is given to, and on that thread.
///
/// Arguments fill the `?` of the SQL in order: `String`, `Integer`, `Long`, `Boolean` (as 1 and 0), or an `Optional`
/// of these, which is NULL when empty.
public final class Transaction {
    private final Connection connection;
    private final SqliteErrors errors;
    private boolean ended;

    /// Work to do within one transaction. It must not begin another.
    @FunctionalInterface
    public interface Query<T> {
        /// @return the result; whatever it throws rolls the transaction back and reaches the caller
        T run(Transaction tx);
    }

    /// One row of a result with columns by name; valid only while it is mapped. An unexpected NULL is a [StoreException].
    public final class Row {
        private final ResultSet result;

        private Row(ResultSet result) {
            this.result = result;
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

    Transaction(Connection connection, SqliteErrors errors) {
        this.connection = connection;
        this.errors = errors;
    }

    /// Runs one INSERT, UPDATE or DELETE.
    ///
    /// @return the number of changed rows
    /// @throws StoreException if a constraint is violated, with its name for UNIQUE
    public int update(String sql, Object... arguments) {
        try (PreparedStatement statement = prepare(sql, arguments)) {
            return statement.executeUpdate();
        } catch (SQLException e) {
            throw errors.translate(e);
        }
    }

    /// Returns all rows of a query in its order.
    public <T> List<T> list(String sql, Function<Row, T> mapper, Object... arguments) {
        try (PreparedStatement statement = prepare(sql, arguments); ResultSet result = statement.executeQuery()) {
            List<T> rows = new ArrayList<>();
            Row row = new Row(result);
            while (result.next()) {
                rows.add(mapped(row, mapper));
            }
            return List.copyOf(rows);
        } catch (SQLException e) {
            throw errors.translate(e);
        }
    }

    private <T> T mapped(Row row, Function<Row, T> mapper) {
        try {
            return mapper.apply(row);
        } catch (StoreException | Failure e) {
            throw e;
        } catch (RuntimeException e) {
            throw errors.unreadable(e);
        }
    }

    /// Returns the only row of a query, if any.
    ///
    /// @throws StoreException if there are several
    public <T> Optional<T> one(String sql, Function<Row, T> mapper, Object... arguments) {
        List<T> rows = list(sql, mapper, arguments);
        if (rows.size() > 1) {
            throw new StoreException(rows.size() + " rows where at most one is expected: " + sql);
        }
        return rows.stream().findFirst();
    }

    /// Runs any number of statements without arguments.
    void script(String sql) {
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate(sql);
        } catch (SQLException e) {
            throw errors.translate(e);
        }
    }

    /// Returns the bytes of a database file as this transaction sees it.
    byte[] serialize() {
        try {
            return connection.unwrap(SQLiteConnection.class).serialize("main");
        } catch (SQLException e) {
            throw errors.translate(e);
        }
    }

    /// Makes every later use fail.
    void end() {
        ended = true;
    }

    private PreparedStatement prepare(String sql, Object... arguments) throws SQLException {
        if (ended) {
            throw new IllegalStateException("the transaction is over");
        }
        PreparedStatement statement = connection.prepareStatement(sql);
        try {
            int parameters = statement.getParameterMetaData().getParameterCount();
            if (parameters != arguments.length) {
                throw new IllegalArgumentException(arguments.length + " arguments for " + parameters + " in: " + sql);
            }
            for (int i = 0; i < arguments.length; i++) {
                bind(statement, i + 1, arguments[i]);
            }
            return statement;
        } catch (SQLException | RuntimeException e) {
            statement.close();
            throw e;
        }
    }

    private static void bind(PreparedStatement statement, int index, Object argument) throws SQLException {
        switch (argument) {
            case String text -> statement.setString(index, text);
            case Long number -> statement.setLong(index, number);
            case Integer number -> statement.setLong(index, number);
            case Boolean flag -> statement.setLong(index, flag ? 1 : 0);
            case Optional<?> optional when optional.isPresent() -> bind(statement, index, optional.get());
            case Optional<?> _ -> statement.setObject(index, null);
            default -> throw new IllegalArgumentException("cannot be stored: a " + argument.getClass().getName());
        }
    }
}
