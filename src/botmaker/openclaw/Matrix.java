package botmaker.openclaw;

import botmaker.json.Json;
import botmaker.openclaw.BotConfig.Access;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Matrix, by the client-server API.
final class Matrix extends Channel {
    Matrix() {
        super("matrix", "Matrix", false,
                List.of(Field.required(Field.Kind.SECRET, "token", "Access token", "From the bot's own Matrix account.")
                        .matching("[A-Za-z0-9._~+\\/=\\-]{8,}")
                        .placeholder("syt_…").help("https://spec.matrix.org/latest/client-server-api/#login")),
                List.of(Field.required(Field.Kind.URL, "homeserver", "Homeserver", "The server of the bot's account.")
                                .placeholder("https://matrix.example.org"),
                        privateNetwork()),
                person("A full Matrix ID, in its exact case.", "@[A-Za-z0-9._=\\/+\\-]{1,190}:[A-Za-z0-9.:\\-\\[\\]]{1,190}",
                        "@alice:example.org"));
    }

    @Override
    void configure(ChannelConfig config) {
        config.putSecret("accessToken", "token").putSetting("homeserver").privateNetwork();
        // A direct chat begins with an invitation. Whoever sends it is still subject to the access list.
        config.put("autoJoin", "always");
        config.put("dm", Json.object().put("policy", config.access().policy().id()).put("allowFrom", config.allowFrom()).build());
        config.rooms("groups", false).put("joinIntro", false).groupPeople();
    }

    @Override
    public Optional<WhoAmI> whoAmI(Map<String, String> set, Map<String, String> secret) {
        return Optional.of(WhoAmI.get("The homeserver", withoutSlash(set.get("homeserver")) + "/_matrix/client/v3/account/whoami",
                bearer(secret.get("token")), "user_id"));
    }
}
