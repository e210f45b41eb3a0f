package botmaker.openclaw;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/// Everything that determines a bot's `openclaw.json`; [Catalog#check] has accepted it.
///
/// @param ai                 the AI that answers
/// @param hasApiKey          whether the AI key has its file
/// @param channel            where people talk to the bot
/// @param channelCredentials the channel's credentials that have their files
/// @param access             who may talk to the bot
/// @param controlUiPort      the port of 127.0.0.1 on the host where the Control UI is published; empty where it is off
/// @param pairedOwner        the owner by pairing, as OpenClaw names people (`telegram:123`); used if the access list is empty
public record BotConfig(AiSettings ai, boolean hasApiKey, ChannelSettings channel, Set<String> channelCredentials,
                        Access access, OptionalInt controlUiPort, Optional<String> pairedOwner) {
    public BotConfig {
        requireNonNull(ai);
        requireNonNull(channel);
        channelCredentials = Set.copyOf(channelCredentials);
        requireNonNull(access);
        requireNonNull(controlUiPort);
        requireNonNull(pairedOwner);
    }

    /// Creates the configuration of a bot without an owner by pairing.
    public BotConfig(AiSettings ai, boolean hasApiKey, ChannelSettings channel, Set<String> channelCredentials,
                     Access access, OptionalInt controlUiPort) {
        this(ai, hasApiKey, channel, channelCredentials, access, controlUiPort, Optional.empty());
    }
}
