package botmaker.cli;

import botmaker.auth.PasswordHash;
import botmaker.cli.Arguments.Form;
import botmaker.cli.Arguments.WrongUse;
import botmaker.config.Settings;
import botmaker.config.SettingsSource;
import botmaker.config.SettingsTable;
import botmaker.config.Version;
import botmaker.error.Failure;
import botmaker.file.IoFailures;
import botmaker.log.LogFormat;
import botmaker.log.LogStream;
import botmaker.server.App;
import botmaker.store.StoreException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;

/// The command line. Exit codes: 0 done, 1 failed, 2 wrong usage or settings.
public final class Main {
    private static final int FAILED = 1;
    private static final int WRONG_USE = 2;

    private static final String NO_PAUSE = "--no-pause";

    private static final String HELP = """
            BotMaker runs OpenClaw bots in hardened Docker containers, from a dashboard.

            java -jar botmaker.jar [serve] [--config FILE]   serve the dashboard
            java -jar botmaker.jar doctor  [--config FILE]   check this host and say what to do
            java -jar botmaker.jar image build [--config FILE]
                                                             build or pull the image that bots run, unless it is
                                                             current; fresh: again, with Debian's updates since then;
                                                             current: only check; name: only print its name
            java -jar botmaker.jar audit verify [--head HASH] [--config FILE]
                                                             verify the hash chain of the audit log
            java -jar botmaker.jar hash-password             read a password, print its hash for auth.password-hash
            java -jar botmaker.jar backup FILE [--no-pause] [--config FILE]
                                                             write database, secrets and all bots' files to one file,
                                                             encrypted with a passphrase that it asks for; also while
                                                             BotMaker serves. Each bot is paused while its files are
                                                             copied, unless --no-pause is given
            java -jar botmaker.jar restore FILE [--config FILE]
                                                             create the data directory from a backup
            java -jar botmaker.jar --version | --help

            Without --config it reads ./botmaker.properties if that exists. An environment variable overrides the file:
            server.port is BOTMAKER_SERVER_PORT. The settings and their defaults:

            """ + SettingsTable.summary();

    private record Command(Arguments.Form form, Action action) {
        interface Action {
            /// @return whether it succeeded
            boolean run(Arguments arguments) throws Exception;
        }
    }

    private static final Map<String, Command> COMMANDS = Map.of(
            "serve", new Command(Form.CONFIGURED, it -> serve(it.source())),
            "doctor", new Command(Form.CONFIGURED, it -> Doctor.examine(it.settings(), System.out)),
            "hash-password", new Command(Form.NOTHING, _ -> hashPassword()),
            "image", new Command(ImageCommand.FORM, it -> ImageCommand.run(it, System.out)),
            "audit", new Command(AuditCommand.FORM, it -> AuditCommand.run(it, System.out)),
            "backup", new Command(new Form("the name of a file", Set.of(NO_PAUSE), Set.of(Arguments.CONFIG)),
                    it -> BackupCommands.backUp(it.settings(), it.file(), !it.has(NO_PAUSE))),
            "restore", new Command(new Form("the name of a file", Set.of(), Set.of(Arguments.CONFIG)),
                    it -> BackupCommands.restore(it.settings(), it.file())),
            "--version", new Command(Form.NOTHING, _ -> print("BotMaker " + Version.current())),
            "--help", new Command(Form.NOTHING, _ -> print(HELP)));
    private static final Map<String, String> ALIASES = Map.of("version", "--version", "help", "--help", "-h", "--help");

    private Main() { }

    public static void main(String[] arguments) throws Exception {
        Utf8.ensure(List.of(arguments));
        int code = run(List.of(arguments));
        LogStream.drainStandardStreams();
        System.exit(code);
    }

    private static int run(List<String> words) throws Exception {
        LogFormat.use();
        boolean named = !words.isEmpty() && !words.getFirst().equals(Arguments.CONFIG);
        String name = named ? words.getFirst() : "serve";
        try {
            Command command = COMMANDS.get(ALIASES.getOrDefault(name, name));
            if (command == null) {
                throw new WrongUse("unknown command: " + name);
            }
            return command.action().run(Arguments.of(named ? words.subList(1, words.size()) : words, command.form())) ? 0 : FAILED;
        } catch (WrongUse e) {
            System.err.println("botmaker: " + e.getMessage() + ". See --help.");
            return WRONG_USE;
        } catch (Settings.Wrong e) {
            e.getMessage().lines().forEach(line -> System.err.println("botmaker: " + line));
            return WRONG_USE;
        } catch (IOException | Failure | StoreException | UncheckedIOException e) {
            System.err.println("botmaker: " + words(e));
            return FAILED;
        } catch (RuntimeException | Error e) {
            System.getLogger(Main.class.getName()).log(System.Logger.Level.ERROR, name + " failed because of a defect in BotMaker", e);
            return FAILED;
        }
    }

    private static boolean serve(SettingsSource source) throws IOException, InterruptedException, Settings.Wrong {
        LogStream.replaceStandardStreams();
        Settings settings = source.load();
        App app;
        try {
            app = App.start(settings, source);
        } catch (IOException | Failure | StoreException | UncheckedIOException e) {
            throw new IOException("cannot start: " + words(e), e);
        }
        CountDownLatch ended = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().name("shutdown").unstarted(() -> {
            app.close();
            LogStream.drainStandardStreams();
            ended.countDown();
        }));
        System.out.println("BotMaker listening on " + app.url());
        app.begin();
        ended.await();
        return true;
    }

    private static String words(Exception e) {
        return e instanceof IOException failure ? IoFailures.sentence(failure) : e.getMessage();
    }

    private static boolean hashPassword() throws IOException {
        char[] password = Passphrase.choose("password");
        try {
            System.out.println(PasswordHash.of(password));
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        }
        Arrays.fill(password, ' ');
        return true;
    }

    private static boolean print(String text) {
        System.out.println(text);
        return true;
    }
}
