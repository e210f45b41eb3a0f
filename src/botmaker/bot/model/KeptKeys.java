package botmaker.bot.model;

import botmaker.error.Failure;
import botmaker.secret.Secret;
import java.util.Map;
import java.util.Optional;

/// The operator's kept keys, as far as bots need to know of them.
public interface KeptKeys {
    /// No keys at all.
    KeptKeys NONE = new KeptKeys() {
        @Override
        public Optional<KeptKey> find(String id) {
            return Optional.empty();
        }

        @Override
        public Map<String, Long> months() {
            return Map.of();
        }

        @Override
        public Kept keep(BotName bot, String provider, Optional<String> baseUrl, Secret value, boolean wasInBot) {
            throw new IllegalStateException("no keys are kept");
        }

        @Override
        public void forget(String id) {
            throw new IllegalArgumentException("there is no such key");
        }

        @Override
        public Secret value(String id) {
            throw new IllegalArgumentException("there is no such key");
        }

        @Override
        public Secret placeholder(String id) {
            throw new IllegalArgumentException("there is no such key");
        }
    };

    /// @param provider whose key it is, by the id in the catalogue
    /// @param baseUrl  the server that it was entered for; empty for the provider's usual address
    record KeptKey(String provider, Optional<String> baseUrl) { }

    /// A key as it is kept now.
    ///
    /// @param isNew whether it was not kept before
    record Kept(String id, boolean isNew) { }

    Optional<KeptKey> find(String id);

    /// Returns what all bots together may spend with a key in a month, in nanodollars, by the key's id; other keys have no limit.
    Map<String, Long> months();

    /// Keeps the key of a bot: the one of that value for the same server if there is one, otherwise a new one that is named after the bot.
    ///
    /// @param wasInBot whether a bot could read the value
    Kept keep(BotName bot, String provider, Optional<String> baseUrl, Secret value, boolean wasInBot);

    /// Deletes a new key, after the change that it was kept for has failed, unless a bot uses it by now.
    void forget(String id);

    /// Returns a key itself, for a bot that is to hold it.
    ///
    /// @throws IllegalArgumentException if there is no such key
    /// @throws Failure.Conflict         if its file is missing
    Secret value(String id);

    /// Makes a new placeholder: what one bot sends in the place of this key, and what is of no use anywhere else. It has the form of the
    /// key.
    ///
    /// @throws IllegalArgumentException if there is no such key
    Secret placeholder(String id);
}
