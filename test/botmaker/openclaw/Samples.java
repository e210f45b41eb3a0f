package botmaker.openclaw;

import botmaker.openclaw.BotConfig.Access;
import botmaker.openclaw.BotConfig.AiSettings;
import botmaker.openclaw.BotConfig.ChannelSettings;
import botmaker.openclaw.BotConfig.Egress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;

/// A valid value for every field of the catalogue, and bots made of them.
final class Samples {
    static final String TELEGRAM_TOKEN = "123456789:" + "A".repeat(35);

    private static final Map<String, String> VALUES = Map.ofEntries(
            Map.entry("telegram/token", TELEGRAM_TOKEN),
            Map.entry("telegram/apiRoot", "http://172.17.0.1:8081"),
            Map.entry("discord/token", "A".repeat(24) + ".GaBcDe." + "B".repeat(38)),
            Map.entry("slack/botToken", "xoxb-1234567890-abcdefghij"),
            Map.entry("slack/appToken", "xapp-1-A0123456789-abcdefghij"),
            Map.entry("matrix/token", "syt_Ym90_abcdefghijklmnop_0abcde"),
            Map.entry("matrix/homeserver", "https://matrix.example.org"),
            Map.entry("matrix/privateNetwork", "true"),
            Map.entry("mattermost/token", "a1".repeat(13)),
            Map.entry("mattermost/baseUrl", "https://chat.example.com:8065/team"),
            Map.entry("mattermost/privateNetwork", "true"),
            Map.entry("irc/password", "correct-horse"),
            Map.entry("irc/host", "irc.example.org"),
            Map.entry("irc/port", "6697"),
            Map.entry("irc/tls", "true"),
            Map.entry("irc/nick", "[bot]-1"),
            Map.entry("irc/channels", "#support, #ops"));

    private static final Map<String, String> PEOPLE = Map.of(
            "telegram", "4242",
            "discord", "123456789012345678",
            "slack", "U0123ABCD",
            "matrix", "@alice:example.org",
            "mattermost", "a1".repeat(13),
            "irc", "alice!~alice@host.example.org");

    private Samples() {}

    static AiSettings ai(Provider provider) {
        String model = provider.models().isEmpty() ? "local/model:7b" : provider.models().getFirst();
        return new AiSettings(provider.id(), model, provider.baseUrl().map(_ -> "http://172.17.0.1:8080/v1"));
    }

    static Optional<String> key(Provider provider) {
        return provider.apiKey().required() ? Optional.of(provider.keyPrefix().orElse("key-") + "0123456789abcdef") : Optional.empty();
    }

    static ChannelSettings settings(Channel channel) {
        return new ChannelSettings(channel.id(), values(channel, channel.settings()));
    }

    static Map<String, String> credentials(Channel channel) {
        return values(channel, channel.credentials());
    }

    static List<String> people(Channel channel) {
        return Optional.ofNullable(PEOPLE.get(channel.id())).map(List::of).orElse(List.of());
    }

    static BotConfig bot(Provider provider, Channel channel, Access access, OptionalInt controlUiPort) {
        return new BotConfig(ai(provider), key(provider).isPresent(), settings(channel), credentials(channel).keySet(), access,
                controlUiPort, Optional.empty(), Egress.DIRECT);
    }

    /// At its usual address where it has one.
    static BotConfig behindBroker(Provider provider, Channel channel, Egress egress) {
        AiSettings ai = ai(provider);
        return new BotConfig(provider.api().root().isEmpty() ? ai : new AiSettings(ai.provider(), ai.model(), Optional.empty()),
                key(provider).isPresent(), settings(channel), Set.of(), new Access(Access.Policy.PAIRING, List.of()),
                OptionalInt.of(19100), Optional.empty(), egress);
    }

    private static Map<String, String> values(Channel channel, List<Field> fields) {
        return fields.stream().collect(Collectors.toMap(Field::key, field -> VALUES.get(channel.id() + "/" + field.key()),
                (a, _) -> a, LinkedHashMap::new));
    }
}
