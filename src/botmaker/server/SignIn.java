package botmaker.server;

import botmaker.auth.AdminPassword;
import botmaker.auth.BasicAuthenticator;
import botmaker.auth.Password;
import botmaker.config.Settings;
import botmaker.error.Failure;
import botmaker.file.FileWatch;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Provides the password: the hash in the settings if there is one, otherwise the file that the first start generates. Either may
/// be changed while BotMaker runs; the new password replaces the old one within seconds.
final class SignIn implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(SignIn.class.getName());

    private static final Duration RETRY = Duration.ofSeconds(1);

    private final Settings settings;
    private final Settings.Source source;
    private final Path file;
    private final FileWatch watch;
    private final BasicAuthenticator authenticator;

    private SignIn(Settings settings, Settings.Source source) throws IOException {
        this.settings = settings;
        this.source = source;
        this.file = settings.data().resolve("admin-password");
        List<Path> files = new ArrayList<>(List.of(file));
        source.file().ifPresent(files::add);
        this.watch = new FileWatch(files, this::reload);
        this.authenticator = new BasicAuthenticator(settings.user(), password(settings));
    }

    /// Reads the password and begins to watch its source.
    ///
    /// @throws IOException if the password file cannot be read or created
    static SignIn start(Settings settings, Settings.Source source) throws IOException {
        SignIn signIn = new SignIn(settings, source);
        signIn.watch.start();
        return signIn;
    }

    /// Logs where the password is, unless its hash is in the settings.
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

    /// Runs on the watch's thread; what could not be read or written is retried every second.
    private void reload() {
        String told = "";
        while (true) {
            try {
                load();
                return;
            } catch (Settings.Wrong e) {
                LOG.log(System.Logger.Level.WARNING, "the previous password stays in use: {0}", e.getMessage());
                return;
            } catch (IOException | Failure e) {
                if (!told.equals(e.getMessage())) {
                    told = String.valueOf(e.getMessage());
                    LOG.log(System.Logger.Level.WARNING, "the new password could not be read or written, trying again: {0}", told);
                }
            }
            try {
                Thread.sleep(RETRY);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private void load() throws IOException, Settings.Wrong {
        Settings now = source.load();
        if (now.passwordHash().isEmpty() && AdminPassword.isAbsent(file)) {
            authenticator.accept(Password.NONE); // the old password ends with its file, even if no new one can be written
        }
        if (authenticator.accept(password(now))) {
            LOG.log(System.Logger.Level.INFO, "the password was changed; whoever signed in with the old one is signed out");
        }
    }

    @Override
    public void close() {
        watch.close();
    }
}
