package botmaker.openclaw;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
/// @param egress             how it reaches servers
public record BotConfig(AiSettings ai, boolean hasApiKey, ChannelSettings channel, Set<String> channelCredentials,
                        Access access, OptionalInt controlUiPort, Optional<String> pairedOwner, Egress egress) {
    public BotConfig {
        channelCredentials = Set.copyOf(channelCredentials);
    }

    /// How a bot reaches servers.
    public enum Egress {
        /// By its container's own network.
        DIRECT,
        /// Its AI through a broker, at its [AiOrigin]; everything else by its container's own network.
        BROKER_AND_NETWORK,
        /// Its AI through a broker, and nothing else.
        BROKER_ONLY,
        /// Its AI and public addresses through a broker.
        BROKER_AND_WEB
    }

    /// The AI that answers for a bot.
    ///
    /// @param provider a provider's id in the catalogue
    /// @param model    the model by the provider's own name, without the provider's prefix
    /// @param baseUrl  where the provider's API is; empty for its usual address
    public record AiSettings(String provider, String model, Optional<String> baseUrl) {
        /// Returns whether both are asked at the same server, so that a key of one may be sent to the other.
        public boolean isAtServerOf(AiSettings other) {
            return provider.equals(other.provider) && baseUrl.equals(other.baseUrl);
        }
    }

    /// Where people talk to a bot, without the secrets.
    ///
    /// @param type     a channel's id in the catalogue
    /// @param settings the channel's settings by the key of their field, in the order given
    public record ChannelSettings(String type, Map<String, String> settings) {
        public ChannelSettings {
            settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
        }
    }

    /// Who may talk to a bot.
    ///
    /// @param policy what happens to strangers
    /// @param allow  the people on the access list, in the channel's own form; the first one is the bot's owner
    public record Access(Policy policy, List<String> allow) {
        /// Decides about senders who are not on the access list.
        public enum Policy {
            /// They get a code, and an answer only after an operator has approved it.
            PAIRING,
            /// They are ignored.
            ALLOWLIST,
            /// They are answered.
            OPEN;

            /// Finds the policy of that name in a request, such as `pairing`.
            static Optional<Policy> of(String name) {
                return Arrays.stream(values()).filter(policy -> policy.id().equals(name)).findFirst();
            }

            /// Returns its name in requests, answers and OpenClaw's configuration.
            public String id() {
                return name().toLowerCase(Locale.ROOT);
            }
        }

        public Access {
            allow = List.copyOf(allow);
        }

        /// Reads the access of a request that passed [Catalog#check]. Without a policy it is closed: only the people on the list, or pairing
        /// if the list is empty.
        ///
        /// @throws IllegalArgumentException if no policy has that name
        public static Access of(Optional<String> policy, List<String> allow) {
            Policy closed = allow.isEmpty() ? Policy.PAIRING : Policy.ALLOWLIST;
            return new Access(policy.map(name -> Policy.of(name).orElseThrow(
                    () -> new IllegalArgumentException("no such access policy"))).orElse(closed), allow);
        }
    }
}
