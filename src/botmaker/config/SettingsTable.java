package botmaker.config;

import botmaker.openclaw.OpenClaw;
import java.util.List;
import java.util.stream.Collectors;

/// Every setting with its default and its meaning. `botmaker.properties`, the page `web/docs/settings.md` and a part of `--help` are
/// generated from this table.
public final class SettingsTable {
    private static final int WIDTH = 116;

    /// One setting.
    ///
    /// @param standard its default; empty if it is optional
    /// @param meaning  in Markdown
    record Setting(String key, String standard, String meaning) { }

    private static final List<Setting> ALL = List.of(
            new Setting("server.address", "127.0.0.1", """
                    The address that the dashboard listens on. Any other than a loopback address needs TLS or `server.behind-proxy`."""),
            new Setting("server.port", "7100", "The port that the dashboard listens on; 0 takes a free one."),
            new Setting("server.allowed-hosts", "", """
                    Host names and addresses under which browsers may reach the dashboard, without scheme or port, separated by commas. \
                    Loopback names and `server.address` are always accepted."""),
            new Setting("server.tls.certificate", "", "PEM file of the certificate, followed by its chain. Read again when it changes."),
            new Setting("server.tls.key", "", "PEM file of the certificate's key. Read again when it changes."),
            new Setting("server.behind-proxy", "false", "Whether a reverse proxy in front terminates TLS."),
            new Setting("data.dir", "data", """
                    The data directory: database, secrets and the bots' files. A relative path starts at the working directory."""),
            new Setting("auth.user", "admin", "The name of the only user."),
            new Setting("auth.password-hash", "", """
                    The password's hash, made by `hash-password`. If it is empty, the password is in `admin-password` in the data \
                    directory. A new password or hash takes effect within seconds."""),
            new Setting("docker.socket", "/var/run/docker.sock", "The socket of the Docker Engine."),
            new Setting("openclaw.image", OpenClaw.IMAGE, "The image for new bots and for *Upgrade*."),
            new Setting("openclaw.build-context", "openclaw-image", """
                    The directory with the image's Dockerfile. Not used if the image's name includes a registry to pull from."""),
            new Setting("bot.memory", "2g", "The default memory limit of a bot, including swap; at least `1536m`."),
            new Setting("bot.cpus", "2", "The default processor limit of a bot. On a host with fewer processors, it is their number."),
            new Setting("bot.pids", "512", "The default limit of processes and threads of a bot."),
            new Setting("bot.stop-timeout", "30s", """
                    How long a bot may take to stop before it is killed. A bot that is answering finishes its answer first."""),
            new Setting("bot.uid-base", "1900000000", """
                    The first user id of bots if BotMaker runs as root; each new bot gets the next. Keep it clear of the ranges in \
                    `/etc/subuid`."""),
            new Setting("bot.ports", "19100-19999", "The ports of 127.0.0.1 for [Control UIs](access.md#control-ui)."),
            new Setting("bot.time-zone", "", "The time zone of every bot, such as `Europe/Berlin`."),
            new Setting("bot.http-proxy", "", "The proxy that bots use for HTTP, such as `http://proxy.example:3128`."),
            new Setting("bot.https-proxy", "", "The proxy that bots, and the broker in their place, use for HTTPS."),
            new Setting("bot.no-proxy", "", "The hosts that bots reach without a proxy, separated by commas."),
            new Setting("broker.ca-file", "", """
                    PEM file of certificate authorities that the broker trusts in addition to the usual ones, such as that of a proxy that \
                    inspects TLS."""));

    private SettingsTable() { }

    /// Returns the settings in the order in which they are documented.
    static List<Setting> all() {
        return ALL;
    }

    /// Returns the default of a setting.
    static String standard(String key) {
        return ALL.stream().filter(setting -> setting.key().equals(key)).findFirst().orElseThrow().standard();
    }

    /// Returns the properties file that ships: every setting with its meaning and default.
    static String properties() {
        return comment("BotMaker's settings and their defaults. An environment variable overrides this file: BOTMAKER_ and the key in upper "
                + "case, with dots and dashes as underscores (server.port is BOTMAKER_SERVER_PORT).")
                + ALL.stream().map(setting -> "\n" + comment(plain(setting.meaning())) + setting.key() + "=" + setting.standard() + "\n")
                .collect(Collectors.joining());
    }

    /// Returns the documentation's page.
    static String page() {
        return """
                # Settings

                A properties file holds the settings: the one named with `--config FILE`, otherwise `botmaker.properties` in the working \
                directory. An environment variable overrides the file: `server.port` is `BOTMAKER_SERVER_PORT`. Invalid settings stop the \
                start with a message that lists all of them.

                | setting | default | meaning |
                |---|---|---|
                """ + ALL.stream().map(setting -> "| `%s` |%s | %s |%n".formatted(setting.key(),
                        setting.standard().isEmpty() ? "" : " `" + setting.standard() + "`", setting.meaning())).collect(Collectors.joining());
    }

    /// Returns one line for each setting, `key=default`.
    public static String summary() {
        return ALL.stream().map(setting -> setting.key() + "=" + setting.standard()).collect(Collectors.joining("\n"));
    }

    private static String plain(String markdown) {
        return markdown.replaceAll("\\[([^]]*)]\\([^)]*\\)", "$1").replace("`", "");
    }

    private static String comment(String text) {
        StringBuilder comment = new StringBuilder("#");
        int column = 1;
        for (String word : text.split(" ", -1)) {
            if (column + 1 + word.length() > WIDTH) {
                comment.append("\n#");
                column = 1;
            }
            comment.append(' ').append(word);
            column += 1 + word.length();
        }
        return comment.append('\n').toString();
    }
}
