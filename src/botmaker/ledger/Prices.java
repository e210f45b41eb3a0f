package botmaker.ledger;

import botmaker.json.JsonValue;
import botmaker.ledger.Tariff.Tier;
import botmaker.policy.Price;
import botmaker.policy.Rates;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/// What models cost: first what the operator says, then the list that BotMaker brings along. What neither knows is unknown, which is not
/// free.
public final class Prices {
    /// The source of the operator's own prices.
    public static final String OWN = "own";

    private static final String LIST = "/META-INF/prices.json"; // made by scripts/prices.mjs
    private static final String ANY = "*";
    private static final Pattern DATE = Pattern.compile("-20[0-9]{2}-?[0-9]{2}-?[0-9]{2}$");
    /// OpenRouter passes on the prices of the vendors whose models it offers, under names of its own.
    private static final String RESELLER = "openrouter";
    private static final Map<String, String> VENDORS = Map.of("anthropic", "anthropic", "openai", "openai", "google", "google", "x-ai", "xai");

    private final Map<Name, Tariff> tariffs;

    private record Name(String provider, String model) {}

    private Prices(Map<Name, Tariff> tariffs) {
        this.tariffs = tariffs;
    }

    /// Returns the list that BotMaker brings along.
    public static Prices bundled() {
        Map<Name, Tariff> tariffs = new LinkedHashMap<>();
        try (InputStream list = Objects.requireNonNull(Prices.class.getResourceAsStream(LIST))) {
            for (JsonValue row : JsonValue.parse(list.readAllBytes()).get("models").elements()) {
                Tariff tariff = tariff(row);
                tariffs.put(new Name(tariff.provider(), tariff.model()), tariff);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Prices(tariffs);
    }

    private static Tariff tariff(JsonValue row) {
        List<Tier> tiers = row.find("rates").map(JsonValue::elements).orElse(List.of()).stream()
                .map(tier -> new Tier(tier.get("from").integer(), rates(tier))).toList();
        return new Tariff(row.get("provider").string(), row.get("model").string(), tiers, row.find("maxTokens").map(JsonValue::integer),
                row.textAt("source").orElse(""));
    }

    private static Rates rates(JsonValue tier) {
        return new Rates(Rates.perMillion(tier.get("input").string()), Rates.perMillion(tier.get("output").string()),
                tier.textAt("cacheRead").map(Rates::perMillion), tier.textAt("cacheWrite").map(Rates::perMillion));
    }

    /// Returns these prices with the operator's in their place.
    public Prices with(List<Price> own) {
        Map<Name, Tariff> all = new LinkedHashMap<>(tariffs);
        for (Price price : own) {
            Name name = new Name(price.provider(), price.model());
            Optional<Long> mostOutput = Optional.ofNullable(tariffs.get(name)).flatMap(Tariff::mostOutput);
            all.put(name, new Tariff(price.provider(), price.model(), List.of(new Tier(0, price.rates())), mostOutput, OWN));
        }
        return new Prices(all);
    }

    /// Returns all prices, those of one provider together, and models without one.
    public List<Tariff> all() {
        return List.copyOf(tariffs.values());
    }

    /// Finds the price of a model.
    ///
    /// @param provider the id of the API that is spoken
    /// @param model    as a request or an answer names it; the date of a version may follow
    /// @return with at least one tier; empty where the price is not known
    public Optional<Tariff> find(String provider, String model) {
        return priced(provider, model).or(() -> priced(provider, DATE.matcher(model).replaceFirst("")))
                .or(() -> priced(provider, ANY)).or(() -> provider.equals(RESELLER) ? resold(model) : Optional.empty());
    }

    private Optional<Tariff> resold(String model) {
        String[] parts = model.split("/", 2);
        return parts.length < 2 || !VENDORS.containsKey(parts[0]) ? Optional.empty()
                : find(VENDORS.get(parts[0]), parts[1]).or(() -> find(VENDORS.get(parts[0]), parts[1].replace('.', '-')));
    }

    private Optional<Tariff> priced(String provider, String model) {
        return Optional.ofNullable(tariffs.get(new Name(provider, model))).filter(it -> !it.tiers().isEmpty());
    }

    /// Returns the most tokens that an answer of a model may have, where that is known.
    Optional<Long> mostOutput(String provider, String model) {
        return Optional.ofNullable(tariffs.get(new Name(provider, model))).flatMap(Tariff::mostOutput);
    }
}
