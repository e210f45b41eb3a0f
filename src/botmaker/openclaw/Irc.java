package botmaker.openclaw;

import botmaker.json.Json;
import botmaker.json.ObjectBuilder;
import java.util.List;
import java.util.Set;

/// IRC. A server tells nothing about a password before the bot connects.
final class Irc extends Channel {
    private static final String NICK = "[A-Za-z\\[\\]\\\\`_^\\{\\|\\}][A-Za-z0-9\\[\\]\\\\`_^\\{\\|\\}\\-]{0,29}";

    Irc() {
        super("irc", "IRC", false,
                List.of(Field.optional(Field.Kind.PASSWORD, "password", "Server password",
                        "Only if the server asks for one; at least 8 characters.")),
                List.of(Field.required(Field.Kind.HOST, "host", "Server", "A host name.").placeholder("irc.libera.chat"),
                        Field.optional(Field.Kind.PORT, "port", "Port", "6697 if empty, 6667 without TLS.").placeholder("6697"),
                        Field.optional(Field.Kind.FLAG, "tls", "TLS", "On if empty; false sends everything unencrypted."),
                        Field.required(Field.Kind.TEXT, "nick", "Nick", "Up to 30 letters, digits and _ - [ ] { } \\ | ^ `; no digit first.")
                                .matching(NICK).placeholder("my-bot"),
                        Field.optional(Field.Kind.LIST, "channels", "Channels", "Rooms to join, separated by commas. "
                                        + "There the bot answers listed people (with open access everyone) who mention it.")
                                .matching("[#&][^\\x00-\\x20,:\\x7F]{1,49}").placeholder("#support")),
                person("nick!user@host: a nick alone can be taken by anyone.", "[^\\s!@,*]{1,64}![^\\s!@,*]{1,64}@[^\\s!@,*]{1,190}",
                        "alice!~alice@host.example.org"));
    }

    @Override
    void configure(ChannelConfig config) {
        config.putSetting("host");
        config.setting("port").ifPresent(port -> config.put("port", Json.of(Long.parseLong(port))));
        config.put("tls", !config.isSet("tls", false)).putSetting("nick").putSecretFile("passwordFile", "password").directMessages();
        List<String> rooms = Field.entries(config.setting("channels").orElse(""));
        config.put("channels", Json.strings(rooms));
        if (rooms.isEmpty() || !config.isOpen() && config.access().allow().isEmpty()) {
            config.put("groupPolicy", "disabled");
            return;
        }
        ObjectBuilder groups = Json.object();
        for (String room : Set.copyOf(rooms).stream().sorted().toList()) {
            groups.put(room, Json.object().put("requireMention", true).put("allowFrom", config.allowFrom()).build());
        }
        config.openRooms("groups", groups.build());
    }
}
