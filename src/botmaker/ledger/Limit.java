package botmaker.ledger;

import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A limit, and how far it is used up: nanodollars, or tokens.
///
/// @param cap      the limit
/// @param spent    by calls that have ended
/// @param reserved for calls that have not
record Limit(Kind kind, long cap, long spent, long reserved) {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("d MMM 'at' HH:mm", Locale.ENGLISH);

    /// What is limited.
    enum Kind {
        /// Money that a bot spends in a day.
        DAY,
        /// Money that a bot spends in a month.
        MONTH,
        /// Tokens that a bot uses in a day.
        TOKENS,
        /// Money that all bots spend in a month with a key.
        KEY;

        /// Returns its name for the dashboard.
        String id() {
            return name().toLowerCase(Locale.ROOT);
        }

        boolean isMonthly() {
            return this == MONTH || this == KEY;
        }
    }

    /// Returns what is left beside what is reserved.
    long left() {
        return unspent() - reserved;
    }

    /// Returns what would be left if nothing were reserved.
    long unspent() {
        return cap - spent;
    }

    /// Returns the most tokens of output that an amount of this limit allows; negative if it does not even allow the prompt.
    long output(Need need, long amount) {
        if (kind == Kind.TOKENS) {
            return amount - need.input();
        }
        return need.rates().map(it -> it.output(amount, need.input())).orElse(-1L);
    }

    /// Returns whether nearly all of it is spent. If not, what is left may still be too small for an answer.
    boolean isUsedUp() {
        return spent >= cap - cap / 20;
    }

    /// Says which limits are used up, or too small for another answer, and when the last of them is renewed.
    ///
    /// @param limits at least one
    static String words(List<Limit> limits, LocalDate day, ZoneId zone) {
        String usedUp = list(limits.stream().filter(Limit::isUsedUp));
        String tooSmall = list(limits.stream().filter(limit -> !limit.isUsedUp()));
        ZonedDateTime renewed = limits.stream().map(limit -> limit.renewed(day)).max(Comparator.naturalOrder()).orElseThrow().atStartOfDay(zone);
        return (usedUp.isEmpty() ? "" : "I have used up " + usedUp + ". ")
                + (tooSmall.isEmpty() ? "" : "What is left of " + tooSmall + " is not enough for another answer. ")
                + (limits.size() == 1 ? "It is renewed on " : "All of that is renewed by ") + TIME.format(renewed) + "; whoever runs me can raise it.";
    }

    private static String list(Stream<Limit> limits) {
        return limits.map(Limit::name).collect(Collectors.joining(" and "));
    }

    private String name() {
        String period = kind.isMonthly() ? "this month's" : "today's";
        return period + " budget" + (kind == Kind.KEY ? " for my key" : "") + " (" + (kind == Kind.TOKENS ? Money.tokens(cap) : Money.words(cap)) + ")";
    }

    private LocalDate renewed(LocalDate day) {
        return kind.isMonthly() ? day.withDayOfMonth(1).plusMonths(1) : day.plusDays(1);
    }
}
