package botmaker.openclaw;

import botmaker.json.JsonParseException;
import botmaker.json.JsonTypeException;
import botmaker.json.JsonValue;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// One-time links to a bot's Control UI, by a command inside its container (`cli/dashboard`).
///
/// OpenClaw knows only its own port. Hence a link is taken apart and made again for the port on the host, where it names
/// the page and, in its fragment, the WebSocket. What a bot prints may be hostile: nothing else of it is passed on.
public final class Dashboard {
    /// The command that makes a link. It takes some seconds.
    public static final List<String> COMMAND = List.of("openclaw", "dashboard", "--json");
    private static final Pattern LINK = Pattern.compile(
            "http://(?:127\\.0\\.0\\.1|localhost):" + OpenClaw.PORT
                    + "/#((?:[A-Za-z]{1,40}=[A-Za-z0-9%._~\\-]{1,500}&?){1,8})");
    private static final Pattern GATEWAY = Pattern.compile("(?<=^|&)gatewayUrl=([^&]*)");
    private static final Pattern OWN_GATEWAY = Pattern.compile(
            "ws%3A%2F%2F(?:127\\.0\\.0\\.1|localhost)%3A" + OpenClaw.PORT + "((?:%2F)?)");

    /// Whoever opens it first, before it expires, controls the bot.
    public record Link(String url, Instant expiresAt) {
        /// It is as good as a password.
        @Override
        public String toString() {
            return "Link[expiresAt=" + expiresAt + "]";
        }
    }

    private Dashboard() {}

    /// The link that [#COMMAND] printed, for a port of this host's 127.0.0.1.
    ///
    /// @throws IllegalArgumentException where that is not what OpenClaw prints; without what it is
    public static Link link(String output, int port) {
        try {
            JsonValue json = JsonValue.parse(output);
            Matcher link = LINK.matcher(json.get("browserUrl").string());
            if (!link.matches()) {
                throw new IllegalArgumentException("no link to the bot's own Control UI");
            }
            String fragment = GATEWAY.matcher(link.group(1)).replaceAll(found -> {
                Matcher gateway = OWN_GATEWAY.matcher(found.group(1));
                if (!gateway.matches()) {
                    throw new IllegalArgumentException("no link to the bot's own gateway");
                }
                return "gatewayUrl=ws%3A%2F%2F127.0.0.1%3A" + port + gateway.group(1);
            });
            return new Link("http://127.0.0.1:" + port + "/#" + fragment,
                    Instant.ofEpochMilli(json.get("browserBootstrapExpiresAtMs").integer()));
        } catch (JsonParseException | JsonTypeException | DateTimeException _) {
            throw new IllegalArgumentException("no link");
        }
    }
}
