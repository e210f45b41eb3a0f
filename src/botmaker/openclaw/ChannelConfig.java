package botmaker.openclaw;

import botmaker.json.Json;
import botmaker.json.JsonValue.JsonArray;
import botmaker.json.JsonValue.JsonObject;
import botmaker.json.ObjectBuilder;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The part of `openclaw.json` that says how a channel is reached and who may talk there.
///
/// Rooms and groups are closed. Where people are listed, those people may speak to the bot in any room, by naming it, and
/// only their messages become part of what the model reads; so a stranger who adds the bot to a room gets nothing. The one
/// exception is IRC with open access: there the operator named the rooms, and everyone in them may.
final class ChannelConfig {
    private final Map<String, String> settings;
    private final Set<String> credentials;
    private final Access access;
    private final SecretRefs secrets;

    private ChannelConfig(BotConfig bot, SecretRefs secrets) {
        this.settings = bot.channel().settings();
        this.credentials = bot.channelCredentials();
        this.access = bot.access();
        this.secrets = secrets;
    }

    /// The members of `channels`; none for web chat, which the gateway itself serves.
    static JsonObject render(BotConfig bot, SecretRefs secrets) {
        ChannelConfig channel = new ChannelConfig(bot, secrets);
        String type = bot.channel().type();
        ObjectBuilder channels = Json.object();
        switch (type) {
            case "telegram" -> channels.put(type, channel.telegram());
            case "discord" -> channels.put(type, channel.discord());
            case "slack" -> channels.put(type, channel.slack());
            case "matrix" -> channels.put(type, channel.matrix());
            case "mattermost" -> channels.put(type, channel.mattermost());
            case "irc" -> channels.put(type, channel.irc());
            case "webchat" -> { }
            default -> throw new IllegalArgumentException("no such channel");
        }
        return channels.build();
    }

    private JsonObject telegram() {
        ObjectBuilder json = begin().put("tokenFile", OpenClaw.secret(SecretFiles.CHANNEL_TOKEN));
        text(json, "apiRoot", "apiRoot");
        directMessages(json);
        rooms(json, "groups").put("joinIntro", false);
        return groupPeople(json).build();
    }

    private JsonObject discord() {
        ObjectBuilder json = begin().put("token", secrets.to(SecretFiles.CHANNEL_TOKEN));
        directMessages(json);
        return rooms(json, "guilds").put("joinIntro", false).build();
    }

    private JsonObject slack() {
        ObjectBuilder json = begin()
                .put("mode", "socket")
                .put("botToken", secrets.to(SecretFiles.ofChannel("botToken")))
                .put("appToken", secrets.to(SecretFiles.ofChannel("appToken")));
        directMessages(json);
        return rooms(json, "channels").put("joinIntro", false).build();
    }

    private JsonObject matrix() {
        ObjectBuilder json = begin().put("accessToken", secrets.to(SecretFiles.CHANNEL_TOKEN));
        text(json, "homeserver", "homeserver");
        privateNetwork(json);
        // A direct chat begins with an invitation. Whoever invites is still held to what follows.
        json.put("autoJoin", "always");
        json.put("dm", Json.object().put("policy", access.policy().id()).put("allowFrom", allowFrom()).build());
        rooms(json, "groups").put("joinIntro", false);
        return groupPeople(json).build();
    }

    private JsonObject mattermost() {
        ObjectBuilder json = begin().put("botToken", secrets.to(SecretFiles.CHANNEL_TOKEN));
        text(json, "baseUrl", "baseUrl");
        privateNetwork(json);
        directMessages(json);
        rooms(json, "groups");
        return groupPeople(json).build();
    }

    private JsonObject irc() {
        List<String> rooms = Formats.entries(settings.getOrDefault("channels", ""));
        boolean everyone = access.policy() == Access.Policy.OPEN;
        ObjectBuilder json = begin();
        text(json, "host", "host");
        if (settings.containsKey("port")) {
            json.put("port", Long.parseLong(settings.get("port")));
        }
        json.put("tls", !isSet("tls", "false"));
        text(json, "nick", "nick");
        if (credentials.contains("password")) {
            json.put("passwordFile", OpenClaw.secret(SecretFiles.CHANNEL_TOKEN));
        }
        directMessages(json);
        if (rooms.isEmpty() || !everyone && access.allow().isEmpty()) {
            return json.put("channels", Json.strings(rooms)).put("groupPolicy", "disabled").build();
        }
        ObjectBuilder groups = Json.object();
        for (String room : Set.copyOf(rooms).stream().sorted().toList()) {
            groups.put(room, Json.object().put("requireMention", true).put("allowFrom", allowFrom()).build());
        }
        return json.put("channels", Json.strings(rooms))
                .put("groupPolicy", "allowlist")
                .put("contextVisibility", "allowlist")
                .put("groups", groups.build())
                .build();
    }

    private static ObjectBuilder begin() {
        return Json.object().put("enabled", true).put("configWrites", false);
    }

    private void directMessages(ObjectBuilder json) {
        json.put("dmPolicy", access.policy().id()).put("allowFrom", allowFrom());
    }

    /// OpenClaw wants openness said twice.
    private JsonArray allowFrom() {
        return Json.strings(access.policy() == Access.Policy.OPEN ? List.of("*") : access.allow());
    }

    /// Who may speak in which rooms; `key` is what the channel calls its rooms.
    private ObjectBuilder rooms(ObjectBuilder json, String key) {
        if (access.allow().isEmpty()) {
            return json.put("groupPolicy", "disabled");
        }
        ObjectBuilder room = Json.object().put("requireMention", true);
        if (key.equals("guilds") || key.equals("channels")) {
            room.put("users", Json.strings(access.allow()));
        }
        return json.put("groupPolicy", "allowlist")
                .put("contextVisibility", "allowlist")
                .put(key, Json.object().put("*", room.build()).build());
    }

    private ObjectBuilder groupPeople(ObjectBuilder json) {
        return access.allow().isEmpty() ? json : json.put("groupAllowFrom", Json.strings(access.allow()));
    }

    private void privateNetwork(ObjectBuilder json) {
        if (isSet("privateNetwork", "true")) {
            json.put("network", Json.object().put("dangerouslyAllowPrivateNetwork", true).build());
        }
    }

    private void text(ObjectBuilder json, String member, String setting) {
        if (settings.containsKey(setting)) {
            json.put(member, settings.get(setting));
        }
    }

    private boolean isSet(String setting, String value) {
        return settings.getOrDefault(setting, "").equals(value);
    }
}
