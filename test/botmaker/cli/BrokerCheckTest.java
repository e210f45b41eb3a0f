package botmaker.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.broker.Broker;
import botmaker.policy.BotPolicy;
import botmaker.policy.Budget;
import botmaker.policy.Origin;
import botmaker.policy.Policy;
import botmaker.policy.Reach;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What `doctor` says of the broker: each of its findings, beside a broker and without one.
class BrokerCheckTest {
    private final Instant now = Instant.now();

    @TempDir
    Path data;

    private Path policy() throws IOException {
        return Files.createDirectories(data.resolve("broker")).resolve("policy.json");
    }

    private Path allowOneBot() throws IOException {
        Path links = Files.createDirectories(data.resolve("bots/b1/link"));
        Origin origin = new Origin("tls", "api.vendor.test", 443, true, URI.create("https://api.vendor.test"), "openai", Optional.empty(),
                List.of());
        BotPolicy bot = new BotPolicy("b1", Reach.SEALED, links, List.of(origin), List.of(), Optional.empty(), Budget.NONE);
        new Policy(List.of(bot), ZoneOffset.UTC, List.of(), Map.of()).write(policy());
        return links;
    }

    private List<String> problems(Instant at) throws IOException {
        return new BrokerCheck(data).problems(at);
    }

    @Test
    void without_bots_that_need_it_nothing_is_wrong() throws Exception {
        assertEquals(List.of(), problems(now));
        assertEquals(0, new BrokerCheck(data).bots());
    }

    @Test
    void a_policy_that_cannot_be_read_is_told() throws Exception {
        Files.writeString(policy(), "{");
        assertTrue(assertThrows(IOException.class, () -> new BrokerCheck(data)).getMessage().contains(policy() + " cannot be read"));
    }

    @Test
    void a_broker_that_does_not_answer_is_the_only_finding() throws Exception {
        allowOneBot();
        assertEquals(List.of("it does not answer, so that 1 bot does not reach its AI. Start BotMaker, or the service botmaker-broker"),
                problems(now));
        assertEquals(1, new BrokerCheck(data).bots());
    }

    /// It was "ok", and what the broker said to do lost the authority that bots trust.
    @Test
    void what_bots_spent_and_cannot_be_read_is_told_with_what_to_do() throws Exception {
        allowOneBot();
        Path usage = data.resolve("broker/usage.db");
        Files.writeString(usage, "no database".repeat(1000));
        String told = problems(now).getFirst();
        assertTrue(told.startsWith("what bots spend cannot be read: the database " + usage + " is damaged; stop BotMaker and its broker, move this "
                + "file and those beside it whose names begin with usage.db away, and start both again"), told);
        Files.delete(usage);
        assertEquals(1, problems(now).size());
    }

    @Test
    void beside_a_broker_that_runs_what_its_bots_lack_is_told() throws Exception {
        Path links = allowOneBot();
        Path authority = data.resolve("broker/ca.pem");
        try (Broker _ = Broker.start(data, new Broker.Options(Optional.empty(), Optional.empty(), List.of(), Duration.ZERO))) {
            assertEquals(List.of(), problems(now));

            assertEquals(List.of(), problems(now.plus(Duration.ofDays(3653 - 91))));
            String late = problems(now.plus(Duration.ofDays(3653 - 89))).getFirst();
            assertTrue(late.matches("the authority that bots trust, \\Q" + authority + "\\E, ends on 20.*Z\\. Remove it and ca\\.key "
                    + "beside it, restart the broker, then restart the bots"), late);

            byte[] certificate = Files.readAllBytes(authority);
            Files.writeString(authority, "no certificate");
            String unreadable = problems(now).getFirst();
            assertTrue(unreadable.startsWith("the authority that bots trust cannot be read: " + authority + ": "), unreadable);
            Files.write(authority, certificate);
        }
        try (Broker _ = Broker.start(data, new Broker.Options(Optional.empty(), Optional.empty(), List.of(), Duration.ZERO))) {
            Files.delete(links.resolve("tls"));
            Files.delete(links.resolve("ca.pem"));
            assertEquals(List.of("bot b1 does not reach its AI: ca.pem and tls is missing in " + links + ". Restart the broker"),
                    problems(now));
        }
    }
}
