package botmaker.server;

import botmaker.auth.AdminPassword;
import botmaker.auth.BasicAuthenticator;
import botmaker.auth.Password;
import botmaker.config.Settings;
import botmaker.config.SettingsSource;
import botmaker.file.FileWatch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Which password counts: the owner's hash where the settings have one, otherwise that of the file made at first start. Either
/// may be changed while BotMaker runs; the new one counts within seconds, and the old one no longer.
final class SignIn implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(SignIn.class.getName());

    private final Settings settings;
    private final SettingsSource source;
    private final Path file;
    private final FileWatch watch;
    private final BasicAuthenticator authenticator;

    private SignIn(Settings settings, SettingsSource source) throws IOException {
        this.settings = settings;
        this.source = source;
        this.file = settings.data().resolve("admin-password");
        List<Path> files = new ArrayList<>(List.of(file));
        source.file().ifPresent(files::add);
        this.watch = new FileWatch(files, this::reload);
        this.authenticator = new BasicAuthenticator(settings.user(), password(settings));
    }

    /// Begins to watch what holds the password.
    ///
    /// @throws IOException when the password's file cannot be read or made
    static SignIn start(Settings settings, SettingsSource source) throws IOException {
        SignIn signIn = new SignIn(settings, source);
        signIn.watch.start();
        return signIn;
    }

    /// Tells the log where the password is, unless its hash is in the settings.
    void tell() {
        if (settings.passwordHash().isEmpty()) {
            LOG.log(System.Logger.Level.INFO, "sign in as {0} with the password in {1}", settings.user(), file);
        }
    }

    BasicAuthenticator authenticator() {
        return authenticator;
    }

    private Password password(Settings now) throws IOException {
        return now.passwordHash().isPresent() ? now.passwordHash().get() : AdminPassword.in(file);
    }

    private void reload() {
        try {
            if (authenticator.accept(password(source.load()))) {
                LOG.log(System.Logger.Level.INFO, "the password was changed; whoever signed in with the old one is signed out");
            }
        } catch (IOException | Settings.Wrong e) {
            LOG.log(System.Logger.Level.WARNING, "the password of before stays: {0}", e.getMessage());
        }
    }

    @Override
    public void close() {
        watch.close();
    }
}
