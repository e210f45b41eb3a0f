package botmaker.openclaw;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Slack, in socket mode.
final class Slack extends Channel {
    Slack() {
        super("slack", "Slack", false,
                List.of(Field.required(Field.Kind.SECRET, "botToken", "Bot token", "Begins with xoxb-; from OAuth & Permissions.")
                                .matching("xoxb-[A-Za-z0-9\\-]{10,}")
                                .placeholder("xoxb-…").help("https://api.slack.com/apps"),
                        Field.required(Field.Kind.SECRET, "appToken", "App-level token",
                                        "Begins with xapp- and needs the scope connections:write.")
                                .matching("xapp-[A-Za-z0-9\\-]{10,}")
                                .placeholder("xapp-…").help("https://api.slack.com/apps")),
                List.of(),
                person("A Slack member ID: Copy member ID in the profile.", "[UW][A-Z0-9]{6,20}", "U0123ABCD"));
    }

    @Override
    void configure(ChannelConfig config) {
        config.put("mode", "socket").putSecret("botToken", "botToken").putSecret("appToken", "appToken")
                .directMessages().rooms("channels", true).put("joinIntro", false);
    }

    @Override
    public Optional<WhoAmI> whoAmI(Map<String, String> set, Map<String, String> secret) {
        return Optional.of(new WhoAmI(label(), "POST", "https://slack.com/api/auth.test", bearer(secret.get("botToken")),
                List.of("user"), " The app-level token cannot be checked without starting the bot."));
    }
}
