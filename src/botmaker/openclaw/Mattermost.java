package botmaker.openclaw;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Mattermost, as a bot account.
final class Mattermost extends Channel {
    Mattermost() {
        super("mattermost", "Mattermost", false,
                List.of(Field.required(Field.Kind.SECRET, "token", "Bot token", "26 letters and digits, from Integrations → Bot Accounts.")
                        .matching("[a-z0-9]{26}")
                        .placeholder("abc…").help("https://developers.mattermost.com/integrate/reference/bot-accounts/")),
                List.of(Field.required(Field.Kind.URL, "baseUrl", "Server", "The address of the Mattermost server.")
                                .placeholder("https://chat.example.com"),
                        privateNetwork()),
                person("A Mattermost user ID: 26 letters and digits, not the @name.", "[a-z0-9]{26}", "abcdefghijklmnopqrstuvwxyz"));
    }

    @Override
    void configure(ChannelConfig config) {
        config.putSecret("botToken", "token").putSetting("baseUrl").privateNetwork()
                .directMessages().rooms("groups", false).groupPeople();
    }

    @Override
    public Optional<WhoAmI> whoAmI(Map<String, String> set, Map<String, String> secret) {
        return Optional.of(WhoAmI.get("The server", withoutSlash(set.get("baseUrl")) + "/api/v4/users/me",
                bearer(secret.get("token")), "username"));
    }
}
