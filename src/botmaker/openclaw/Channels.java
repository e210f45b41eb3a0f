package botmaker.openclaw;

import botmaker.json.Json.ObjectBuilder;
import botmaker.json.Json;
import botmaker.openclaw.Channel.ChannelConfig;
import botmaker.openclaw.Channel.WhoAmI;
import botmaker.openclaw.ChannelOrigin.Brokered;
import botmaker.openclaw.Field.Kind;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The channels: one method for each, with everything that BotMaker knows of it.
final class Channels {
    private static final String TELEGRAM = "https://api.telegram.org";
    private static final String NICK = "[A-Za-z\\[\\]\\\\`_^\\{\\|\\}][A-Za-z0-9\\[\\]\\\\`_^\\{\\|\\}\\-]{0,29}";

    private Channels() {}

    /// Returns all channels, in the form's order.
    static List<Channel> all() {
        return List.of(telegram(), discord(), slack(), matrix(), mattermost(), irc(), webChat());
    }

    /// Telegram, by the Bot API.
    private static Channel telegram() {
        return new Channel("telegram", "Telegram", true,
                List.of(secret("token", "Bot token", "Digits, a colon, and at least 30 letters: as @BotFather gives it.",
                        "[0-9]{6,12}:[A-Za-z0-9_\\-]{30,128}", "123456789:AA…", "https://core.telegram.org/bots/features#botfather")),
                List.of(Field.optional(Kind.URL, "apiRoot", "Bot API server", "Only if you run your own Bot API server.")
                        .placeholder("https://telegram-api.example.com")),
                person("The number of a Telegram account, not its @name.", "[1-9][0-9]{0,15}", "123456789"),
                config -> config.putSecretFile("tokenFile", "token").putSetting("apiRoot").brokersProxy()
                        .directMessages().rooms("groups", false).put("joinIntro", false).groupPeople(),
                (settings, secrets) -> Optional.of(WhoAmI.get("Telegram",
                        withoutSlash(settings.getOrDefault("apiRoot", TELEGRAM)) + "/bot" + secrets.get("token") + "/getMe",
                        Map.of(), "result", "username")),
                Optional.of(new Brokered(settings -> List.of(ChannelOrigin.byProxy("telegram", settings.getOrDefault("apiRoot", TELEGRAM))),
                        Pattern.compile("[0-9]+:"))));
    }

    /// Discord, as an application's bot.
    private static Channel discord() {
        return new Channel("discord", "Discord", false,
                List.of(secret("token", "Bot token", "Three parts joined by dots, from Bot → Reset Token.",
                        "[A-Za-z0-9_\\-]{18,}\\.[A-Za-z0-9_\\-]{4,}\\.[A-Za-z0-9_\\-]{20,}", "MTE….G….…",
                        "https://discord.com/developers/applications")),
                List.of(),
                person("The number of a Discord account: Copy User ID in developer mode.", "[0-9]{15,21}", "123456789012345678"),
                config -> config.putSecret("token", "token").brokersProxy().directMessages().rooms("guilds", true).put("joinIntro", false),
                (_, secrets) -> Optional.of(WhoAmI.get("Discord", "https://discord.com/api/v10/users/@me",
                        Map.of("Authorization", "Bot " + secrets.get("token")), "username")),
                Optional.of(new Brokered(_ -> List.of(ChannelOrigin.byProxy("discord", "https://discord.com"),
                        ChannelOrigin.byProxy("discord", "https://gateway.discord.gg"), ChannelOrigin.byProxyAt("discord", "gateway-*.discord.gg"),
                        ChannelOrigin.byName("discord", "https://cdn.discordapp.com"), ChannelOrigin.byName("discord", "https://media.discordapp.net")),
                        Pattern.compile("[^.]+\\."))));
    }

    /// Slack, in socket mode.
    private static Channel slack() {
        return new Channel("slack", "Slack", false,
                List.of(secret("botToken", "Bot token", "Begins with xoxb-; from OAuth & Permissions.",
                                "xoxb-[A-Za-z0-9\\-]{10,}", "xoxb-…", "https://api.slack.com/apps"),
                        secret("appToken", "App-level token", "Begins with xapp- and needs the scope connections:write.",
                                "xapp-[A-Za-z0-9\\-]{10,}", "xapp-…", "https://api.slack.com/apps")),
                List.of(),
                person("A Slack member ID: Copy member ID in the profile.", "[UW][A-Z0-9]{6,20}", "U0123ABCD"),
                config -> config.put("mode", "socket").putSecret("botToken", "botToken").putSecret("appToken", "appToken")
                        .directMessages().rooms("channels", true).put("joinIntro", false),
                (_, secrets) -> Optional.of(new WhoAmI("Slack", "POST", "https://slack.com/api/auth.test", bearer(secrets.get("botToken")),
                        List.of("user"), " The app-level token cannot be checked without starting the bot.")),
                Optional.of(new Brokered(_ -> Stream.of("slack.com", "wss-primary.slack.com", "wss-backup.slack.com", "files.slack.com")
                        .map(host -> ChannelOrigin.byName("slack", "https://" + host)).toList(),
                        Pattern.compile("xoxb-|xapp-[0-9]+-[A-Z0-9]+-"))));
    }

