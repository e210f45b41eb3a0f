package botmaker.bot.model;

import botmaker.json.Json.ObjectBuilder;
import botmaker.json.Json;
import botmaker.policy.Budget;
import botmaker.policy.Dollars;
import botmaker.policy.Permissions;
import botmaker.policy.Reach;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// What the broker holds a bot to, besides its reach and its key. It follows a change at once: neither the bot's container nor its
/// configuration depends on these.
///
/// @param budget   how much the bot may spend on its AI
/// @param paused   the message that people in the chat get while its AI is paused; empty if it is not paused
/// @param webHosts for [Reach#WEB]: the hosts that it may reach, such as `example.com` or `*.example.com`; empty for all public ones
/// @param also     what the operator has allowed in addition: models and calls, as [Permissions] writes them
public record BrokerRules(Budget budget, Optional<String> paused, List<String> webHosts, List<String> also) {
    /// No limit.
    public static final BrokerRules NONE = new BrokerRules(Budget.NONE, Optional.empty(), List.of(), List.of());

    /// What a bot answers while its AI is paused, unless the operator has other words.
    public static final String PAUSED = "I am paused. Whoever runs me can resume me.";

    private static final int MOST_WORDS = 300;
    private static final long LEAST = Budget.DOLLAR / 100;
    private static final long MOST = 1_000_000 * Budget.DOLLAR;
    private static final long LEAST_TOKENS = 1_000;
    private static final long MOST_TOKENS = 1_000_000_000_000L;
    private static final int MOST_HOSTS = 200;
    private static final int MOST_ALSO = 100;
    private static final int LONGEST_HOST = 253;
    private static final String BELOW = "*.";
    private static final Pattern LABEL = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");

    public BrokerRules {
        webHosts = List.copyOf(webHosts);
        also = List.copyOf(also);
    }

    public BrokerRules paused(Optional<String> words) {
        return new BrokerRules(budget, words, webHosts, also);
    }

    /// Returns why a text cannot be what a paused bot answers; empty if it can.
    public static Optional<String> wordsProblem(String text) {
        if (text.isBlank() || text.length() > MOST_WORDS) {
            return Optional.of("Enter 1 to %d characters.".formatted(MOST_WORDS));
        }
        return text.codePoints().anyMatch(c -> Character.getType(c) == Character.CONTROL || Character.getType(c) == Character.SURROGATE)
                ? Optional.of("No line breaks or other control characters.") : Optional.empty();
    }

    /// Reads the fields `budget`, `webHosts` and `also` of a bot.
    static BrokerRules read(Fields fields, BrokerRules before, Reach reach) {
        Budget budget = budget(fields.object("budget"), before.budget());
        if (budget.isLimited() && !reach.isBrokered()) {
            fields.refuse("budget", "The calls of a bot with the reach legacy cannot be counted. Remove the budget, or choose another reach.");
        }
        boolean namesHosts = fields.has("webHosts");
        List<String> hosts = fields.texts("webHosts", before.webHosts()).stream().map(host -> host.toLowerCase(Locale.ROOT)).distinct().toList();
        if (namesHosts && !hosts.isEmpty()) {
            hostsProblem(hosts, reach).ifPresent(problem -> fields.refuse("webHosts", problem));
        }
        List<String> also = fields.texts("also", before.also()).stream().distinct().toList();
        if (fields.has("also") && !also.isEmpty()) {
            alsoProblem(also, reach).ifPresent(problem -> fields.refuse("also", problem));
        }
        return new BrokerRules(budget, before.paused(), hosts, also);
    }

    private static Optional<String> alsoProblem(List<String> also, Reach reach) {
        if (!reach.isBrokered()) {
            return Optional.of("The calls of a bot with the reach legacy are not checked. Remove this, or choose another reach.");
        }
        if (also.size() > MOST_ALSO) {
            return Optional.of("Enter at most %d.".formatted(MOST_ALSO));
        }
        return also.stream().allMatch(Permissions::isWord) ? Optional.empty()
                : Optional.of("Enter what the broker names with a refusal, such as model:claude-haiku-4-5.");
    }

    private static Budget budget(Fields fields, Budget before) {
        Optional<Long> day = fields.number("day", Budget.DOLLAR, LEAST, MOST, "US dollars", before.day());
        Optional<Long> month = fields.number("month", Budget.DOLLAR, LEAST, MOST, "US dollars", before.month());
        Optional<Long> tokens = fields.number("tokensDay", 1, LEAST_TOKENS, MOST_TOKENS, "tokens", before.tokensDay());
        Optional<String> id = fields.optionalText("onCap", Optional.of(before.onCap().id()));
        Optional<Budget.OnCap> onCap = id.flatMap(Budget.OnCap::of);
        if (id.isPresent() && onCap.isEmpty()) {
            fields.refuse("onCap", "Enter answer or refuse.");
        }
        fields.end();
        return new Budget(day, month, tokens, onCap.orElse(Budget.NONE.onCap()));
    }

    /// Reads what all bots together may spend with a key in a month.
    ///
    /// @param before what it is now, where a request leaves it out
    /// @return nanodollars; empty for no limit
    public static Optional<Long> budgetMonth(Fields fields, Optional<Long> before) {
        return fields.number("budgetMonth", Budget.DOLLAR, LEAST, MOST, "US dollars", before);
    }

    private static Optional<String> hostsProblem(List<String> hosts, Reach reach) {
        if (reach != Reach.WEB) {
            return Optional.of("Only a bot with the reach web can be held to a list of hosts.");
        }
        if (hosts.size() > MOST_HOSTS) {
            return Optional.of("Enter at most %d hosts.".formatted(MOST_HOSTS));
        }
        return hosts.stream().allMatch(BrokerRules::isHost) ? Optional.empty()
                : Optional.of("Enter names of hosts, such as example.com or *.example.com.");
    }

    private static boolean isHost(String host) {
        String[] labels = (host.startsWith(BELOW) ? host.substring(BELOW.length()) : host).split("\\.", -1);
        return host.length() <= LONGEST_HOST && labels.length > 1 && Arrays.stream(labels).allMatch(label -> LABEL.matcher(label).matches());
    }

    /// Adds what the API shows of them to a bot. Money is in US dollars.
    public void addTo(ObjectBuilder bot) {
        ObjectBuilder limits = Json.object();
        budget.day().ifPresent(it -> limits.put("day", Dollars.toJson(it)));
        budget.month().ifPresent(it -> limits.put("month", Dollars.toJson(it)));
        budget.tokensDay().ifPresent(it -> limits.put("tokensDay", it));
        bot.put("budget", limits.put("onCap", budget.onCap().id()).build()).put("aiPaused", paused).put("webHosts", Json.strings(webHosts))
                .put("also", Json.strings(also));
    }
}
