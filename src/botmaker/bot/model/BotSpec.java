package botmaker.bot.model;

import static java.util.Objects.requireNonNull;

import botmaker.openclaw.Access;
import botmaker.openclaw.AiSettings;
import botmaker.openclaw.ChannelSettings;

/// What an operator decided about a bot, without its secrets.
public record BotSpec(BotName name, AiSettings ai, ChannelSettings channel, Access access, Limits limits,
        ControlUi controlUi) {
    public BotSpec {
        requireNonNull(name);
        requireNonNull(ai);
        requireNonNull(channel);
        requireNonNull(access);
        requireNonNull(limits);
        requireNonNull(controlUi);
    }

    public BotSpec with(ControlUi controlUi) {
        return new BotSpec(name, ai, channel, access, limits, controlUi);
    }
}
