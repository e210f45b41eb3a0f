package botmaker.checks;

import botmaker.bot.model.BotId;
import botmaker.bot.view.BotRegistry;
import botmaker.openclaw.Channel;
import botmaker.secret.Secret;
import botmaker.secret.SecretName;
import botmaker.secret.SecretStore;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;

/// Tells which bots use a channel's token: two bots with one token take each other's messages.
///
/// The secret files are read for each question and compared in constant time. Nothing is remembered between questions, not
/// even a hash: there are some hundred small files at most, and what is not kept cannot leak.
public final class TokenUse {
    private final BotRegistry fleet;
    private final SecretStore secrets;

    public TokenUse(BotRegistry fleet, SecretStore secrets) {
        this.fleet = fleet;
        this.secrets = secrets;
    }

    /// The names of the bots on the same kind of channel with at least one of these credentials.
    ///
    /// @param except the bot that the question is asked for, where it exists already
    public List<String> usedBy(Channel channel, List<Secret> credentials, Optional<BotId> except) {
        return fleet.rows().stream()
                .filter(row -> row.spec().channel().type().equals(channel.id()) && !Optional.of(row.id()).equals(except))
                .filter(row -> uses(row.id(), channel, credentials))
                .map(row -> row.spec().name().value())
                .sorted()
                .toList();
    }

    private boolean uses(BotId id, Channel channel, List<Secret> credentials) {
        try {
            return channel.credentials().stream()
                    .flatMap(field -> secrets.read(id.value(), new SecretName(channel.secretFile(field.key()))).stream())
                    .anyMatch(credentials::contains);
        } catch (UncheckedIOException e) {
            return false; // a bot whose secrets cannot be read says so itself, and keeps no other from being checked
        }
    }
}
