package botmaker.openclaw;

import static botmaker.openclaw.Field.Kind.FLAG;
import static botmaker.openclaw.Field.Kind.HOST;
import static botmaker.openclaw.Field.Kind.LIST;
import static botmaker.openclaw.Field.Kind.PASSWORD;
import static botmaker.openclaw.Field.Kind.PORT;
import static botmaker.openclaw.Field.Kind.SECRET;
import static botmaker.openclaw.Field.Kind.TEXT;
import static botmaker.openclaw.Field.Kind.URL;

import java.util.List;
import java.util.Optional;

/// The channels. Telegram and web chat are part of OpenClaw, the others are plugins that the bot image carries. Each
/// one's configuration is in `ChannelConfig`.
final class Channels {
    private static final String NICK = "[A-Za-z\\[\\]\\\\`_^\\{\\|\\}][A-Za-z0-9\\[\\]\\\\`_^\\{\\|\\}\\-]{0,29}";

    private Channels() {}

    static List<Channel> all() {
        return List.of(telegram(), discord(), slack(), matrix(), mattermost(), irc(), webchat());
    }

    private static Channel telegram() {
        return new Channel("telegram", "Telegram", true,
                List.of(Field.required(SECRET, "token", "Bot token", "Digits, a colon, and at least 30 letters: as @BotFather gives it.")
                        .matching("[0-9]{6,12}:[A-Za-z0-9_\\-]{30,128}")
                        .placeholder("123456789:AA…").help("https://core.telegram.org/bots/features#botfather")),
                List.of(Field.optional(URL, "apiRoot", "Bot API server", "Only for a Bot API server of your own.")
                        .placeholder("https://telegram-api.example.com")),
                person("The number of a Telegram account, not its @name.", "[1-9][0-9]{0,15}", "123456789"));
    }

    private static Channel discord() {
        return new Channel("discord", "Discord", false,
                List.of(Field.required(SECRET, "token", "Bot token", "Three parts joined by dots, from Bot → Reset Token.")
                        .matching("[A-Za-z0-9_\\-]{18,}\\.[A-Za-z0-9_\\-]{4,}\\.[A-Za-z0-9_\\-]{20,}")
                        .placeholder("MTE….G….…").help("https://discord.com/developers/applications")),
                List.of(),
                person("The number of a Discord account: Copy User ID in developer mode.", "[0-9]{15,21}", "123456789012345678"));
    }

    private static Channel slack() {
        return new Channel("slack", "Slack", false,
                List.of(Field.required(SECRET, "botToken", "Bot token", "It begins with xoxb-; from OAuth & Permissions.")
                                .matching("xoxb-[A-Za-z0-9\\-]{10,}")
                                .placeholder("xoxb-…").help("https://api.slack.com/apps"),
                        Field.required(SECRET, "appToken", "App-level token", "It begins with xapp- and needs the scope connections:write.")
                                .matching("xapp-[A-Za-z0-9\\-]{10,}")
                                .placeholder("xapp-…").help("https://api.slack.com/apps")),
                List.of(),
                person("A Slack member id: Copy member ID in the profile.", "[UW][A-Z0-9]{6,20}", "U0123ABCD"));
    }

    private static Channel matrix() {
        return new Channel("matrix", "Matrix", false,
                List.of(Field.required(SECRET, "token", "Access token", "Of the bot's own Matrix account.")
                        .matching("[A-Za-z0-9._~+\\/=\\-]{8,}")
                        .placeholder("syt_…").help("https://spec.matrix.org/latest/client-server-api/#login")),
                List.of(Field.required(URL, "homeserver", "Homeserver", "The server of the bot's account.")
                                .placeholder("https://matrix.example.org"),
                        privateNetwork()),
                person("A full Matrix id, in its exact case.", "@[A-Za-z0-9._=\\/+\\-]{1,190}:[A-Za-z0-9.:\\-\\[\\]]{1,190}", "@alice:example.org"));
    }

    private static Channel mattermost() {
        return new Channel("mattermost", "Mattermost", false,
                List.of(Field.required(SECRET, "token", "Bot token", "26 letters and digits, from Integrations → Bot Accounts.")
                        .matching("[a-z0-9]{26}")
                        .placeholder("abc…").help("https://developers.mattermost.com/integrate/reference/bot-accounts/")),
                List.of(Field.required(URL, "baseUrl", "Server", "Where Mattermost answers.").placeholder("https://chat.example.com"),
                        privateNetwork()),
                person("A Mattermost user id: 26 letters and digits, not the @name.", "[a-z0-9]{26}", "abcdefghijklmnopqrstuvwxyz"));
    }

    private static Channel irc() {
        return new Channel("irc", "IRC", false,
                List.of(Field.optional(PASSWORD, "password", "Server password", "Only where the server wants one; at least 8 characters.")),
                List.of(Field.required(HOST, "host", "Server", "A host name.").placeholder("irc.libera.chat"),
                        Field.optional(PORT, "port", "Port", "6697 when empty, 6667 without TLS.").placeholder("6697"),
                        Field.optional(FLAG, "tls", "TLS", "Encrypted when empty; false sends everything readable."),
                        Field.required(TEXT, "nick", "Nick", "Up to 30 letters, digits and _ - [ ] { } \\ | ^ `; no digit first.")
                                .matching(NICK).placeholder("my-bot"),
                        Field.optional(LIST, "channels", "Channels",
                                "Rooms to join, separated by commas. There it answers listed people (with open access everyone) who name it.")
                                .matching("[#&][^\\x00-\\x20,:\\x7F]{1,49}").placeholder("#support")),
                person("nick!user@host: a nick alone can be taken by anyone.", "[^\\s!@,*]{1,64}![^\\s!@,*]{1,64}@[^\\s!@,*]{1,190}",
                        "alice!~alice@host.example.org"));
    }

    private static Channel webchat() {
        return new Channel("webchat", "Web chat", true, List.of(), List.of(), Optional.empty());
    }

    private static Field privateNetwork() {
        return Field.optional(FLAG, "privateNetwork", "In a private network",
                "true where the server has a private address; OpenClaw refuses such addresses otherwise.");
    }

    private static Optional<Field> person(String hint, String regex, String example) {
        return Optional.of(Field.optional(TEXT, "allow", "People", hint + " The first one listed is the bot's owner.")
                .matching(regex).placeholder(example));
    }
}
