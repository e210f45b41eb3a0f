package botmaker.ledger;

import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

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

    /// Says that it is used up, and when it is renewed.
    String words(LocalDate day, ZoneId zone) {
        String period = kind.isMonthly() ? "this month's" : "today's";
        String whose = kind == Kind.KEY ? period + " budget for my key" : period + " budget";
        String amount = kind == Kind.TOKENS ? Money.tokens(cap) : Money.words(cap);
        boolean usedUp = spent >= cap - cap / 20;
        ZonedDateTime renewed = (kind.isMonthly() ? day.withDayOfMonth(1).plusMonths(1) : day.plusDays(1)).atStartOfDay(zone);
        return (usedUp ? "I have used up " + whose + " (" + amount + ")." : "What is left of " + whose + " (" + amount
                + ") is not enough for another answer.") + " It is renewed on " + TIME.format(renewed) + "; whoever runs me can raise it.";
    }
}
