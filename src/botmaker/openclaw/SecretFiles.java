package botmaker.openclaw;

import botmaker.json.Json;
import botmaker.json.JsonValue;
import botmaker.json.JsonValue.JsonObject;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// The names of a bot's secret files, below [OpenClaw#SECRETS].
public final class SecretFiles {
    /// The AI provider's key.
    public static final String AI_API_KEY = "ai-api-key";
    /// The token that opens the bot's own gateway: made by BotMaker, at least 256 random bits, printable.
    public static final String GATEWAY_TOKEN = "gateway-token";
    /// The secret of a channel that has one.
    public static final String CHANNEL_TOKEN = "channel-token";

    private SecretFiles() {}

    /// Whether a running bot can take up a new value of this secret without a restart ([OpenClaw#RELOAD_SECRETS]). The gateway reads
    /// its own token when it starts, and channels read theirs when they connect.
    public static boolean reloads(String file) {
        return file.equals(AI_API_KEY);
    }

    /// Names one of the secrets of a channel that has several: `channel-bot-token` for `botToken`.
    static String ofChannel(String credential) {
        return "channel-" + credential.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }

    /// Collects the references from one configuration to secret files: each file that is referred to gets an entry in
    /// `secrets.providers`, so that the configuration holds paths and no secret.
    static final class Refs {
        private final Map<String, JsonValue> files = new TreeMap<>();

        /// Returns a reference to a secret file, for a place in the configuration that takes a SecretRef.
        JsonObject to(String file) {
            String alias = file.replace('-', '_');
            files.put(alias, Json.object()
                    .put("source", "file")
                    .put("path", OpenClaw.secret(file))
                    .put("mode", "singleValue")
                    .build());
            return Json.object().put("source", "file").put("provider", alias).put("id", "value").build();
        }

        /// Returns `secrets.providers` for every reference made so far.
        JsonObject providers() {
            var json = Json.object();
            files.forEach(json::put);
            return json.build();
        }
    }
}
