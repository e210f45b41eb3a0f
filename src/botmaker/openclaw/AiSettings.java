package botmaker.openclaw;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/// The AI that answers for a bot.
///
/// @param provider a provider's id in the catalogue
/// @param model    the model by the provider's own name, without the provider's prefix
/// @param baseUrl  where the provider's API is; empty for its usual address
public record AiSettings(String provider, String model, Optional<String> baseUrl) {
    public AiSettings {
        requireNonNull(provider);
        requireNonNull(model);
        requireNonNull(baseUrl);
    }
}
