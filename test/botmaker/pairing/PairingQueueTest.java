package botmaker.pairing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.bot.Workshop;
import botmaker.bot.model.BotId;
import botmaker.error.Failure;
import botmaker.pairing.PairingCommands.PairingRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Pairing on a real engine with an `openclaw` that prints what the test wants, in the ways in which it can go wrong.
@Tag("docker")
class PairingQueueTest {
    /// Prints the file `list`, or the file `answer` with the exit code in `code`, after which `later` becomes the list.
    private static final String OPENCLAW = """
            #!/bin/sh
            cd /home/node/.openclaw
            echo "$@" >> calls
            case "$1" in
                pairing) exec cat list ;;
                *) cat answer; test -e later && mv -f later list; exit $(cat code) ;;
            esac
            """;
    private static final String LIST = """
            {"requests": [{"id": "424242", "code": "XDUSTHA8", "createdAt": "2026-11-22T15:36:33.392Z", "meta": {"firstName": "Alice"}},
                          {"id": "666", "code": "AAAABBBB", "createdAt": "2026-11-22T15:36:34.392Z"}]}""";
    private static final String GONE = "{\"ok\": false, \"error\": {\"code\": \"INVALID_REQUEST\"}}";

    @TempDir
    Path data;

    private Workshop shop;
    private PairingQueue pairings;
    private BotId id;

    @BeforeEach
    void open() throws Exception {
        shop = Workshop.withProgram(data, "openclaw", OPENCLAW);
        id = shop.create("a").row().id();
        pairings = new PairingQueue(shop.bots.running(), shop.bots.service()::setPairedOwner);
        bot("list", LIST);
        bot("answer", "{}");
        bot("code", "0");
    }

    @AfterEach
    void close() {
        shop.close();
    }

    /// The names in a pairing request come from strangers, and the bot may have told them a secret.
    @Test
    void requests_that_cannot_be_redacted_are_refused_with_the_file_to_mend() throws Exception {
        Path damaged = data.resolve("secrets").resolve(id.value()).resolve("channel-token");
        Files.delete(damaged);
        Files.createDirectory(damaged);
        String refusal = assertThrows(Failure.Conflict.class, () -> pairings.list(id)).getMessage();
        assertTrue(refusal.contains(damaged.toString()), refusal);
    }

    @Test
    void the_first_who_is_let_in_becomes_the_owner_and_the_second_does_not() throws Exception {
        assertEquals(List.of("424242", "666"), senders(pairings.list(id)));
        assertEquals(List.of("666"), senders(pairings.decide(id, "XDUSTHA8", true)));
        assertEquals(Optional.of("telegram:424242"), owner());
        assertTrue(config().contains("\"telegram:424242\""), config());
        pairings.decide(id, "AAAABBBB", true);
        assertEquals(Optional.of("telegram:424242"), owner());
        assertEquals(owner(), shop.stored().getFirst().pairedOwner());
    }

    @Test
    void the_configuration_stays_what_it_was_but_for_the_owner() throws Exception {
        String before = config();
        pairings.decide(id, "XDUSTHA8", true);
        String after = config();
        assertTrue(after.contains("\"ownerAllowFrom\""), after);
        assertEquals(before, after.replaceAll("(?s)  \"commands\": \\{.*?\\},\n", ""));
        assertEquals("rw-r--r--", PosixFilePermissions.toString(Files.getPosixFilePermissions(configFile())));
    }

    @Test
    void who_is_rejected_becomes_no_owner() throws Exception {
        assertEquals(List.of("666"), senders(pairings.decide(id, "XDUSTHA8", false)));
        assertEquals(Optional.empty(), owner());
        assertTrue(Files.readString(state("calls")).contains("channels.pairing.dismiss"));
    }

    @Test
    void a_code_that_nobody_has_changes_nothing() throws Exception {
        assertThrows(Failure.NotFound.class, () -> pairings.decide(id, "ZZZZZZZZ", true));
        assertEquals(Optional.empty(), owner());
        assertFalse(Files.readString(state("calls")).contains("approve"));
    }

    @Test
    void who_could_not_be_let_in_is_no_owner() throws Exception {
        bot("code", "1");
        bot("answer", "connect ECONNREFUSED");
        assertThrows(Failure.Unavailable.class, () -> pairings.decide(id, "XDUSTHA8", true));
        assertEquals(Optional.empty(), owner());
        assertFalse(config().contains("ownerAllowFrom"));
    }

    @Test
    void a_request_that_expires_meanwhile_makes_no_owner() throws Exception {
        bot("code", "1");
        bot("answer", GONE);
        bot("later", "{\"requests\": []}");
        assertThrows(Failure.NotFound.class, () -> pairings.decide(id, "XDUSTHA8", true));
        assertEquals(Optional.empty(), owner());
    }

