package botmaker.bot.model;

import botmaker.policy.Price;
import java.util.List;

/// What models cost, as far as bots need to know of it.
public interface PriceBook {
    /// No price at all.
    PriceBook NONE = new PriceBook() {
        @Override
        public List<Price> own() {
            return List.of();
        }

        @Override
        public boolean isKnown(String provider, String model) {
            return false;
        }
    };

    /// Returns the operator's own prices.
    List<Price> own();

    /// Returns whether the price of a model is known, from the operator or from BotMaker itself.
    ///
    /// @param provider its id in the catalog
    boolean isKnown(String provider, String model);
}
