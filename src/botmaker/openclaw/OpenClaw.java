package botmaker.openclaw;

import static java.util.Map.entry;

import botmaker.json.Json;
import botmaker.json.JsonValue.JsonObject;
import botmaker.json.JsonValue;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Defines what OpenClaw needs from its container.
public final class OpenClaw {
    /// The version that this package was tested with.
    public static final String VERSION = "2026.9.6";
    /// The image of that version.
    public static final String IMAGE = "openclaw:" + VERSION;

    /// The port of the gateway inside the container: HTTP, WebSocket and the Control UI.
    public static final int PORT = 18789;

    /// Where the directory with `openclaw.json` is mounted, read-only. It is the directory and not the file, since a mounted file would
    /// stay the old one after an atomic replacement.
    public static final String CONFIG = "/etc/openclaw";
    /// The name of the configuration in that directory.
    public static final String CONFIG_FILE = "openclaw.json";
    /// Where the state directory is mounted, writable.
    public static final String STATE = "/home/node/.openclaw";
    /// The bot's working directory, below the state directory.
    public static final String WORKSPACE = "workspace";
    /// The file in the workspace that tells the bot who it is: OpenClaw puts it before every conversation (`concepts/soul`). The bot may
    /// rewrite it.
    public static final String INSTRUCTIONS_FILE = "SOUL.md";
    /// The maximum size of the instructions, in bytes of UTF-8.
    public static final int MOST_INSTRUCTIONS = 32 << 10;
    /// The command, run in the container, that makes a running bot read its secret files again. It takes about 6 s.
    public static final List<String> RELOAD_SECRETS = List.of("openclaw", "secrets", "reload");

    /// Where the secrets are mounted, read-only. Each file must belong to the user of the process, with mode 0600 or 0400.
    public static final String SECRETS = "/run/secrets";
    /// The AI provider's key.
    public static final String AI_API_KEY = "ai-api-key";
    /// The token that opens the bot's own gateway: made by BotMaker, at least 256 random bits, printable.
    public static final String GATEWAY_TOKEN = "gateway-token";
    /// The secret of a channel that has one.
    public static final String CHANNEL_TOKEN = "channel-token";

    /// Where the sockets of the broker are mounted, read-only, for a bot that reaches its AI through it; `ca.pem` there is the authority
    /// that signs what the broker answers with.
    public static final String LINK = "/run/botmaker";
    /// The label of an image that has `bot-link`.
    public static final String LINKS_LABEL = "openclaw.image.links";
    /// The label's value for what BotMaker expects of it.
    public static final String LINKS_VERSION = "1";
    /// Below the state directory: where `bot-link` in the image puts its socket.
    public static final String GATEWAY_SOCKET_DIRECTORY = ".link";
    /// The socket there, which leads to the bot's gateway.
    public static final String GATEWAY_SOCKET = "in";

    /// The exit code of a refused configuration (`EX_CONFIG`): a restart would be refused again.
    public static final int EXIT_CONFIGURATION = 78;

    /// The directories outside its state that OpenClaw writes to, mounted as tmpfs: path and size in bytes.
    public static final Map<String, Long> TMPFS = Map.of("/tmp", 256L << 20);

    /// The environment variables. None contains a secret.
    ///
    /// `OPENCLAW_SUPERVISOR_MODE=external` because Docker restarts the container: without it a failed start spends up to a minute on its
    /// own diagnosis. The caches are set because their default directories, on a read-only root, lead to exit code 78.
    public static final Map<String, String> ENVIRONMENT = Map.ofEntries(
            entry("OPENCLAW_CONFIG_PATH", CONFIG + "/" + CONFIG_FILE),
            entry("OPENCLAW_CONFIG_READONLY", "1"),
            entry("OPENCLAW_STATE_DIR", STATE),
            entry("OPENCLAW_WORKSPACE_DIR", STATE + "/" + WORKSPACE),
            entry("OPENCLAW_SUPERVISOR_MODE", "external"),
            entry("OPENCLAW_NO_AUTO_UPDATE", "1"),
            entry("OPENCLAW_DISABLE_BONJOUR", "1"),
            entry("HOME", "/home/node"),
            entry("XDG_CACHE_HOME", STATE + "/cache"),
            entry("NPM_CONFIG_CACHE", "/tmp/npm-cache"));

    private OpenClaw() {}

    /// Returns the path of a secret file inside the container.
    static String secret(String file) {
        return SECRETS + "/" + file;
    }

    /// Returns whether a running bot can load a new value of this secret without a restart ([#RELOAD_SECRETS]). The gateway reads
    /// its own token when it starts, and channels read theirs when they connect.
    public static boolean reloads(String file) {
        return file.equals(AI_API_KEY);
    }

    /// Collects the references from one configuration to secret files: each file that is referred to gets an entry in
    /// `secrets.providers`, so that the configuration holds paths and no secret.
    static final class SecretRefs {
        private final Map<String, JsonValue> files = new TreeMap<>();

        /// Returns a reference to a secret file, for a place in the configuration that takes a SecretRef.
        JsonObject to(String file) {
            String alias = file.replace('-', '_');
            files.put(alias, Json.object()
                    .put("source", "file")
                    .put("path", secret(file))
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