    /// The command waits ten seconds for the gateway, which may have done it all the same.
    @Test
    void what_was_done_although_the_command_failed_is_done() throws Exception {
        bot("code", "1");
        bot("answer", "timeout");
        bot("later", "{\"requests\": []}");
        assertEquals(List.of(), pairings.decide(id, "XDUSTHA8", true));
        assertEquals(Optional.of("telegram:424242"), owner());
    }

    /// The command goes on inside, and may let them in later: then they are the owner, as if it had answered.
    @Test
    void who_may_yet_be_let_in_stays_the_owner() throws Exception {
        Files.delete(state("answer"));
        assertEquals(0, new ProcessBuilder("mkfifo", "--mode=644", state("answer").toString()).start().waitFor());
        PairingQueue hasty = new PairingQueue(shop.bots.running(), shop.bots.service()::setPairedOwner, Duration.ofSeconds(3));

        Failure failure = assertThrows(Failure.Unavailable.class, () -> hasty.decide(id, "XDUSTHA8", true));

        assertTrue(failure.getMessage().contains("in time"), failure.getMessage());
        assertEquals(Optional.of("telegram:424242"), owner());
    }

    /// A list that hangs stayed in the bot, some hundred megabytes each, and the page asked for the next one.
    @Test
    void a_command_that_hangs_ends_inside_the_bot_too() throws Exception {
        Files.delete(state("list"));
        assertEquals(0, new ProcessBuilder("mkfifo", "--mode=644", state("list").toString()).start().waitFor());
        PairingQueue hasty = new PairingQueue(shop.bots.running(), shop.bots.service()::setPairedOwner, Duration.ofSeconds(2));

        assertThrows(Failure.Unavailable.class, () -> hasty.list(id));

        assertEquals("", openclaws());
    }

    /// Each command costs the bot some hundred megabytes, whoever asks for it.
    @Test
    void a_second_command_does_not_start_while_one_runs() throws Exception {
        Files.delete(state("list"));
        assertEquals(0, new ProcessBuilder("mkfifo", "--mode=644", state("list").toString()).start().waitFor());
        PairingQueue patient = new PairingQueue(shop.bots.running(), shop.bots.service()::setPairedOwner, Duration.ofSeconds(20));
        Thread first = Thread.ofVirtual().start(() -> {
            try {
                patient.list(id);
            } catch (Failure | InterruptedException _) {
                // the list never comes
            }
        });
        while (openclaws().isEmpty()) {
            Thread.sleep(50);
        }

        Failure failure = assertThrows(Failure.Unavailable.class,
                () -> shop.bots.running().run(id, List.of("openclaw", "dashboard", "--json"), Duration.ofMillis(300)));

        assertTrue(failure.getMessage().startsWith("Another command"), failure.getMessage());
        first.interrupt();
        first.join();
    }

    /// The lines of the processes in the bot that an `openclaw` command left.
    private String openclaws() throws Exception {
        Process top = new ProcessBuilder("docker", "top", shop.bot(id).seen().container().orElseThrow().id()).start();
        return new String(top.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines()
                .filter(line -> line.contains("openclaw") || line.contains("cat ")).collect(Collectors.joining("\n"));
    }

    @Test
    void garbage_from_the_bot_is_a_failure_in_words() throws Exception {
        bot("list", "{\"requests\": [{\"id\": \"*\"}]}");
        assertTrue(assertThrows(Failure.Unavailable.class, () -> pairings.list(id)).getMessage().contains("not OpenClaw's"));
        bot("list", "x".repeat(3_000_000));
        assertThrows(Failure.Unavailable.class, () -> pairings.decide(id, "XDUSTHA8", true));
    }

    @Test
    void a_bot_that_does_not_run_cannot_be_asked() throws Exception {
        shop.bots.service().stop(id);
        assertThrows(Failure.Conflict.class, () -> pairings.list(id));
        assertThrows(Failure.NotFound.class, () -> pairings.list(BotId.random()));
    }

    private void bot(String file, String content) throws IOException {
        Files.writeString(state(file), content);
    }

    private Path state(String file) {
        return data.resolve("bots/" + id + "/state/" + file);
    }

    private Path configFile() {
        return data.resolve("bots/" + id + "/config/openclaw.json");
    }

    private String config() throws IOException {
        return Files.readString(configFile());
    }

    private Optional<String> owner() {
        return shop.bot(id).row().pairedOwner();
    }

    private static List<String> senders(List<PairingRequest> requests) {
        return requests.stream().map(PairingRequest::sender).toList();
    }
}
