package botmaker.openclaw;

import botmaker.json.Json.ObjectBuilder;
import botmaker.json.Json;
import botmaker.json.JsonValue.JsonArray;
import botmaker.json.JsonValue.JsonObject;
import botmaker.json.JsonValue;
import botmaker.openclaw.BotConfig.Access;
import botmaker.openclaw.ChannelOrigin.Brokered;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/// A way for people to talk to a bot. To add one, write its method in [Channels].
///
/// @param id          the name in requests and in OpenClaw
/// @param label       the name shown to people
/// @param bundled     whether it is part of OpenClaw; the other channels are plugins in the bot image
/// @param credentials its secrets
/// @param settings    its other settings
/// @param person      the form of an account in the access list; empty where the channel has no such list
/// @param configure   adds how the channel is reached and who may talk to the bot there
/// @param tokenCheck  makes the call that checks a token, of settings and credentials which passed [Catalog#checkChannel]; empty where
///                    a token cannot be checked without starting the bot
/// @param brokered    how a broker keeps its credentials out of the bot; empty where none can
public record Channel(String id, String label, boolean bundled, List<Field> credentials, List<Field> settings, Optional<Field> person,
        Consumer<ChannelConfig> configure, BiFunction<Map<String, String>, Map<String, String>, Optional<WhoAmI>> tokenCheck,
        Optional<Brokered> brokered) {
    /// The id of the channel that needs no configuration and has no access list.
    public static final String WEB_CHAT = "webchat";

    /// The call that tells whose a token is, and does nothing else.
    ///
    /// @param service the service's name in messages
    /// @param method  `GET` or `POST`
    /// @param url     holds the token of some services: it must not be shown
    /// @param headers hold the token of the others
    /// @param name    the path of the account's name in the answer
    /// @param caveat  what the call cannot tell; empty where it tells everything
    public record WhoAmI(String service, String method, String url, Map<String, String> headers, List<String> name, String caveat) {
        static WhoAmI get(String service, String url, Map<String, String> headers, String... name) {
            return new WhoAmI(service, "GET", url, headers, List.of(name), "");
        }

        @Override
        public String toString() {
            return "WhoAmI[" + service + "]";
        }
    }

    /// Renders `channels` of a bot's `openclaw.json`.
    JsonObject render(BotConfig bot, OpenClaw.SecretRefs secrets) {
        ObjectBuilder json = Json.object();
        if (!id.equals(WEB_CHAT)) {
            ChannelConfig config = new ChannelConfig(this, bot, secrets);
            configure.accept(config);
            json.put(id, config.json.build());
        }
        return json.build();
    }

    /// Returns the name of the secret file that holds a credential.
    public String secretFile(String credential) {
        return credentials.size() == 1 ? OpenClaw.CHANNEL_TOKEN : "channel-" + credential.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }

    /// Returns the servers that a bot with these settings reaches through the broker; none where the channel cannot be brokered.
    public List<ChannelOrigin> origins(Map<String, String> settings) {
        return brokered.map(it -> it.origins().apply(settings)).orElse(List.of());
    }

    JsonValue toJson() {
        ObjectBuilder json = Json.object()
                .put("id", id)
                .put("label", label)
                .put("credentials", Json.array(credentials.stream().map(Field::toJson).toList()))
                .put("settings", Json.array(settings.stream().map(Field::toJson).toList()))
                .put("access", Json.strings(person.isEmpty() ? List.of() : List.of("pairing", "allowlist", "open")));
        person.ifPresent(field -> json.put("allow", field.toJson()));
        return json.build();
    }

    /// Builds a channel's part of `openclaw.json`: how the channel is reached and who may talk to the bot there.
    ///
    /// Rooms and groups are closed. If the access list names people, those people may talk to the bot in any room by mentioning it, and
    /// only their messages become part of what the model reads; a stranger who adds the bot to a room gets nothing. The one exception is
    /// IRC with open access: the operator named the rooms, and everyone in them may talk to the bot.
    static final class ChannelConfig {
        private final ObjectBuilder json = Json.object().put("enabled", true).put("configWrites", false);
        private final Channel channel;
        private final BotConfig bot;
        private final OpenClaw.SecretRefs secrets;

        private ChannelConfig(Channel channel, BotConfig bot, OpenClaw.SecretRefs secrets) {
            this.channel = channel;
            this.bot = bot;
            this.secrets = secrets;
        }

        Access access() {
            return bot.access();
        }

        boolean isOpen() {
            return access().policy() == Access.Policy.OPEN;
        }

        Optional<String> setting(String key) {
            return Optional.ofNullable(bot.channel().settings().get(key));
        }

        boolean isSet(String flag, boolean value) {
            return setting(flag).equals(Optional.of(Boolean.toString(value)));
        }

        ChannelConfig put(String member, JsonValue value) {
            json.put(member, value);
            return this;
        }

        ChannelConfig put(String member, String value) {
            return put(member, Json.of(value));
        }

        ChannelConfig put(String member, boolean value) {
            return put(member, Json.of(value));
        }

        /// Adds a setting, if it has a value, under the setting's own name.
        ChannelConfig putSetting(String key) {
            setting(key).ifPresent(value -> json.put(key, value));
            return this;
        }

        /// Adds a reference to a credential.
        ChannelConfig putSecret(String member, String credential) {
            return put(member, secrets.to(channel.secretFile(credential)));
        }

        /// Adds the path of a credential's file, if the bot has that credential.
        ChannelConfig putSecretFile(String member, String credential) {
            return bot.channelCredentials().contains(credential) ? put(member, OpenClaw.secret(channel.secretFile(credential))) : this;
        }

        ChannelConfig directMessages() {
            return put("dmPolicy", access().policy().id()).put("allowFrom", allowFrom());
        }

        /// Returns who may write direct messages. OpenClaw requires open access to be stated here as well.
        JsonArray allowFrom() {
            return Json.strings(isOpen() ? List.of("*") : access().allow());
        }

        /// Opens rooms to the people on the access list, or closes them where the list is empty.
        ///
        /// @param key        the channel's word for rooms
        /// @param namesUsers whether OpenClaw takes the people per room
        ChannelConfig rooms(String key, boolean namesUsers) {
            if (access().allow().isEmpty()) {
                return put("groupPolicy", "disabled");
            }
            ObjectBuilder room = Json.object().put("requireMention", true);
            if (namesUsers) {
                room.put("users", Json.strings(access().allow()));
            }
            return openRooms(key, Json.object().put("*", room.build()).build());
        }

        ChannelConfig openRooms(String key, JsonObject rooms) {
            return put("groupPolicy", "allowlist").put("contextVisibility", "allowlist").put(key, rooms);
        }

        ChannelConfig groupPeople() {
            return access().allow().isEmpty() ? this : put("groupAllowFrom", Json.strings(access().allow()));
        }

        /// Has OpenClaw ask the service through the broker's proxy, if there is a broker.
        ChannelConfig brokersProxy() {
            return isBrokered() ? put("proxy", Link.PROXY) : this;
        }

        /// Adds the address of the operator's server, as the bot asks for it.
        ChannelConfig putServer(String key) {
            return isBrokered() ? put(key, channel.origins(bot.channel().settings()).getFirst().url()) : putSetting(key);
        }

        private boolean isBrokered() {
            return bot.egress() != BotConfig.Egress.DIRECT && channel.brokered().isPresent();
        }

        /// Allows a server with a private address. A brokered one has one, that of the container itself.
        ChannelConfig privateNetwork() {
            return isBrokered() || isSet("privateNetwork", true)
                    ? put("network", Json.object().put("dangerouslyAllowPrivateNetwork", true).build()) : this;
        }
    }
}
