package botmaker.bot;

import static java.util.Objects.requireNonNull;

import botmaker.openclaw.Access;
import botmaker.openclaw.AiSettings;
import botmaker.openclaw.ChannelSettings;

/// What an operator decided about a bot, without its secrets.
record BotSpec(BotName name, AiSettings ai, ChannelSettings channel, Access access, Limits limits,
        ControlUi controlUi) {
    BotSpec {
        requireNonNull(name);
        requireNonNull(ai);
        requireNonNull(channel);
        requireNonNull(access);
        requireNonNull(limits);
        requireNonNull(controlUi);
    }

    BotSpec with(ControlUi controlUi) {
        return new BotSpec(name, ai, channel, access, limits, controlUi);
    }
}
