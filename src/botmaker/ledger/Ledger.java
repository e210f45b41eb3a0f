package botmaker.ledger;

import botmaker.dialect.Call;
import botmaker.dialect.Refused.Reason;
import botmaker.dialect.Refused;
import botmaker.dialect.Route;
import botmaker.dialect.Usage.Tokens;
import botmaker.dialect.Usage;
import botmaker.error.Failure;
import botmaker.json.JsonValue;
import botmaker.ledger.Budgets.Reservation;
import botmaker.ledger.CallRow.Share;
import botmaker.ledger.PastCall.By;
import botmaker.ledger.PastCall.Ended;
import botmaker.ledger.Sums.Amount;
import botmaker.ledger.UsageWriter.Entry;
import botmaker.policy.BotPolicy;
import botmaker.policy.Origin;
import botmaker.policy.Policy;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// Meters the calls of bots, holds them to their budgets, and records what they used.
///
/// A call that a budget limits is on disk before it is sent, with what is reserved for it: if the broker is killed before the call is
/// settled, the next one charges that.
public final class Ledger implements AutoCloseable {
    /// How long a call waits for others where only what is reserved for them stands in its way.
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    /// The most output of a call that states no limit, of a model whose own is not known.
    private static final long OUTPUT = 32_000;
    /// More than any answer has.
    private static final long MOST_OUTPUT = 100_000_000;
    /// What a lost call without a budget is charged with at most.
    private static final long USUAL_OUTPUT = 1_000;
    private static final int SOON = 2; // seconds

    private final InstantSource clock;
    private final BudgetEvents events;
    private final Budgets budgets;
    private final Reached reached;
    private final UsageWriter writer;
    private final Prices bundled = Prices.bundled();
    private volatile Rules rules = new Rules(bundled, Policy.EMPTY.zone());

    private record Rules(Prices prices, ZoneId zone) {}

    /// A call to settle.
    ///
    /// @param inMoney whether money limits it, so that it must be charged with some
    private record Begun(Entry entry, CallRow row, BotPolicy bot, Optional<Reservation> reservation, boolean inMoney) {}

    private Ledger(Path file, InstantSource clock, Duration patience) {
        this.clock = clock;
        this.events = new BudgetEvents(clock);
        this.budgets = new Budgets(System::nanoTime, patience.toNanos(), events);
        this.reached = new Reached(clock);
        this.writer = new UsageWriter(file, clock, budgets::load, reached);
    }

    /// Opens the file, or creates it, and charges the calls that a kill left open. If that fails, calls are refused where a budget limits
    /// them, and counted in memory else, until it succeeds.
    public static Ledger open(Path file, InstantSource clock) {
        return open(file, clock, PATIENCE);
    }

    static Ledger open(Path file, InstantSource clock, Duration patience) {
        Ledger ledger = new Ledger(file, clock, patience);
        ledger.writer.start();
        return ledger;
    }

    /// Follows time zone, prices and the keys' limits. A bot's budget comes with each call.
    public void follow(Policy policy) {
        rules = new Rules(bundled.with(policy.prices()), policy.zone());
        budgets.follow(policy.keyMonths());
        reached.follow(policy.zone());
    }

    /// Returns where connections to other hosts are counted. What was counted in the last two seconds is lost if the broker is killed.
    public Reached reached() {
        return reached;
    }

    /// Begins a call, before it is sent. The caller closes the meter.
    ///
    /// @param up bytes of the request's body
    /// @throws Refused if it may cost more than is left of a budget ([Reason#BUDGET]); if other calls may use that up ([Reason#BUSY]); if a
    ///                 budget limits it and it cannot be recorded ([Reason#UNAVAILABLE])
    public CallMeter begin(BotPolicy bot, Origin origin, Route route, Call call, long up) throws Refused, InterruptedException {
        Rules now = rules;
        String key = origin.credential().flatMap(Origin.Credential::key).orElse("");
        String asked = call.models().stream().findFirst().orElse("");
        LocalDate day = LocalDate.ofInstant(clock.instant(), now.zone());
        CallRow row = new CallRow(bot.id(), key, origin.dialect(), route.name(), route.free(), asked, clock.millis(), day,
                Optional.empty(), Optional.empty(), Optional.empty(), Ended.OPEN, List.of(new Share("", Tokens.NONE, Optional.of(0L))),
                By.PRICE, up, 0);
        if (route.free()) {
            return meter(call, call.body(), OptionalLong.empty(), 0, new Begun(new Entry(), row, bot, Optional.empty(), false));
        }
        long kept = call.continues().isPresent() ? budgets.largest(bot.id()) : 0;
        Need need = need(now.prices(), origin.dialect(), route, call, kept);
        boolean inMoney = bot.budget().limitsMoney() || budgets.limitsKey(key);
        if (inMoney && need.rates().isEmpty()) {
            throw new Refused(Reason.BUDGET, "My budget is in US dollars, and the price of the model " + asked
                    + " is not known. Whoever runs me has to enter it, or to limit tokens instead.");
        }
        Reservation reservation = budgets.reserve(bot, key, day, now.zone(), need);
        boolean limited = inMoney || bot.budget().tokensDay().isPresent();
        Begun begun = new Begun(new Entry(), reserved(row, need, limited ? reservation.output() : Math.min(need.output(), USUAL_OUTPUT)),
                bot, Optional.of(reservation), inMoney);
        if (limited) {
            record(begun, reservation);
        } else {
            writer.writeLater(begun.entry(), begun.row());
        }
        long limit = reservation.output() / call.choices();
        boolean lower = limited && route.answersInWords() && limit < call.outputLimit().orElse(Long.MAX_VALUE);
        return meter(call, lower ? call.body(limit) : call.body(),
                limited || call.outputLimit().isPresent() ? OptionalLong.of(reservation.output()) : OptionalLong.empty(), kept, begun);
    }