    /// Matrix, by the client-server API. A direct chat begins with an invitation; whoever sends it is still subject to the access list.
    private static Channel matrix() {
        return new Channel("matrix", "Matrix", false,
                List.of(secret("token", "Access token", "From the bot's own Matrix account.",
                        "[A-Za-z0-9._~+\\/=\\-]{8,}", "syt_…", "https://spec.matrix.org/latest/client-server-api/#login")),
                List.of(Field.required(Kind.URL, "homeserver", "Homeserver", "The server of the bot's account.")
                                .placeholder("https://matrix.example.org"),
                        privateNetwork()),
                person("A full Matrix ID, in its exact case.", "@[A-Za-z0-9._=\\/+\\-]{1,190}:[A-Za-z0-9.:\\-\\[\\]]{1,190}",
                        "@alice:example.org"),
                config -> config.putSecret("accessToken", "token").putServer("homeserver").privateNetwork().put("autoJoin", "always")
                        .put("dm", Json.object().put("policy", config.access().policy().id()).put("allowFrom", config.allowFrom()).build())
                        .rooms("groups", false).put("joinIntro", false).groupPeople(),
                (settings, secrets) -> Optional.of(WhoAmI.get("The homeserver",
                        withoutSlash(settings.get("homeserver")) + "/_matrix/client/v3/account/whoami",
                        bearer(secrets.get("token")), "user_id")),
                Optional.of(new Brokered(settings -> List.of(ChannelOrigin.byName("matrix", settings.get("homeserver"))), Pattern.compile(""))));
    }

    /// Mattermost, as a bot account.
    private static Channel mattermost() {
        return new Channel("mattermost", "Mattermost", false,
                List.of(secret("token", "Bot token", "26 letters and digits, from Integrations → Bot Accounts.",
                        "[a-z0-9]{26}", "abc…", "https://developers.mattermost.com/integrate/reference/bot-accounts/")),
                List.of(Field.required(Kind.URL, "baseUrl", "Server", "The address of the Mattermost server.")
                                .placeholder("https://chat.example.com"),
                        privateNetwork()),
                person("A Mattermost user ID: 26 letters and digits, not the @name.", "[a-z0-9]{26}", "abcdefghijklmnopqrstuvwxyz"),
                config -> config.putSecret("botToken", "token").putServer("baseUrl").privateNetwork()
                        .directMessages().rooms("groups", false).groupPeople(),
                (settings, secrets) -> Optional.of(WhoAmI.get("The server", withoutSlash(settings.get("baseUrl")) + "/api/v4/users/me",
                        bearer(secrets.get("token")), "username")),
                Optional.of(new Brokered(settings -> List.of(ChannelOrigin.byName("mattermost", settings.get("baseUrl"))), Pattern.compile(""))));
    }

    /// IRC. A server tells nothing about a password before the bot connects.
    private static Channel irc() {
        return new Channel("irc", "IRC", false,
                List.of(Field.optional(Kind.PASSWORD, "password", "Server password", "Only if the server asks for one; at least 8 characters.")),
                List.of(Field.required(Kind.HOST, "host", "Server", "A host name.").placeholder("irc.libera.chat"),
                        Field.optional(Kind.PORT, "port", "Port", "6697 if empty, 6667 without TLS.").placeholder("6697"),
                        Field.optional(Kind.FLAG, "tls", "TLS", "On if empty; false sends everything unencrypted."),
                        Field.required(Kind.TEXT, "nick", "Nick", "Up to 30 letters, digits and _ - [ ] { } \\ | ^ `; no digit first.")
                                .matching(NICK).placeholder("my-bot"),
                        Field.optional(Kind.LIST, "channels", "Channels", "Rooms to join, separated by commas. "
                                        + "There the bot answers listed people (with open access everyone) who mention it.")
                                .matching("[#&][^\\x00-\\x20,:\\x7F]{1,49}").placeholder("#support")),
                person("nick!user@host: a nick alone can be taken by anyone.", "[^\\s!@,*]{1,64}![^\\s!@,*]{1,64}@[^\\s!@,*]{1,190}",
                        "alice!~alice@host.example.org"),
                Channels::configureIrc, (_, _) -> Optional.empty(), Optional.empty());
    }

    private static void configureIrc(ChannelConfig config) {
        config.putSetting("host");
        config.setting("port").ifPresent(port -> config.put("port", Json.of(Long.parseLong(port))));
        List<String> rooms = Field.entries(config.setting("channels").orElse(""));
        config.put("tls", !config.isSet("tls", false)).putSetting("nick").putSecretFile("passwordFile", "password").directMessages()
                .put("channels", Json.strings(rooms));
        if (rooms.isEmpty() || !config.isOpen() && config.access().allow().isEmpty()) {
            config.put("groupPolicy", "disabled");
            return;
        }
        ObjectBuilder groups = Json.object();
        for (String room : new TreeSet<>(rooms)) {
            groups.put(room, Json.object().put("requireMention", true).put("allowFrom", config.allowFrom()).build());
        }
        config.openRooms("groups", groups.build());
    }

    /// Web chat, which the gateway itself serves: it needs no configuration, and whoever has the gateway's token may talk to the bot.
    private static Channel webChat() {
        return new Channel(Channel.WEB_CHAT, "Web chat", true, List.of(), List.of(), Optional.empty(), _ -> { }, (_, _) -> Optional.empty(),
                Optional.empty());
    }

    private static Field secret(String key, String label, String hint, String regex, String example, String help) {
        return Field.required(Kind.SECRET, key, label, hint).matching(regex).placeholder(example).help(help);
    }

    /// Describes an account in the access list.
    private static Optional<Field> person(String hint, String regex, String example) {
        return Optional.of(Field.optional(Kind.TEXT, "allow", "People", hint + " The first person listed is the bot's owner.")
                .matching(regex).placeholder(example));
    }

    private static Field privateNetwork() {
        return Field.optional(Kind.FLAG, "privateNetwork", "In a private network",
                "true if the server has a private address; OpenClaw refuses such addresses otherwise.");
    }

    private static Map<String, String> bearer(String token) {
        return Map.of("Authorization", "Bearer " + token);
    }

    private static String withoutSlash(String url) {
        return url.replaceAll("/+$", "");
    }
}
