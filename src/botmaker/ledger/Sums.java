package botmaker.ledger;

import java.time.LocalDate;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/// Amounts by account and day. Not thread-safe.
final class Sums {
    private final Map<String, NavigableMap<LocalDate, Amount>> accounts = new HashMap<>();

    /// Money and tokens.
    ///
    /// @param cost   nanodollars
    /// @param tokens of prompts and answers
    record Amount(long cost, long tokens) {
        static final Amount NOTHING = new Amount(0, 0);

        Amount plus(Amount other) {
            return new Amount(cost + other.cost, tokens + other.tokens);
        }

        Amount negative() {
            return new Amount(-cost, -tokens);
        }
    }

    void add(String account, LocalDate day, Amount amount) {
        accounts.computeIfAbsent(account, _ -> new TreeMap<>()).merge(day, amount, Amount::plus);
    }

    Amount day(String account, LocalDate day) {
        return days(account).getOrDefault(day, Amount.NOTHING);
    }

    /// Returns the sum of the month that a day is in.
    Amount month(String account, LocalDate day) {
        LocalDate first = day.withDayOfMonth(1);
        return days(account).subMap(first, first.plusMonths(1)).values().stream().reduce(Amount.NOTHING, Amount::plus);
    }

    private NavigableMap<LocalDate, Amount> days(String account) {
        return accounts.getOrDefault(account, new TreeMap<>());
    }

    /// Forgets all days before one.
    void forgetBefore(LocalDate day) {
        accounts.values().forEach(days -> days.headMap(day).clear());
        accounts.values().removeIf(Map::isEmpty);
    }
}
