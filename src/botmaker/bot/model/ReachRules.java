package botmaker.bot.model;

import botmaker.bot.model.KeptKeys.KeptKey;
import botmaker.error.Failure.FieldError;
import botmaker.openclaw.AiOrigin;
import botmaker.openclaw.BotConfig.Access;
import botmaker.openclaw.BotConfig.AiSettings;
import botmaker.openclaw.BotConfig.ChannelSettings;
import botmaker.openclaw.Catalog;
import botmaker.openclaw.Channel;
import botmaker.openclaw.Provider;
import botmaker.policy.Reach;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The rules for a bot's reach, and for where its AI key is: a bot of [Reach#LEGACY] has the key in a file of its own, every other
/// one uses a kept key and never gets to see it.
final class ReachRules {
    private ReachRules() { }

    /// Finds everything that is wrong, by its place in `NewBot`.
    ///
    /// @param key      the id of the kept key
    /// @param hasOwn   whether a key was entered, which is kept if the bot is brokered
    static List<FieldError> check(Reach reach, AiSettings ai, Optional<String> key, boolean hasOwn, ChannelSettings channel, KeptKeys keys) {
        List<FieldError> errors = new ArrayList<>();
        if (key.isPresent() && hasOwn) {
            errors.add(new FieldError("/ai/key", "Enter either apiKey or the id of a kept key."));
        } else if (reach.isBrokered()) {
            Optional.of(ai).filter(_ -> !hasOwn).flatMap(_ -> keyProblem(ai, key, keys)).map(problem -> new FieldError("/ai/key", problem)).ifPresent(errors::add);
            channelProblem(reach, channel.type()).map(problem -> new FieldError("/reach", problem)).ifPresent(errors::add);
        } else if (key.isPresent()) {
            errors.add(new FieldError("/ai/key", "A bot with the reach legacy has its key in a file of its own. Enter it as apiKey, or "
                    + "choose another reach."));
        }
        return errors;
    }

    /// Returns the reaches that a channel allows, the one to propose first: the widest in which a bot has no network of its own. Where
    /// everyone may write to the bot, a narrower one is better.
    static List<Reach> allowed(String channel) {
        return Stream.of(Reach.WEB, Reach.SEALED, Reach.OPEN, Reach.LEGACY)
                .filter(reach -> !reach.isBrokered() || channelProblem(reach, channel).isEmpty()).toList();
    }

    /// Returns the reach of a new bot whose request names none.
    static Reach proposed(String channel, Optional<String> policy) {
        List<Reach> allowed = allowed(channel);
        boolean forStrangers = policy.equals(Optional.of(Access.Policy.OPEN.id()));
        return forStrangers && allowed.contains(Reach.SEALED) ? Reach.SEALED : allowed.getFirst();
    }

    private static Optional<String> keyProblem(AiSettings ai, Optional<String> id, KeptKeys keys) {
        if (id.isEmpty()) {
            return Catalog.provider(ai.provider()).filter(it -> it.apiKey().required())
                    .map(it -> it.label() + " needs an API key: enter the id of a kept key, or a new one as apiKey.");
        }
        Optional<KeptKey> key = keys.find(id.get());
        if (key.isEmpty()) {
            return Optional.of("There is no such key.");
        }
        if (!key.get().provider().equals(ai.provider())) {
            return Optional.of("This is a key for " + Catalog.provider(key.get().provider()).map(Provider::label).orElse("another provider")
                    + ".");
        }
        return key.get().baseUrl().equals(ai.baseUrl()) ? Optional.empty() : Optional.of("This key was entered for another server.");
    }

    /// Returns why a channel does not work with a reach; empty where it does, and for a channel that does not exist.
    static Optional<String> channelProblem(Reach reach, String channel) {
        return Catalog.channel(channel).filter(it -> !reach.hasNetwork() && it.brokered().isEmpty() && !it.id().equals(Channel.WEB_CHAT))
                .map(it -> it.label() + " is not HTTP, so the broker cannot pass it on, and the bot needs a network of its own. Choose open.");
    }

    /// Finds what is wrong with settings that are valid each for itself. A bot asks for its AI and for its channel's server at 127.0.0.1,
    /// so that one port there is either encrypted or not.
    static List<FieldError> checkPorts(Reach reach, AiSettings ai, ChannelSettings channel) {
        if (!reach.isBrokered()) {
            return List.of();
        }
        AiOrigin beside = AiOrigin.of(ai);
        boolean taken = Catalog.channel(channel.type()).orElseThrow().origins(channel.settings()).stream()
                .anyMatch(it -> it.isTaken() || it.isByName() && it.port() == beside.port() && it.tls() != beside.tls());
        return taken ? List.of(new FieldError("/reach", "The port of the channel's server is taken inside the bot. Choose legacy, or use another port."))
                : List.of();
    }
}
