package botmaker.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.json.JsonValue;
import botmaker.policy.Budget.OnCap;
import botmaker.policy.Origin.Credential;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PolicyTest {
    private static final Origin VENDOR = new Origin(Origin.TLS, "api.anthropic.com", 443, true, URI.create("https://api.anthropic.com"),
            "anthropic", Optional.of(new Credential(Optional.of("k1"), "sk-ant-placeholder")), List.of("claude-sonnet-5"));
    private static final Origin OWN = new Origin("m0", "model.botmaker.internal", 11434, false, URI.create("http://127.0.0.1:11434/x"),
            "ollama", Optional.empty(), List.of("qwen3.5:27b", "gemma4"));

    @TempDir
    Path directory;

    @Test
    void what_is_written_is_read() throws IOException {
        Policy policy = new Policy(List.of(
                new BotPolicy("b1", Reach.SEALED, Path.of("/data/bots/b1/link"), List.of(VENDOR, OWN), List.of(), Optional.empty(),
                        new Budget(Optional.of(5_000_000_000L), Optional.of(1L), Optional.of(1_000_000L), OnCap.REFUSE)),
                new BotPolicy("b2", Reach.WEB, Path.of("/data/bots/b2/link"), List.of(), List.of("*.example.com"), Optional.of("a \"rest\""),
                        Budget.NONE, List.of("model:m2", "model:a/b"))),
                ZoneId.of("Europe/Berlin"),
                List.of(new Price("openai", "gpt", new Rates(1, 2, Optional.of(3L), Optional.empty())),
                        new Price("together", "a/b", Rates.FREE)),
                Map.of("k1", 20L, "k0", 1L));
        Path file = directory.resolve("policy.json");
        policy.write(file);
        assertEquals(policy, Policy.read(file));
        Policy.EMPTY.write(file);
        assertEquals(Policy.EMPTY, Policy.read(file));
    }

    /// A broker that is older or newer than the dashboard that wrote the policy serves its bots all the same.
    @Test
    void a_policy_from_before_budgets_is_read() throws IOException {
        Path file = directory.resolve("policy.json");
        Files.writeString(file, """
                {"version": 1, "bots": [{"id": "b1", "reach": "sealed", "links": "/x", "origins": [], "webHosts": []}]}""");
        assertEquals(new Policy(List.of(new BotPolicy("b1", Reach.SEALED, Path.of("/x"), List.of(), List.of(), Optional.empty(), Budget.NONE)),
                ZoneOffset.UTC, List.of(), Map.of()), Policy.read(file));
    }

    @ParameterizedTest
    @CsvSource({"{}, true", "{\"day\":1}, true", "{\"day\":0}, false", "{\"tokensDay\":-1}, false", "{\"onCap\":\"stop\"}, false"})
    void a_limit_is_above_zero(String json, boolean accepted) {
        JsonValue budget = JsonValue.parse(json);
        if (accepted) {
            assertEquals(Budget.of(budget), Budget.of(Budget.of(budget).toJson()));
        } else {
            assertThrows(IllegalArgumentException.class, () -> Budget.of(budget));
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 0, 0", "3.00, 3000000, 3", "0.25, 250000, 0.25", "0.000001, 1, 0.000001", "999999, 999999000000, 999999"})
    void prices_are_written_as_providers_state_them(String dollars, long picodollars, String again) {
        assertEquals(picodollars, Rates.perMillion(dollars));
        assertEquals(again, Rates.perMillion(picodollars));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "1e3", "1,5", ".5", "1.", "1000000", "0.0000001", " 1", "٣"})
    void odd_prices_are_refused(String dollars) {
        assertThrows(IllegalArgumentException.class, () -> Rates.perMillion(dollars));
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
        "{\"version\": 1, \"bots\": [], \"zone\": \"Mars\"}", "{\"version\": 1, \"bots\": [], \"keyMonths\": {\"k1\": 0}}",
        "{\"version\": 1, \"bots\": [], \"prices\": [{\"provider\": \"openai\"}]}",
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
        BotPolicy bot = new BotPolicy("b1", Reach.SEALED, Path.of("/l"), List.of(VENDOR), List.of(), Optional.empty(), Budget.NONE);
        assertFalse(new Policy(List.of(bot), ZoneOffset.UTC, List.of(), Map.of()).toString().contains("placeholder"));
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
