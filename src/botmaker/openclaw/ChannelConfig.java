package botmaker.openclaw;

import botmaker.json.Json;
import botmaker.json.JsonValue;
import botmaker.json.JsonValue.JsonArray;
import botmaker.json.JsonValue.JsonObject;
import botmaker.json.ObjectBuilder;
import java.util.List;
import java.util.Optional;

/// Builds a channel's part of `openclaw.json`: how the channel is reached and who may talk to the bot there.
///
/// Rooms and groups are closed. If the access list names people, those people may talk to the bot in any room by mentioning it, and
/// only their messages become part of what the model reads; a stranger who adds the bot to a room gets nothing. The one exception is
/// IRC with open access: the operator named the rooms, and everyone in them may talk to the bot.
final class ChannelConfig {
    private final ObjectBuilder json = Json.object().put("enabled", true).put("configWrites", false);
    private final Channel channel;
    private final BotConfig bot;
    private final SecretFiles.Refs secrets;

    ChannelConfig(Channel channel, BotConfig bot, SecretFiles.Refs secrets) {
        this.channel = channel;
        this.bot = bot;
        this.secrets = secrets;
    }

    JsonObject build() {
        return json.build();
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

    ChannelConfig privateNetwork() {
        return isSet("privateNetwork", true)
                ? put("network", Json.object().put("dangerouslyAllowPrivateNetwork", true).build()) : this;
    }
}
