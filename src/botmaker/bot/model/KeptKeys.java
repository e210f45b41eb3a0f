package botmaker.bot.model;

import botmaker.secret.Secret;
import java.util.Optional;

/// The operator's kept keys, as far as bots that use them need to know. No method returns a key.
public interface KeptKeys {
    /// No keys at all.
    KeptKeys NONE = new KeptKeys() {
        @Override
        public Optional<KeptKey> find(String id) {
            return Optional.empty();
        }

        @Override
        public Secret placeholder(String id) {
            throw new IllegalArgumentException("there is no such key");
        }
    };

    /// @param provider whose key it is, by the id in the catalogue
    /// @param baseUrl  the server that it was entered for; empty for the provider's usual address
    record KeptKey(String provider, Optional<String> baseUrl) { }

    Optional<KeptKey> find(String id);

    /// Makes a new placeholder: what one bot sends in the place of this key, and what is of no use anywhere else. It has the form of the
    /// key.
    ///
    /// @throws IllegalArgumentException if there is no such key
    Secret placeholder(String id);
}
