package botmaker.cli;

import botmaker.audit.Verification;
import botmaker.auth.PasswordHash;
import botmaker.bot.model.Schema;
import botmaker.broker.Broker;
import botmaker.cli.Arguments.WrongUse;
import botmaker.config.Settings;
import botmaker.config.SettingsTable;
import botmaker.config.Version;
import botmaker.docker.Engine;
import botmaker.docker.EngineException;
import botmaker.error.Failure;
import botmaker.file.IoFailures;
import botmaker.image.ImageSupply;
import botmaker.log.LogFormat;
import botmaker.log.LogStream;
import botmaker.server.App;
import botmaker.store.StoreException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;

/// The command line. Exit codes: 0 done, 1 failed, 2 wrong usage or settings.
public final class Main {
    private static final int FAILED = 1;
    private static final int WRONG_USE = 2;

    private static final String HELP = """
            BotMaker runs OpenClaw bots in hardened Docker containers, from a dashboard.

            java -jar botmaker.jar [serve] [--config FILE]   serve the dashboard
            java -jar botmaker.jar broker  [--config FILE]   pass on the bots' calls to their AI, with the keys that the bots
                                                             do not have; serve starts one where none runs
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

    private static final String HEAD = "--head";
    /// How long a broker completes calls when it ends: a service is ended by upgrades, a child together with its server.
    private static final Duration SERVICE_DRAIN = Duration.ofMinutes(2);
    private static final Duration CHILD_DRAIN = Duration.ofSeconds(15);
    private static final Set<String> NO_OPTIONS = Set.of();
    private static final Set<String> CONFIGURED = Set.of(Arguments.CONFIG);

    /// @param operand the required operand's name in messages; empty if none is accepted
    private record Command(String operand, Set<String> options, Action action) {
        interface Action {
            /// @return whether it succeeded
            boolean run(Arguments arguments) throws Exception;
        }
    }

    private static final Map<String, Command> COMMANDS = Map.of(
            "serve", new Command("", CONFIGURED, it -> serve(it.source())),
            "broker", new Command("", Set.of(Arguments.CHILD, Arguments.CONFIG),
                    it -> serveBots(it.settings(), it.has(Arguments.CHILD))),
            "doctor", new Command("", CONFIGURED, it -> Doctor.examine(it.settings(), System.out)),
            "hash-password", new Command("", NO_OPTIONS, _ -> hashPassword()),
            "image", new Command("build, fresh, current or name", CONFIGURED, Main::image),
            "audit", new Command("the word verify", Set.of(HEAD, Arguments.CONFIG), Main::verifyAudit),
            "backup", new Command("the name of a file", Set.of(Arguments.NO_PAUSE, Arguments.CONFIG),
                    it -> BackupCommands.backUp(it.settings(), it.file(), !it.has(Arguments.NO_PAUSE))),
            "restore", new Command("the name of a file", CONFIGURED, it -> BackupCommands.restore(it.settings(), it.file())),
            "--version", new Command("", NO_OPTIONS, _ -> print("BotMaker " + Version.current())),
            "--help", new Command("", NO_OPTIONS, _ -> print(HELP)));
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
            List<String> rest = named ? words.subList(1, words.size()) : words;
            return command.action().run(Arguments.of(rest, command.operand(), command.options())) ? 0 : FAILED;
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

    /// Runs the broker until a signal ends the process.
    ///
    /// @param child whether it also ends at the end of standard input
    private static boolean serveBots(Settings settings, boolean child) throws IOException, InterruptedException {
        LogStream.replaceStandardStreams();
        Broker broker = Broker.start(settings.data(), ways(settings, child ? CHILD_DRAIN : SERVICE_DRAIN));
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().name("shutdown").unstarted(() -> {
            broker.close();
            LogStream.drainStandardStreams();
        }));
        if (child) {
            System.in.transferTo(OutputStream.nullOutputStream());
        } else {
            System.out.println("BotMaker's broker serves " + settings.data());
            new CountDownLatch(1).await(); // until a signal ends the process
        }
        return true;
    }

    /// Returns how the broker reaches servers in the bots' place: as they would themselves.
    private static Broker.Options ways(Settings settings, Duration drain) {
        Map<String, String> environment = settings.botEnvironment();
        List<String> direct = Arrays.stream(environment.getOrDefault("NO_PROXY", "").split(",", -1)).map(String::strip)
                .filter(host -> !host.isEmpty()).toList();
        return new Broker.Options(settings.brokerCa(), Optional.ofNullable(environment.get("HTTPS_PROXY")).map(URI::create), direct, drain);
    }

    private static boolean serve(Settings.Source source) throws IOException, InterruptedException, Settings.Wrong {
        LogStream.replaceStandardStreams();
        App app;
        try {
            app = App.start(source);
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

    /// Builds or pulls the image that bots run.
    ///
    /// @return whether the image exists and is current
    private static boolean image(Arguments arguments) throws IOException, Settings.Wrong {
        String action = arguments.operand().orElseThrow();
        Settings settings = arguments.settings();
        try (ImageSupply supply = new ImageSupply(
                new Engine(settings.dockerSocket()), settings.image(), settings.buildContext(), System.getenv())) {
            return switch (action) {
                case "name" -> print(settings.image());
                case "current" -> supply.isCurrent();
                case "build" -> supply.isCurrent() ? print(settings.image() + " exists and is current") : get(supply, settings.image());
                case "fresh" -> get(supply, settings.image());
                default -> throw new WrongUse("image takes build, fresh, current or name, not \"" + action + "\"");
            };
        } catch (EngineException e) {
            throw new Failure.Conflict("The Docker Engine refused: " + e.getMessage());
        }
    }

    private static boolean get(ImageSupply supply, String image) throws IOException {
        long start = System.nanoTime();
        supply.get(System.out::println);
        return print(image + " is ready after " + Duration.ofNanos(System.nanoTime() - start).toSeconds() + " s");
    }

    /// Verifies the hash chain of the audit log, also while BotMaker serves.
    ///
    /// @return whether the chain is intact
    private static boolean verifyAudit(Arguments arguments) throws IOException, Settings.Wrong {
        Optional<String> head = arguments.value(HEAD).map(hash -> hash.toLowerCase(Locale.ROOT));
        if (!arguments.operand().equals(Optional.of("verify"))) {
            throw new WrongUse("usage: botmaker audit verify [--head HASH]");
        }
        if (head.isPresent() && !head.get().matches("[0-9a-f]{64}")) {
            throw new WrongUse("--head must be followed by a hash of 64 hex digits");
        }
        Verification found = Verification.of(arguments.settings().data().resolve("botmaker.db"), Schema.MIGRATIONS.size(), head);
        print(found.count() + " records, head " + found.head());
        found.bad().ifPresent(seq -> print("FAIL  record " + seq + " does not follow from the records before it: "
                + "a record was changed, removed or added there"));
        found.noted().ifPresent(seq -> print(seq.isPresent() ? "ok    the noted hash is that of record " + seq.getAsLong()
                : "FAIL  no valid record has the noted hash: the chain was truncated before it, or rewritten"));
        return found.holds() && print("ok    every record follows from the one before it");
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
