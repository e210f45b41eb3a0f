package botmaker;

import botmaker.auth.PasswordHash;
import botmaker.error.Failure;
import botmaker.store.StoreException;
import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/// The command line. Exit codes: 0 done, 1 it could not be done, 2 it was asked wrongly.
final class Main {
    private static final int FAILED = 1;
    private static final int WRONG_USE = 2;

    private static final String HELP = """
            BotMaker runs OpenClaw bots in hardened Docker containers, from a dashboard.

            java -jar botmaker.jar [serve] [--config FILE]   serve the dashboard
            java -jar botmaker.jar doctor  [--config FILE]   check what it needs and say what to do
            java -jar botmaker.jar audit verify [--head HASH] [--config FILE]
                                                             check the record of who did what
            java -jar botmaker.jar hash-password             read a password, print its hash for auth.password-hash
            java -jar botmaker.jar --version | --help

            Without --config it reads ./botmaker.properties where there is one. An environment variable wins over the
            file: server.port is BOTMAKER_SERVER_PORT.""";

    private Main() { }

    public static void main(String[] arguments) throws InterruptedException {
        System.exit(run(List.of(arguments)));
    }

    private static int run(List<String> arguments) throws InterruptedException {
        logOnOneLine();
        boolean named = !arguments.isEmpty() && !arguments.getFirst().equals("--config");
        String command = named ? arguments.getFirst() : "serve";
        List<String> options = named ? arguments.subList(1, arguments.size()) : arguments;
        try {
            return switch (command) {
                case "serve" -> serve(source(options));
                case "doctor" -> Doctor.examine(source(options).load(), System.out) ? 0 : FAILED;
                case "audit" -> AuditCommand.run(options, System.out) ? 0 : FAILED;
                case "hash-password" -> hashPassword(none(options));
                case "--version", "version" -> print(none(options), "BotMaker " + version());
                case "--help", "-h", "help" -> print(none(options), HELP);
                default -> throw new WrongUse("there is no command \"" + command + "\"");
            };
        } catch (WrongUse e) {
            System.err.println("botmaker: " + e.getMessage() + ". See --help.");
            return WRONG_USE;
        } catch (IOException | StoreException | Failure e) {
            System.err.println("botmaker: " + words(e));
            return FAILED;
        } catch (Settings.Wrong e) {
            e.getMessage().lines().forEach(line -> System.err.println("botmaker: " + line));
            return WRONG_USE;
        }
    }

    static final class WrongUse extends RuntimeException {
        private static final long serialVersionUID = 1L;

        WrongUse(String message) {
            super(message);
        }
    }

    private static int serve(SettingsSource source) throws InterruptedException, Settings.Wrong {
        Settings settings = source.load();
        App app;
        try {
            app = App.start(settings, source);
        } catch (IOException | RuntimeException e) {
            System.err.println("botmaker: cannot start: " + words(e));
            return FAILED;
        }
        CountDownLatch ended = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().name("shutdown").unstarted(() -> {
            app.close();
            ended.countDown();
        }));
        System.out.println("BotMaker listening on " + app.url());
        ended.await();
        return 0;
    }

    private static String words(Exception e) {
        return e.getMessage() == null ? e.toString() : e.getMessage();
    }

    static SettingsSource source(List<String> options) {
        if (options.isEmpty()) {
            return new SettingsSource(Optional.of(Path.of("botmaker.properties")).filter(Files::exists), System.getenv());
        }
        if (options.size() == 2 && options.getFirst().equals("--config")) {
            return new SettingsSource(Optional.of(Path.of(options.getLast())), System.getenv());
        }
        throw new WrongUse("only --config FILE may follow, not \"" + String.join(" ", options) + "\"");
    }

    private static List<String> none(List<String> options) {
        if (!options.isEmpty()) {
            throw new WrongUse("nothing may follow here, not \"" + String.join(" ", options) + "\"");
        }
        return options;
    }

    private static int hashPassword(List<String> none) {
        char[] password = readPassword();
        if (password.length < 12) {
            System.err.println("botmaker: a password of at least 12 characters is needed");
            return FAILED;
        }
        System.out.println(PasswordHash.of(password));
        Arrays.fill(password, ' ');
        return 0;
    }

    private static char[] readPassword() {
        Console console = System.console();
        if (console != null && console.isTerminal()) {
            return Optional.ofNullable(console.readPassword("Password: ")).orElse(new char[0]);
        }
        try (var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            return Optional.ofNullable(in.readLine()).orElse("").toCharArray();
        } catch (IOException e) {
            throw new WrongUse("the password cannot be read from standard input (" + e.getMessage() + ")");
        }
    }

    private static int print(List<String> none, String text) {
        System.out.println(text);
        return 0;
    }

    /// The version in the jar's manifest; classes that run from elsewhere have none.
    static String version() {
        return Optional.ofNullable(Main.class.getPackage().getImplementationVersion()).orElse("(not from its jar)");
    }

    /// Log lines go to standard error: time, level, class, message.
    private static void logOnOneLine() {
        System.getProperties().putIfAbsent("java.util.logging.SimpleFormatter.format",
                "%1$tFT%1$tT.%1$tL%1$tz %4$s %3$s %5$s%6$s%n");
    }
}
