package botmaker.spending;

import static botmaker.http.Response.ok;
import static botmaker.http.Route.get;
import static botmaker.http.Route.put;

import botmaker.bot.model.BotRecord;
import botmaker.bot.model.Fields;
import botmaker.bot.model.KeptKeys;
import botmaker.bot.view.BotRegistry;
import botmaker.http.Request;
import botmaker.http.Response;
import botmaker.http.Route;
import botmaker.json.Json.ObjectBuilder;
import botmaker.json.Json;
import botmaker.json.JsonValue;
import botmaker.ledger.Prices;
import botmaker.ledger.Tariff;
import botmaker.openclaw.BotConfig.AiSettings;
import botmaker.openclaw.Catalog;
import botmaker.policy.Price;
import botmaker.policy.Rates;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The prices over HTTP, in US dollars per million tokens. The operator's own win over those that BotMaker brings along.
public final class PriceRoutes {
    private static final int MOST = 1_000;
    private static final int LONGEST_MODEL = 200;
    private static final Pattern UNPRINTABLE = Pattern.compile("\\p{C}");
    private static final long PER_DOLLAR = 1_000_000;
    private static final long DEAREST = 100_000 * PER_DOLLAR;

    private final PriceStore store;
    private final KeptKeys keys;
    private final BotRegistry registry;
    private final Runnable follow;

    /// @param follow makes the broker follow a change
    public PriceRoutes(PriceStore store, KeptKeys keys, BotRegistry registry, Runnable follow) {
        this.store = store;
        this.keys = keys;
        this.registry = registry;
        this.follow = follow;
    }

    public List<Route> routes() {
        return List.of(get("/api/prices", _ -> ok(shown())), put("/api/prices", this::replace));
    }

    private JsonValue shown() {
        Prices prices = store.prices();
        return Json.object()
                .put("prices", Json.array(prices.all().stream().map(PriceRoutes::toJson).toList()))
                .put("unknown", Json.array(brokered().map(bot -> bot.spec().ai()).filter(ai -> prices.find(ai.provider(), ai.model()).isEmpty())
                        .map(ai -> Json.object().put("provider", ai.provider()).put("model", ai.model()).build()).distinct().toList()))
                .build();
    }

    /// A model without a price has no tiers.
    private static JsonValue toJson(Tariff tariff) {
        return Json.object().put("provider", tariff.provider()).put("model", tariff.model())
                .put("own", tariff.source().equals(Prices.OWN)).put("source", tariff.source())
                .put("tiers", Json.array(tariff.tiers().stream().map(tier -> toJson(tier.from(), tier.rates())).toList())).build();
    }

    private static JsonValue toJson(long from, Rates rates) {
        ObjectBuilder json = Json.object().put("from", from).put("input", dollars(rates.input())).put("output", dollars(rates.output()));
        rates.cacheRead().ifPresent(it -> json.put("cacheRead", dollars(it)));
        rates.cacheWrite().ifPresent(it -> json.put("cacheWrite", dollars(it)));
        return json.build();
    }

    private static JsonValue dollars(long picodollars) {
        return new JsonValue.JsonNumber(Rates.perMillion(picodollars));
    }

    /// Replaces all of the operator's own prices.
    private Response replace(Request rq) {
        Fields fields = Fields.of(rq.json());
        List<Price> prices = new ArrayList<>();
        for (Fields price : fields.objects("prices", MOST)) {
            read(price).ifPresent(prices::add);
        }
        fields.end();
        Set<List<String>> named = new HashSet<>();
        prices.stream().filter(it -> !named.add(List.of(it.provider(), it.model()))).findFirst()
                .ifPresent(it -> fields.refuse("prices", "There are two prices for " + it.model() + "."));
        if (fields.isValid()) {
            needed(prices).ifPresent(bot -> fields.refuse("prices", ("The bot %s has a limit in US dollars, which cannot be kept without a "
                    + "price for %s. Remove the limit first.").formatted(bot.spec().name().value(), bot.spec().ai().model())));
        }
        fields.check();
        store.replace(prices);
        follow.run();
        return ok(shown());
    }

    private static Optional<Price> read(Fields fields) {
        String provider = fields.text("provider");
        if (!provider.isEmpty() && Catalog.provider(provider).isEmpty()) {
            fields.refuse("provider", "There is no such provider.");
        }
        String model = fields.text("model");
        if (model.isBlank() || model.length() > LONGEST_MODEL || UNPRINTABLE.matcher(model).find()) {
            fields.refuse("model", "Enter the model by the provider's own name, in at most %d printable characters.".formatted(LONGEST_MODEL));
        }
        Optional<Long> input = rate(fields, "input", true);
        Optional<Long> output = rate(fields, "output", true);
        Optional<Long> cacheRead = rate(fields, "cacheRead", false);
        Optional<Long> cacheWrite = rate(fields, "cacheWrite", false);
        fields.end();
        return input.isEmpty() || output.isEmpty() ? Optional.empty()
                : Optional.of(new Price(provider, model, new Rates(input.get(), output.get(), cacheRead, cacheWrite)));
    }

    /// Reads a price in picodollars a token.
    private static Optional<Long> rate(Fields fields, String name, boolean required) {
        boolean given = fields.has(name);
        if (required && !given) {
            fields.refuse(name, "This field is required. A price of 0 means free.");
        }
        return given ? fields.number(name, PER_DOLLAR, 0, DEAREST, "US dollars per million tokens", Optional.empty()) : Optional.empty();
    }

    /// Finds a bot whose limit could be kept until now and no more.
    private Optional<BotRecord> needed(List<Price> own) {
        Prices before = store.prices();
        Prices after = store.pricesWith(own);
        return brokered().filter(bot -> bot.spec().rules().budget().limitsMoney() || bot.spec().aiKey().filter(keys.months()::containsKey).isPresent())
                .filter(bot -> isKnown(before, bot.spec().ai()) && !isKnown(after, bot.spec().ai())).findFirst();
    }

    private static boolean isKnown(Prices prices, AiSettings ai) {
        return prices.find(ai.provider(), ai.model()).isPresent();
    }

    private Stream<BotRecord> brokered() {
        return registry.rows().stream().filter(bot -> bot.spec().reach().isBrokered());
    }
}