    /// @param kept how many tokens a part of the prompt may have that is kept at the provider
    private static Need need(Prices prices, String provider, Route route, Call call, long kept) {
        long known = call.models().stream().mapToLong(model -> prices.mostOutput(provider, model).orElse(0L)).max().orElse(0);
        long most = Math.min(MOST_OUTPUT, call.outputLimit().orElse(known > 0 ? known : OUTPUT));
        long input = call.estimatedInput() + kept;
        return new Need(input, route.answersInWords() ? most * call.choices() : 0, Dearest.of(prices, provider, call, input));
    }

    private static CallRow reserved(CallRow row, Need need, long output) {
        Tokens tokens = new Tokens(need.input(), 0, 0, 0, output);
        Optional<Long> cost = need.rates().map(it -> it.cost(need.input(), output));
        return row.with(List.of(new Share("", tokens, cost)), cost.isPresent() ? By.ESTIMATED : By.UNKNOWN);
    }

    private void record(Begun begun, Reservation reservation) throws Refused, InterruptedException {
        try {
            writer.write(begun.entry(), begun.row());
        } catch (Failure.Unavailable e) {
            budgets.settle(reservation, Amount.NOTHING);
            throw new Refused(Reason.UNAVAILABLE, "What I spend cannot be recorded now, and my budget is limited.", SOON);
        } catch (InterruptedException e) {
            budgets.settle(reservation, Amount.NOTHING);
            throw e;
        }
    }

    private CallMeter meter(Call call, byte[] body, OptionalLong output, long kept, Begun begun) {
        return new CallMeter(call, body, output, kept, System::nanoTime, result -> settle(begun, result));
    }

    private void settle(Begun begun, CallMeter.Result result) {
        CallRow open = begun.row();
        Cost cost = result.usage().map(it -> Cost.of(rules.prices(), open.provider(), open.asked(), it)).orElse(Cost.NOTHING);
        List<Share> shares = shares(result.usage(), cost);
        By by = cost.by();
        if (begun.inMoney() && by == By.UNKNOWN) {
            long reserved = begun.reservation().orElseThrow().amount().cost();
            shares = List.of(new Share(shares.getFirst().model(), result.usage().orElseThrow().tokens(), Optional.of(reserved)));
            by = By.ESTIMATED;
        }
        CallRow row = open.ended(result.ended(), result.firstMs(), result.tookMs(), result.status(), result.down()).with(shares, by);
        writer.writeLater(begun.entry(), row);
        if (begun.reservation().isPresent()) {
            budgets.settle(begun.reservation().get(), row.amount());
            budgets.noteLargest(row.bot(), row.amount().tokens());
            budgets.report(begun.bot(), row.key(), row.day(), row.amount());
        }
    }

    private static List<Share> shares(Optional<Usage> usage, Cost cost) {
        List<Usage.Share> used = usage.map(Usage::shares).orElse(List.of());
        if (used.isEmpty()) {
            return List.of(new Share("", Tokens.NONE, Optional.of(0L)));
        }
        List<Share> shares = new ArrayList<>();
        for (int i = 0; i < used.size(); i++) {
            shares.add(new Share(used.get(i).model().orElse(""), used.get(i).tokens(),
                    cost.by() == By.UNKNOWN ? Optional.empty() : Optional.of(cost.shares().get(i))));
        }
        return shares;
    }

    /// Returns why nothing can be recorded now, in a sentence for the operator; empty while all is well.
    public Optional<String> problem() {
        return writer.problem();
    }

    /// Returns the latest reports of limits, the oldest first: `seq`, `at`, `bot`, `key`, `limit` (`day`, `month`, `tokens`, or `key` for a
    /// key's month), `event` (`nearly-used-up` at 80 %, `used-up`, or `too-small` for a call that was refused though not all is spent), `cap`,
    /// `spent`, and `from`, the day on which the period began.
    public JsonValue events() {
        return events.toJson();
    }

    /// Writes what is left and closes the file.
    @Override
    public void close() {
        writer.close();
    }
}
