package botmaker.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.bot.model.Schema;
import botmaker.file.PrivateFiles;
import botmaker.store.Database;
import botmaker.support.Program.Outcome;
import botmaker.support.Program;
import botmaker.tls.Certificates;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The program as a process of its own.
class CommandLineTest {
    @TempDir
    Path directory;

    private Program program;

    @BeforeEach
    void find() {
        program = new Program(directory);
    }

    private Outcome run(Map<String, String> environment, String input, String... arguments) throws Exception {
        return program.run(environment, input, arguments);
    }

    private Process serve(Map<String, String> environment) throws Exception {
        Process process = program.start(environment, "", "serve");
        await(process, program::out, "listening");
        return process;
    }

    private void await(Process process, Supplier<String> output, String words) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!output.get().contains(words)) {
            assertTrue(process.isAlive() && System.nanoTime() - deadline < 0, () -> "it does not say \"" + words + "\": " + program.err());
            Thread.sleep(50);
        }
    }

    /// A shell without a locale, as cron has it, made BotMaker refuse every name with letters beyond ASCII.
    @Test
    void names_beyond_ASCII_need_no_locale() throws Exception {
        Path house = Files.createDirectory(directory.resolve("b\u00fcro"));
        Path data = house.resolve("d\u00e4ta");
        Path settings = Files.writeString(house.resolve("b\u00f6t.properties"), "data.dir=" + data + "\nserver.port=0\n");
        Map<String, String> locale = Map.of("LC_ALL", "C");
        Process process = program.start(locale, "", "serve", "--config", settings.toString());
        await(process, program::out, "listening");
        process.destroy();
        assertEquals(143, process.waitFor(), program::err);

        Outcome doctor = run(locale, "", "doctor", "--config", settings.toString());
        assertTrue(doctor.out().contains("ok    data     " + data), doctor.out() + doctor.err());
        String passphrase = "correct horse battery\n";
        Path backup = house.resolve("f\u00fcr.bm");
        assertEquals(0, run(locale, passphrase, "backup", backup.toString(), "--config", settings.toString()).exit(), program::err);
        Outcome restored = run(Map.of("LC_ALL", "C", "BOTMAKER_DATA_DIR", house.resolve("z\u00fcr\u00fcck").toString()), passphrase,
                "restore", backup.toString());
        assertEquals(0, restored.exit(), restored::err);
        assertTrue(Files.isRegularFile(house.resolve("z\u00fcr\u00fcck/botmaker.db")));
    }

    @Test
    void help_and_version_are_told() throws Exception {
        assertTrue(run(Map.of(), "", "--help").out().contains("hash-password"));
        assertTrue(run(Map.of(), "", "--version").out().startsWith("BotMaker "));
    }

    @Test
    void a_wrong_use_exits_with_2_and_says_so() throws Exception {
        for (String[] arguments : List.of(new String[] {"srve"}, new String[] {"serve", "--port", "1"}, new String[] {"--version", "x"},
                new String[] {"backup"}, new String[] {"backup", "a", "b"}, new String[] {"restore", "a", "--no-pause"},
                new String[] {"serve", "--config"}, new String[] {"backup", "a", "--config", "b", "--config", "c"})) {
            Outcome outcome = run(Map.of(), "", arguments);
            assertEquals(2, outcome.exit());
            assertEquals("", outcome.out());
            assertEquals(1, outcome.err().lines().count(), outcome.err());
        }
    }

    @Test
    void wrong_settings_exit_with_2_and_are_all_named() throws Exception {
        Outcome outcome = run(Map.of("BOTMAKER_SERVER_PORT", "x", "BOTMAKER_SERVER_ADDRESS", "0.0.0.0"), "");

        assertEquals(2, outcome.exit());
        assertEquals(2, outcome.err().lines().count(), outcome.err());
    }

    /// PROMISES 10.
    @Test
    void an_address_that_others_reach_is_refused_without_TLS() throws Exception {
        for (String address : List.of("0.0.0.0", "::")) {
            Outcome outcome = run(Map.of("BOTMAKER_SERVER_ADDRESS", address, "BOTMAKER_DATA_DIR", directory.resolve("data").toString()), "");
            assertEquals(2, outcome.exit());
            assertEquals("", outcome.out());
            assertTrue(outcome.err().contains("server.tls.certificate"), outcome.err());
            assertFalse(Files.exists(directory.resolve("data")));
        }
    }

    @Test
    void with_TLS_it_serves_others_and_says_so() throws Exception {
        Certificates.make(directory, "server", Certificates.RSA);
        Map<String, String> environment = Map.of("BOTMAKER_SERVER_PORT", "0", "BOTMAKER_DATA_DIR", directory.resolve("data").toString(),
                "BOTMAKER_SERVER_ADDRESS", "0.0.0.0", "BOTMAKER_SERVER_TLS_CERTIFICATE", directory.resolve("server.crt").toString(),
                "BOTMAKER_SERVER_TLS_KEY", directory.resolve("server.key").toString());
        Process process = serve(environment);
        try {
            String out = program.out();
            assertTrue(out.matches("BotMaker listening on https://0\\.0\\.0\\.0:[0-9]+\n"), out);
            try (HttpClient client = HttpClient.newBuilder().sslContext(Certificates.trusting(directory.resolve("server.crt"))).build()) {
                URI health = URI.create(out.strip().replaceFirst(".*https://0.0.0.0", "https://localhost") + "/health");
                assertEquals(200, client.send(HttpRequest.newBuilder(health).build(), BodyHandlers.discarding()).statusCode());
            }
        } finally {
            process.destroy();
            assertTrue(process.waitFor(60, TimeUnit.SECONDS), "it does not end on SIGTERM");
        }
    }

    @Test
    void a_certificate_that_cannot_be_used_is_one_clear_line() throws Exception {
        Certificates.make(directory, "server", Certificates.EC);
        Certificates.make(directory, "other", Certificates.EC);
        Outcome outcome = run(Map.of("BOTMAKER_SERVER_PORT", "0", "BOTMAKER_DATA_DIR", directory.resolve("data").toString(),
                "BOTMAKER_SERVER_TLS_CERTIFICATE", directory.resolve("server.crt").toString(),
                "BOTMAKER_SERVER_TLS_KEY", directory.resolve("other.key").toString()), "");
        assertEquals(1, outcome.exit());
        String last = outcome.err().lines().toList().getLast();
        assertTrue(last.startsWith("botmaker: cannot start: the key in ") && last.contains("does not belong"), outcome.err());
    }

    @Test
    void a_settings_file_that_is_not_there_is_an_error() throws Exception {
        assertEquals(2, run(Map.of(), "", "serve", "--config", "absent.properties").exit());
    }

    @Test
    void a_password_becomes_a_hash_that_the_settings_take() throws Exception {
        Outcome outcome = run(Map.of(), "correct horse battery\n", "hash-password");

        assertEquals(0, outcome.exit(), outcome.err());
        assertTrue(outcome.out().startsWith("pbkdf2-sha512$"));
        assertEquals(1, run(Map.of(), "short\n", "hash-password").exit());
    }

    /// Passwords with which no browser could sign in were hashed all the same, and of several lines the first.
    @Test
    void a_password_that_cannot_be_sent_is_not_hashed() throws Exception {
        for (String password : new String[] {"correct horse\tbattery\n", "correct horse\0battery\n", "x".repeat(751) + "\n",
            "correct horse battery\nstaple\n", "correct horse battery\n\n", "correct horse b\u001b[Aattery\n"}) {
            Outcome outcome = run(Map.of(), password, "hash-password");
            assertEquals(1, outcome.exit(), password);
            assertEquals("", outcome.out());
            assertTrue(outcome.err().startsWith("botmaker: the password "), outcome.err());
            assertFalse(outcome.err().contains("horse"), outcome.err());
        }
    }

    @Test
    void it_serves_refuses_a_second_one_and_ends_on_sigterm() throws Exception {
        Map<String, String> environment = Map.of("BOTMAKER_SERVER_PORT", "0", "BOTMAKER_DATA_DIR", directory.resolve("data").toString());
        Process first = serve(environment);
        try {
            String out = program.out();
            assertTrue(out.matches("BotMaker listening on http://127\\.0\\.0\\.1:[0-9]+\n"), out);

            Path link = Files.createSymbolicLink(directory.resolve("link"), directory.resolve("data"));
            for (String data : List.of(directory.resolve("data").toString(), link.toString())) {
                Outcome second = run(Map.of("BOTMAKER_SERVER_PORT", "0", "BOTMAKER_DATA_DIR", data), "");
                assertEquals(1, second.exit(), second.err());
                assertTrue(second.err().contains("another BotMaker"), second.err());
            }
            assertTrue(first.isAlive());
        } finally {
            first.destroy();
            assertTrue(first.waitFor(30, TimeUnit.SECONDS), "it does not end on SIGTERM");
        }
    }

    /// Also beside a BotMaker that serves: whoever doubts it must not have to stop it first.
    @Test
    void the_audit_is_verified_while_it_serves_and_against_a_noted_head() throws Exception {
        Map<String, String> environment = Map.of("BOTMAKER_SERVER_PORT", "0", "BOTMAKER_DATA_DIR", directory.resolve("data").toString());
        assertEquals(1, run(environment, "", "audit", "verify").exit(), "there is none yet");
        Process serving = serve(environment);
        String head;
        try {
            await(serving, program::err, "audit: 0 records, head 0000"); // told when it serves already
            Outcome sound = run(environment, "", "audit", "verify");
            assertEquals(0, sound.exit(), sound.err());
            assertTrue(sound.out().startsWith("1 records, head "), sound.out());
            head = sound.out().lines().findFirst().orElseThrow().replaceFirst(".* ", "");
            assertEquals(0, run(environment, "", "audit", "verify", "--head", head).exit());
            assertEquals(1, run(environment, "", "audit", "verify", "--head", "f".repeat(64)).exit());
        } finally {
            serving.destroy();
            assertTrue(serving.waitFor(30, TimeUnit.SECONDS), "it does not end on SIGTERM");
        }
        String log = program.err();
        Outcome afterwards = run(environment, "", "audit", "verify", "--head", head);
        assertEquals(0, afterwards.exit(), afterwards.out());
        assertTrue(afterwards.out().startsWith("2 records, head "), afterwards.out());
        // Java's log had ended before BotMaker did, so that the head at the end was told to nobody.
        assertTrue(log.contains("audit: " + afterwards.out().lines().findFirst().orElseThrow()), log);
        assertEquals(2, run(environment, "", "audit").exit());
        assertEquals(2, run(environment, "", "audit", "verify", "--head", "xyz").exit());
    }

    /// It said nothing but the path.
    @Test
    void a_data_directory_that_cannot_be_is_told_with_the_reason() throws Exception {
        Outcome orphan = run(Map.of("BOTMAKER_DATA_DIR", directory.resolve("no/data").toString()), "");
        Path file = Files.writeString(directory.resolve("file"), "");
        Outcome taken = run(Map.of("BOTMAKER_DATA_DIR", file.toString()), "");

        assertEquals(1, orphan.exit());
        assertTrue(orphan.err().contains("does not exist. Create it"), orphan.err());
        assertEquals(1, taken.exit());
        assertTrue(taken.err().contains("is not a directory"), taken.err());
    }

    /// What nobody foresaw was one line, such as "Index 3 out of bounds", and nobody could tell where it came from.
    @Test
    void what_was_not_foreseen_comes_with_its_stack_trace() throws Exception {
        Path none = Files.writeString(directory.resolve("none"), "");
        Outcome outcome = run(Map.of("JDK_JAVA_OPTIONS", "-Djava.security.properties==" + none), "a password of some length\n", "hash-password");

        assertEquals(1, outcome.exit(), outcome.err());
        assertEquals("", outcome.out());
        assertTrue(outcome.err().contains(" hash-password failed because of a defect in BotMaker\n    java.lang."), outcome.err());
        assertTrue(outcome.err().contains("at botmaker.auth."), outcome.err());
    }

    /// A stack trace was all that the operator saw.
    @Test
    void a_row_that_no_BotMaker_has_written_is_damage() throws Exception {
        Path data = directory.resolve("data");
        PrivateFiles.createDirectory(data, 0700);
        try (Database made = Database.open(data.resolve("botmaker.db"), Schema.MIGRATIONS)) {
            made.write(tx -> tx.update("""
                    INSERT INTO bots(id, name, name_key, phase, desired, uid, gid, image, ai_provider, ai_model, channel_type,
                            channel_settings, access_policy, access_allow, memory, cpus, pids, created_at, updated_at)
                    VALUES ('0123456789abcdef', 'a', 'a', 'ready', 'stopped', 1, 1, 'i', 'anthropic', 'm', 'webchat',
                            '{}', 'nonsense', '[]', 2147483648, 1000, 64, '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z')"""));
        }
        Outcome outcome = run(Map.of("BOTMAKER_SERVER_PORT", "0", "BOTMAKER_DATA_DIR", data.toString()), "");

        assertEquals(1, outcome.exit(), outcome.err());
        assertEquals("", outcome.out());
        assertTrue(outcome.err().contains("botmaker: cannot start: the database " + data.resolve("botmaker.db") + " is damaged"), outcome.err());
        assertFalse(outcome.err().contains("\tat "), outcome.err());
    }

    @Test
    void a_port_in_use_is_one_clear_line() throws Exception {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Map<String, String> environment = Map.of("BOTMAKER_SERVER_PORT", Integer.toString(socket.getLocalPort()),
                    "BOTMAKER_DATA_DIR", directory.resolve("data").toString());
            Outcome outcome = run(environment, "");

            assertEquals(1, outcome.exit());
            String last = outcome.err().lines().toList().getLast();
            assertTrue(last.startsWith("botmaker: cannot start: "), outcome.err());
            assertTrue(last.contains(Integer.toString(socket.getLocalPort())), outcome.err());
            assertTrue(run(environment, "", "audit", "verify").out().startsWith("0 records, "), "a start that failed is recorded");
        }
    }
}
