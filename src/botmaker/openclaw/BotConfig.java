package botmaker.openclaw;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/// Everything that decides a bot's `openclaw.json`; checked by [Catalog#check] before.
///
/// @param ai                 which AI answers
/// @param hasApiKey          whether there is an AI key in its file
/// @param channel            where people talk to it
/// @param channelCredentials the fields of the channel's credentials that are in their files
/// @param access             who may talk to it
/// @param controlUiPort      the port on the host's 127.0.0.1 at which the Control UI is published, where it is
/// @param pairedOwner        the owner by pairing, as OpenClaw names people (`telegram:123`); counts where nobody is listed
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

    /// The same for a bot that nobody was paired with yet.
    public BotConfig(AiSettings ai, boolean hasApiKey, ChannelSettings channel, Set<String> channelCredentials,
                     Access access, OptionalInt controlUiPort) {
        this(ai, hasApiKey, channel, channelCredentials, access, controlUiPort, Optional.empty());
    }
}
