package botmaker.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.policy.Origin.Credential;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PolicyTest {
    private static final Origin VENDOR = new Origin(Origin.TLS, "api.anthropic.com", 443, true, URI.create("https://api.anthropic.com"),
            "anthropic", Optional.of(new Credential("k1", "sk-ant-placeholder")), List.of("claude-sonnet-5"));
    private static final Origin OWN = new Origin("m0", "model.botmaker.internal", 11434, false, URI.create("http://127.0.0.1:11434/x"),
            "ollama", Optional.empty(), List.of("qwen3.5:27b", "gemma4"));

    @TempDir
    Path directory;

    @Test
    void what_is_written_is_read() throws IOException {
        Policy policy = new Policy(List.of(
                new BotPolicy("b1", Reach.SEALED, Path.of("/data/bots/b1/link"), List.of(VENDOR, OWN), List.of(), Optional.empty()),
                new BotPolicy("b2", Reach.WEB, Path.of("/data/bots/b2/link"), List.of(), List.of("*.example.com"), Optional.of("a \"rest\""))));
        Path file = directory.resolve("policy.json");
        policy.write(file);
        assertEquals(policy, Policy.read(file));
        Policy.EMPTY.write(file);
        assertEquals(Policy.EMPTY, Policy.read(file));
    }

    @Test
    void nobody_else_can_read_it() throws IOException {
        Path file = directory.resolve("policy.json");
        Policy.EMPTY.write(file);
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    }

    @Test
    void a_missing_policy_allows_nothing() throws IOException {
        assertEquals(Policy.EMPTY, Policy.read(directory.resolve("none.json")));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", "{", "[]", "{\"version\": 2, \"bots\": []}", "{\"version\": 1}", "{\"version\": 1, \"bots\": [{}]}",
        "{\"version\": 1, \"bots\": [{\"id\": \"b1\", \"reach\": \"far\", \"links\": \"/x\", \"origins\": [], \"webHosts\": []}]}",
    })
    void a_broken_policy_is_refused_with_its_name(String content) throws IOException {
        Path file = directory.resolve("policy.json");
        Files.writeString(file, content);
        IOException refusal = assertThrows(IOException.class, () -> Policy.read(file));
        assertTrue(refusal.getMessage().contains(file.toString()), refusal.getMessage());
    }

    @Test
    void no_text_of_a_policy_shows_a_placeholder() {
        BotPolicy bot = new BotPolicy("b1", Reach.SEALED, Path.of("/l"), List.of(VENDOR), List.of(), Optional.empty());
        assertFalse(new Policy(List.of(bot)).toString().contains("placeholder"));
    }

    @ParameterizedTest
    @CsvSource({"legacy, false, true", "sealed, true, false", "web, true, false", "open, true, true"})
    void a_reach_tells_who_holds_the_key_and_whether_there_is_a_network(String id, boolean brokered, boolean network) {
        Reach reach = Reach.of(id).orElseThrow();
        assertEquals(id, reach.id());
        assertEquals(brokered, reach.isBrokered());
        assertEquals(network, reach.hasNetwork());
    }

    @Test
    void there_is_no_other_reach() {
        assertEquals(Optional.empty(), Reach.of("SEALED"));
    }
}
