package botmaker.ledger;

import botmaker.dialect.Refused.Reason;
import botmaker.dialect.Refused;
import botmaker.ledger.Limit.Kind;
import botmaker.ledger.Sums.Amount;
import botmaker.policy.BotPolicy;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/// What bots and keys have spent, and what is reserved for the calls that are under way. A call that may cost more than is left is not
/// made, so calls at the same time cannot overdraw a budget together.
final class Budgets {
    /// The least that an answer is shortened to; a call for which less is left is not made.
    static final long LEAST_OUTPUT = 256;
    private static final int SOON = 5; // seconds
    /// What is kept at a provider for a bot that has made no call since the start.
    private static final long UNSEEN = 100_000; // tokens

    private final LongSupplier nanoTime;
    private final long patience;
    private final BudgetEvents events;
    private final Sums bots = new Sums(); // this and the following: guarded by this
    private final Sums keys = new Sums();
    private final Sums botsReserved = new Sums();
    private final Sums keysReserved = new Sums();
    private final Map<String, Long> largest = new HashMap<>();
    private Map<String, Long> keyMonths = Map.of();
    private LocalDate tidied = LocalDate.MIN;

    /// @param patience nanoseconds that a call waits for others where only what is reserved for them stands in its way
    Budgets(LongSupplier nanoTime, long patience, BudgetEvents events) {
        this.nanoTime = nanoTime;
        this.patience = patience;
        this.events = events;
    }

    /// What a call is reserved.
    ///
    /// @param key    empty text where there is none
    /// @param output the most tokens that its answer may have
    record Reservation(String bot, String key, LocalDate day, Amount amount, long output) {}

    /// Adds what was spent before this process started.
    synchronized void load(List<UsageStore.DaySum> sums) {
        for (UsageStore.DaySum sum : sums) {
            add(sum.bot(), sum.key(), sum.day(), sum.amount());
        }
    }

    synchronized void follow(Map<String, Long> months) {
        keyMonths = months;
        notifyAll();
    }

    /// Returns whether a key has a limit.
    synchronized boolean limitsKey(String key) {
        return keyMonths.containsKey(key);
    }

    /// Returns the tokens of a bot's largest call since the start: a part of a prompt that is kept at the provider is not larger.
    synchronized long largest(String bot) {
        return largest.getOrDefault(bot, UNSEEN);
    }

    synchronized void noteLargest(String bot, long tokens) {
        largest.merge(bot, tokens, Math::max);
    }

    /// Reserves what a call may cost, with as many tokens of output as are left; waits where other calls have reserved them.
    ///
    /// @param day that it is charged to
    /// @throws Refused if the budget is used up, or other calls hold what is left of it for too long
    synchronized Reservation reserve(BotPolicy bot, String key, LocalDate day, ZoneId zone, Need need)
            throws Refused, InterruptedException {
        tidy(day);
        long start = nanoTime.getAsLong();
        while (true) {
            List<Limit> limits = limits(bot, key, day);
            long fits = limits.stream().mapToLong(limit -> limit.output(need, limit.left())).reduce(need.output(), Math::min);
            long least = Math.min(LEAST_OUTPUT, need.output());
            if (fits >= least) {
                Reservation reservation = new Reservation(bot.id(), key, day, need.amount(fits), fits);
                hold(reservation, reservation.amount());
                return reservation;
            }
            List<Limit> reached = limits.stream().filter(limit -> limit.output(need, limit.unspent()) < least).toList();
            if (!reached.isEmpty()) {
                reached.forEach(limit -> events.reached(bot.id(), key, limit, day));
                throw new Refused(Reason.BUDGET, Limit.words(reached, day, zone));
            }
            long left = patience - (nanoTime.getAsLong() - start);
            if (left <= 0) {
                throw new Refused(Reason.BUSY, "Other calls of this bot may use up what is left of its budget.", SOON);
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
    }

    /// Replaces what was reserved for a call by what it took.
    synchronized void settle(Reservation reservation, Amount spent) {
        hold(reservation, reservation.amount().negative());
        add(reservation.bot(), reservation.key(), reservation.day(), spent);
        notifyAll();
    }

    /// Reports the limits that a bot has come close to, or reached.
    synchronized void report(BotPolicy bot, String key, LocalDate day, Amount spent) {
        for (Limit limit : limits(bot, key, day)) {
            events.spent(bot.id(), key, limit, day, spent);
        }
    }

    private void hold(Reservation reservation, Amount amount) {
        botsReserved.add(reservation.bot(), reservation.day(), amount);
        keysReserved.add(reservation.key(), reservation.day(), amount);
    }

    private void add(String bot, String key, LocalDate day, Amount amount) {
        bots.add(bot, day, amount);
        keys.add(key, day, amount);
    }

    private List<Limit> limits(BotPolicy bot, String key, LocalDate day) {
        List<Limit> limits = new ArrayList<>();
        bot.budget().day().ifPresent(cap -> limits.add(new Limit(Kind.DAY, cap, bots.day(bot.id(), day).cost(),
                botsReserved.day(bot.id(), day).cost())));
        bot.budget().month().ifPresent(cap -> limits.add(new Limit(Kind.MONTH, cap, bots.month(bot.id(), day).cost(),
                botsReserved.month(bot.id(), day).cost())));
        bot.budget().tokensDay().ifPresent(cap -> limits.add(new Limit(Kind.TOKENS, cap, bots.day(bot.id(), day).tokens(),
                botsReserved.day(bot.id(), day).tokens())));
        Optional.ofNullable(keyMonths.get(key)).ifPresent(cap -> limits.add(new Limit(Kind.KEY, cap, keys.month(key, day).cost(),
                keysReserved.month(key, day).cost())));
        return limits;
    }

    private void tidy(LocalDate day) {
        if (!day.equals(tidied)) {
            tidied = day;
            LocalDate before = day.minusDays(UsageStore.LOADED_DAYS);
            List.of(bots, keys, botsReserved, keysReserved).forEach(it -> it.forgetBefore(before));
        }
    }
}
