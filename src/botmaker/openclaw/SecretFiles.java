package botmaker.openclaw;

import java.util.Locale;

/// The names of a bot's secret files, below [OpenClaw#SECRETS].
public final class SecretFiles {
    /// The AI provider's key.
    public static final String AI_API_KEY = "ai-api-key";
    /// The token that opens the bot's own gateway: made by BotMaker, at least 256 random bits, printable.
    public static final String GATEWAY_TOKEN = "gateway-token";
    /// The secret of a channel that has one.
    public static final String CHANNEL_TOKEN = "channel-token";

    private SecretFiles() {}

    /// Whether a running bot can be made to take up a new value of this secret without a restart
    /// ([OpenClaw#RELOAD_SECRETS]). The gateway reads its own token at its start, and channels theirs when they connect.
    public static boolean reloads(String file) {
        return file.equals(AI_API_KEY);
    }

    /// One of the secrets of a channel that has several: `channel-bot-token` for `botToken`.
    static String ofChannel(String credential) {
        return "channel-" + credential.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }
}
