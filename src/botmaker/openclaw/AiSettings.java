package botmaker.openclaw;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/// Which AI answers for a bot.
///
/// @param provider a provider's id in the catalogue
/// @param model    the model by the provider's own name, without the provider in front
/// @param baseUrl  where the provider's API is reached, when not at its usual place
public record AiSettings(String provider, String model, Optional<String> baseUrl) {
    public AiSettings {
        requireNonNull(provider);
        requireNonNull(model);
        requireNonNull(baseUrl);
    }
}
