package botmaker.openclaw;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Telegram, by the Bot API.
final class Telegram extends Channel {
    Telegram() {
        super("telegram", "Telegram", true,
                List.of(Field.required(Field.Kind.SECRET, "token", "Bot token",
                                "Digits, a colon, and at least 30 letters: as @BotFather gives it.")
                        .matching("[0-9]{6,12}:[A-Za-z0-9_\\-]{30,128}")
                        .placeholder("123456789:AA…").help("https://core.telegram.org/bots/features#botfather")),
                List.of(Field.optional(Field.Kind.URL, "apiRoot", "Bot API server", "Only if you run your own Bot API server.")
                        .placeholder("https://telegram-api.example.com")),
                person("The number of a Telegram account, not its @name.", "[1-9][0-9]{0,15}", "123456789"));
    }

    @Override
    void configure(ChannelConfig config) {
        config.putSecretFile("tokenFile", "token").putSetting("apiRoot")
                .directMessages().rooms("groups", false).put("joinIntro", false).groupPeople();
    }

    @Override
    public Optional<WhoAmI> whoAmI(Map<String, String> set, Map<String, String> secret) {
        String root = withoutSlash(set.getOrDefault("apiRoot", "https://api.telegram.org"));
        return Optional.of(WhoAmI.get(label(), root + "/bot" + secret.get("token") + "/getMe", Map.of(), "result", "username"));
    }
}
