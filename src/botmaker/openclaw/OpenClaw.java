package botmaker.openclaw;

import static java.util.Map.entry;

import java.util.List;
import java.util.Map;

/// What OpenClaw wants from the container that it runs in.
public final class OpenClaw {
    /// The version that all of this package was tried with.
    public static final String VERSION = "2026.9.6";
    /// The image of that version.
    public static final String IMAGE = "openclaw:" + VERSION;

    /// The port of the gateway inside the container: HTTP, WebSocket and the Control UI.
    public static final int PORT = 18789;

    /// Where the directory with `openclaw.json` is mounted, read-only. The directory and not the file, which would stay
    /// the old one after an atomic replace.
    public static final String CONFIG = "/etc/openclaw";
    /// The name of the configuration in that directory.
    public static final String CONFIG_FILE = "openclaw.json";
    /// Where the state directory is mounted, writable.
    public static final String STATE = "/home/node/.openclaw";
    /// The directory in the state in which the bot works.
    public static final String WORKSPACE = "workspace";
    /// The file in the workspace that tells the bot who it is: OpenClaw puts it before every conversation
    /// (`concepts/soul`). The bot may rewrite it itself.
    public static final String INSTRUCTIONS_FILE = "SOUL.md";
    /// The longest instructions, in bytes of UTF-8.
    public static final int MOST_INSTRUCTIONS = 32 << 10;
    /// Inside the container: makes a running bot read its secret files again. Takes about 6 s.
    public static final List<String> RELOAD_SECRETS = List.of("openclaw", "secrets", "reload");

    /// Where the secrets are mounted, read-only. Each file must belong to the process's uid, with mode 0600 or 0400.
    public static final String SECRETS = "/run/secrets";

    /// Not to be started again on this exit code: the configuration was refused (`EX_CONFIG`), and would be again.
    public static final int EXIT_CONFIGURATION = 78;

    /// The directories that OpenClaw writes to outside its state, as tmpfs: path and size in bytes.
    public static final Map<String, Long> TMPFS = Map.of("/tmp", 256L << 20);

    /// The environment, which holds nothing secret.
    ///
    /// `OPENCLAW_SUPERVISOR_MODE=external` since Docker restarts it: without it a failed start spends up to a minute on its
    /// own diagnosis. The caches are named because with a read-only root the usual places end in exit 78.
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

    /// Where a secret file is found inside the container.
    static String secret(String file) {
        return SECRETS + "/" + file;
    }
}
