package botmaker.bot.model;

import botmaker.policy.Placeholder;
import botmaker.secret.Secret;
import botmaker.secret.SecretName;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// The secrets of one bot.
///
/// @param files the contents of the files that its container reads; placeholders for what it does not get to see
/// @param held  the credentials of its channel for which a file has a placeholder, by the name of that file. Only the broker reads them
public record BotSecrets(Map<SecretName, Secret> files, Map<SecretName, Secret> held) {
    public BotSecrets {
        files = Map.copyOf(files);
        held = Map.copyOf(held);
    }

    /// The secrets of a bot that sees all of them.
    public BotSecrets(Map<SecretName, Secret> files) {
        this(files, Map.of());
    }

    /// Returns the value of a secret, and not its placeholder.
    Optional<Secret> real(SecretName name) {
        return Optional.ofNullable(held.getOrDefault(name, files.get(name)));
    }

    /// Returns these with one more file.
    BotSecrets with(SecretName name, Secret value) {
        Map<SecretName, Secret> more = new HashMap<>(files);
        more.put(name, value);
        return new BotSecrets(more, held);
    }

    /// Returns these with one more credential that the bot does not get to see. Its file keeps the placeholder that `before` has for it,
    /// as long as that looks like the credential: then the bot needs no restart.
    ///
    /// @param publicPart matches what of the credential is no secret
    BotSecrets holding(SecretName name, Secret value, Pattern publicPart, BotSecrets before) {
        Map<SecretName, Secret> more = new HashMap<>(held);
        more.put(name, value);
        String placeholder = Optional.of(name).filter(before.held::containsKey).map(before.files::get).map(Secret::reveal)
                .filter(it -> Placeholder.fits(it, value.reveal(), publicPart))
                .orElseGet(() -> Placeholder.of(value.reveal(), publicPart));
        return new BotSecrets(with(name, Secret.of(placeholder)).files, more);
    }
}
