package botmaker.bot.lifecycle;

import botmaker.bot.model.BotName;
import botmaker.bot.model.KeptKeys;
import botmaker.policy.Budget;
import botmaker.secret.Secret;
import java.util.Map;
import java.util.Optional;

/// The key `k1` may spend a dollar a month, `k2` anything.
record LimitedKey() implements KeptKeys {
    @Override
    public Optional<KeptKey> find(String id) {
        return Optional.empty();
    }

    @Override
    public Map<String, Long> months() {
        return Map.of("k1", Budget.DOLLAR);
    }

    @Override
    public Kept keep(BotName bot, String provider, Optional<String> baseUrl, Secret value, boolean wasInBot) {
        throw new AssertionError();
    }

    @Override
    public void forget(String id) {
        throw new AssertionError();
    }

    @Override
    public Secret value(String id) {
        return Secret.of("the key itself");
    }

    @Override
    public Secret placeholder(String id) {
        throw new AssertionError();
    }
}
