package botmaker.bot.model;

import botmaker.openclaw.AiOrigin;
import botmaker.openclaw.BotConfig.Access;
import botmaker.openclaw.BotConfig.AiSettings;
import botmaker.openclaw.BotConfig.ChannelSettings;
import botmaker.openclaw.Catalog;
import botmaker.openclaw.Channel;
import botmaker.openclaw.ChannelOrigin;
import botmaker.policy.Reach;
import botmaker.secret.SecretName;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// What an operator decided about a bot, without its secrets.
///
/// @param reach how far its container reaches
/// @param aiKey the id of the kept key that it uses; empty where its reach is [Reach#LEGACY], or its AI needs no key
/// @param rules what the broker holds it to besides; only the broker follows a change of them
public record BotSpec(BotName name, AiSettings ai, ChannelSettings channel, Access access, Limits limits,
        ControlUi controlUi, Reach reach, Optional<String> aiKey, BrokerRules rules) {
    public BotSpec with(ControlUi controlUi) {
        return new BotSpec(name, ai, channel, access, limits, controlUi, reach, aiKey, rules);
    }

    public BotSpec with(Reach reach, Optional<String> aiKey) {
        return new BotSpec(name, ai, channel, access, limits, controlUi, reach, aiKey, rules);
    }

    public BotSpec with(BrokerRules rules) {
        return new BotSpec(name, ai, channel, access, limits, controlUi, reach, aiKey, rules);
    }

    /// Returns whether the container of this bot would also be that of another. The links of a brokered bot depend on its AI and its
    /// channel.
    public boolean hasContainerOf(BotSpec other) {
        return limits.equals(other.limits) && controlUi.equals(other.controlUi) && reach == other.reach
                && (!reach.isBrokered() || ai.isAtServerOf(other.ai)) && channelOrigins().equals(other.channelOrigins());
    }

    /// Returns the servers of its channel that it reaches through the broker, which then has the channel's credentials.
    public List<ChannelOrigin> channelOrigins() {
        if (!reach.isBrokered()) {
            return List.of();
        }
        AiOrigin beside = AiOrigin.of(ai);
        return Catalog.channel(channel.type()).orElseThrow().origins(channel.settings()).stream()
                .map(origin -> origin.isByName() && origin.port() == beside.port() ? origin.at(beside.link()) : origin).toList();
    }

    /// Returns the secret files in which it has placeholders for the credentials of its channel.
    public List<SecretName> channelFiles() {
        Channel known = Catalog.channel(channel.type()).orElseThrow();
        return channelOrigins().isEmpty() ? List.of()
                : known.credentials().stream().map(field -> new SecretName(known.secretFile(field.key()))).toList();
    }

    /// Whether a bot's Control UI can be opened on this host, and at which port of 127.0.0.1.
    ///
    /// [BotStore] assigns the port when it writes the record. The bot keeps it until the Control UI is switched off, since OpenClaw
    /// answers only pages of exactly that port.
    ///
    /// @param port empty while it is off or has no port yet
    public record ControlUi(boolean on, OptionalInt port) {
        public static final ControlUi OFF = new ControlUi(false, OptionalInt.empty());
        /// On, without a port yet.
        static final ControlUi WANTED = new ControlUi(true, OptionalInt.empty());

        public static ControlUi at(int port) {
            return new ControlUi(true, OptionalInt.of(port));
        }

        /// Returns a Control UI that is on or off, at its present port if it has one.
        static ControlUi of(boolean on, ControlUi present) {
            return !on ? OFF : present.on() ? present : WANTED;
        }

        boolean needsPort() {
            return on && port.isEmpty();
        }
    }

    /// Returns the policy as a request names it; empty if the channel has no access list.
    Optional<String> policy() {
        return Catalog.channel(channel.type()).flatMap(Channel::person).map(_ -> access.policy().id());
    }
}
