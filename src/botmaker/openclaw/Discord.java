package botmaker.openclaw;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Discord, as an application's bot.
final class Discord extends Channel {
    Discord() {
        super("discord", "Discord", false,
                List.of(Field.required(Field.Kind.SECRET, "token", "Bot token", "Three parts joined by dots, from Bot → Reset Token.")
                        .matching("[A-Za-z0-9_\\-]{18,}\\.[A-Za-z0-9_\\-]{4,}\\.[A-Za-z0-9_\\-]{20,}")
                        .placeholder("MTE….G….…").help("https://discord.com/developers/applications")),
                List.of(),
                person("The number of a Discord account: Copy User ID in developer mode.", "[0-9]{15,21}", "123456789012345678"));
    }

    @Override
    void configure(ChannelConfig config) {
        config.putSecret("token", "token").directMessages().rooms("guilds", true).put("joinIntro", false);
    }

    @Override
    public Optional<WhoAmI> whoAmI(Map<String, String> set, Map<String, String> secret) {
        return Optional.of(WhoAmI.get(label(), "https://discord.com/api/v10/users/@me",
                Map.of("Authorization", "Bot " + secret.get("token")), "username"));
    }
}
