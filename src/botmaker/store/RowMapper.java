package botmaker.store;

/// Makes a value of one row of a result. The row is valid only during the call.
@FunctionalInterface
public interface RowMapper<T> {
    /// @return the value, never null
    T map(Row row);
}
