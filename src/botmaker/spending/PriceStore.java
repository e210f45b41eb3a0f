package botmaker.spending;

import botmaker.bot.model.PriceBook;
import botmaker.ledger.Prices;
import botmaker.policy.Price;
import botmaker.policy.Rates;
import botmaker.store.Database;
import botmaker.store.Transaction.Row;
import java.util.List;
import java.util.Optional;

/// The operator's own prices, in the database.
public final class PriceStore implements PriceBook {
    private final Database database;
    private final Prices bundled = Prices.bundled();

    public PriceStore(Database database) {
        this.database = database;
    }

    @Override
    public List<Price> own() {
        return database.read(tx -> tx.list("SELECT * FROM prices ORDER BY provider, model", PriceStore::map));
    }

    @Override
    public boolean isKnown(String provider, String model) {
        return prices().find(provider, model).isPresent();
    }

    /// Returns all prices, the operator's own before those that BotMaker brings along.
    Prices prices() {
        return pricesWith(own());
    }

    /// Returns all prices as they would be with others of the operator's.
    Prices pricesWith(List<Price> own) {
        return bundled.with(own);
    }

    /// Replaces all of them.
    ///
    /// @param prices at most one for each provider and model
    void replace(List<Price> prices) {
        database.write(tx -> {
            tx.update("DELETE FROM prices");
            for (Price price : prices) {
                Rates rates = price.rates();
                tx.update("INSERT INTO prices(provider, model, input, output, cache_read, cache_write) VALUES (?, ?, ?, ?, ?, ?)",
                        price.provider(), price.model(), Rates.perMillion(rates.input()), Rates.perMillion(rates.output()),
                        rates.cacheRead().map(Rates::perMillion), rates.cacheWrite().map(Rates::perMillion));
            }
            return prices.size();
        });
    }

    private static Price map(Row row) {
        return new Price(row.text("provider"), row.text("model"), new Rates(Rates.perMillion(row.text("input")),
                Rates.perMillion(row.text("output")), picodollars(row.optionalText("cache_read")), picodollars(row.optionalText("cache_write"))));
    }

    private static Optional<Long> picodollars(Optional<String> perMillion) {
        return perMillion.map(Rates::perMillion);
    }
}
