package botmaker.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.docker.Engine;
import botmaker.file.DirectoryLock;
import botmaker.file.PrivateFiles;
import botmaker.json.Json;
import botmaker.json.JsonValue;
import botmaker.support.ContainerSearch;
import botmaker.support.FakeProvider;
import botmaker.support.Outside;
import botmaker.support.RunningApp;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A bot that holds nothing worth stealing: a real OpenClaw without any network talks through a real broker, a process of its own, which
/// puts the key in. Only the AI provider is a fake.
@Tag("docker")
@Tag("heavy")
class BrokeredBotTest {
    private static final Engine ENGINE = new Engine(Path.of("/var/run/docker.sock"));
    private static final Duration START = Duration.ofMinutes(3);
    private static final String CANARY = "Kq7xV2mW9sT4";
    private static final String KEY = CANARY.repeat(3);
    private static final String NEXT_KEY = "Zr3bN8cJ5hL6".repeat(3);

    @TempDir
    Path data;

    @Test
    void a_bot_talks_through_the_broker_and_its_key_is_nowhere_in_it() throws Exception {
        try (FakeProvider provider = provider(); RunningApp app = RunningApp.start(data, Map.of())) {
            provider.requireKey(KEY);
            HttpResponse<String> kept = app.post("/api/keys", """
                    {"label": "Team", "provider": "openai-compatible", "baseUrl": "%s", "apiKey": "%s"}"""
                    .formatted(provider.baseUrl(), KEY));
            assertEquals(201, kept.statusCode(), kept.body());
            assertFalse(kept.body().contains(CANARY));
            String key = JsonValue.parse(kept.body()).get("id").string();

            HttpResponse<String> created = app.post("/api/bots", """
                    {"name": "sealed", "reach": "sealed",
                     "ai": {"provider": "openai-compatible", "model": "%s", "baseUrl": "%s", "key": "%s"},
                     "channel": {"type": "webchat"}}""".formatted(FakeProvider.MODEL, provider.baseUrl(), key));
            assertEquals(201, created.statusCode(), created.body());
            String id = JsonValue.parse(created.body()).get("id").string();
            JsonValue bot = app.await(id, "health", "healthy", START);
            String container = bot.get("containerId").string();
            String log = app.get("/api/bots/" + id + "/logs?tail=all&follow=false").body();
            assertTrue(log.contains("gateway ready") && !log.contains("socat"), log);

            assertEquals("It is Paris, of course.", says(app, id, "What is the capital of France?"));
            assertEquals(List.of(KEY), provider.keys().stream().distinct().toList());
            isMeteredAndHeldToItsBudget(app, id);

            hasNoNetwork(container);
            reachesOnlyItself(container, URI.create(app.url()).getPort(), URI.create(provider.baseUrl()).getPort());
            String placeholder = Files.readString(data.resolve("secrets").resolve(id).resolve("ai-api-key"));
            Map<String, Set<String>> found = ContainerSearch.ofRunning(data, container, id, placeholder, CANARY);
            assertTrue(found.get(placeholder).stream().anyMatch(it -> it.startsWith("memory ")), "the search of memory finds nothing at all: " + found);
            assertEquals(Set.of(), found.get(CANARY));
            assertEquals("[]", JsonValue.parse(app.get("/api/bots/" + id).body()).get("drift").toString());

            provider.requireKey(NEXT_KEY);
            assertEquals(URI.create(provider.baseUrl()).getHost() + " refused my key (status 401). Whoever runs me has to replace it.",
                    says(app, id, "And the capital of Italy?"));
            assertEquals(200, app.send("PUT", "/api/keys/" + key + "/value", "{\"apiKey\": \"%s\"}".formatted(NEXT_KEY)).statusCode());
            assertEquals("It is Paris, of course.", says(app, id, "Once more: the capital?"), "the replaced key is not used");

            answersAlthoughTheBrokerIsKilledMeanwhile(app, provider, id, Duration.ZERO);

            assertEquals(409, app.send("DELETE", "/api/keys/" + key, "").statusCode());
            assertEquals(204, app.send("DELETE", "/api/bots/" + id, "").statusCode());
            assertEquals(204, app.send("DELETE", "/api/keys/" + key, "").statusCode());
        }
    }

    /// A turn is counted with what the provider reports; with a budget that does not pay for another the bot says so in the chat, and
    /// without it the bot goes on at once.
    private static void isMeteredAndHeldToItsBudget(RunningApp app, String id) throws Exception {
        JsonValue call = JsonValue.parse(app.get("/api/bots/" + id + "/calls").body()).get("calls").elements().stream()
                .filter(it -> it.get("route").string().equals("POST /chat/completions")).findFirst().orElseThrow();
        assertEquals(FakeProvider.MODEL, call.get("model").string());
        assertEquals("whole unknown 10 10", call.get("ended").string() + " " + call.get("costBy").string() + " " + call.get("input").integer() + " "
                + call.get("output").integer());

        assertEquals(200, app.send("PATCH", "/api/bots/" + id, "{\"budget\": {\"tokensDay\": 1000}}").statusCode());
        String said = says(app, id, "And the capital of Spain?");
        assertTrue(said.matches("What is left of today's budget \\(1,000 tokens\\) is not enough for another answer\\. It is renewed on .* at "
                + "[0-9:]{5}; whoever runs me can raise it\\."), said);
        assertEquals(200, app.send("PATCH", "/api/bots/" + id, "{\"budget\": {\"tokensDay\": null}}").statusCode());
        assertEquals("It is Paris, of course.", says(app, id, "Then the capital of France?"));

        assertEquals(200, app.post("/api/bots/" + id + "/ai/pause", "{\"message\": \"Back at nine.\"}").statusCode());
        assertEquals("Back at nine.", says(app, id, "And the capital of Portugal?"));
        assertEquals(200, app.post("/api/bots/" + id + "/ai/resume", "").statusCode());
        assertEquals("It is Paris, of course.", says(app, id, "So the capital of France?"));
    }

    /// The addresses of its own loopback device that it needs are reached: so are others, if they can be.
    private static void reachesOnlyItself(String container, int dashboard, int link) throws Exception {
        try (ServerSocket listener = new ServerSocket(0)) {
            Set<String> places = Outside.places(List.of(listener.getLocalPort(), dashboard));
            places.add("tcp 127.0.0.1:" + dashboard);
            places.add("tcp 127.0.0.1:" + listener.getLocalPort());
            assertTrue(places.size() >= 60, places.toString());
            List<String> own = List.of("tcp 127.0.0.1:18789", "tcp 127.0.0.1:" + link, "unix /run/botmaker/m0");
            places.addAll(own);
            assertEquals(own, Outside.reached(container, places));
        }
    }

    /// A turn whose call is at the provider when the broker is killed is asked again, and answered. The call that was lost is charged.
    private void answersAlthoughTheBrokerIsKilledMeanwhile(RunningApp app, FakeProvider provider, String id, Duration away)
            throws Exception {
        assertEquals(200, app.send("PATCH", "/api/bots/" + id, "{\"budget\": {\"tokensDay\": 10000000}}").statusCode());
        FutureTask<String> turn = new FutureTask<>(() -> says(app, id, "And slowly: the capital?"));
        Thread.ofVirtual().start(turn);
        while (provider.prompts().stream().noneMatch(it -> it.contains("slowly"))) {
            assertFalse(turn.isDone(), "its call never came");
            Thread.sleep(20);
        }
        killTheBroker(app, away);
        assertEquals("It is Paris, of course.", turn.get());
        JsonValue calls = JsonValue.parse(app.get("/api/bots/" + id + "/calls").body()).get("calls");
        List<JsonValue> lost = calls.elements().stream().filter(call -> call.get("ended").string().equals("lost")).toList();
        assertEquals(1, lost.size(), calls.toString());
        assertTrue(lost.getFirst().get("input").integer() > 1000 && lost.getFirst().get("output").integer() > 0, lost.toString());
        assertEquals("whole", calls.get(0).get("ended").string());
    }

    /// The provider does not answer the first call that says slowly.
    private FakeProvider provider() throws IOException {
        AtomicBoolean asked = new AtomicBoolean();
        return new FakeProvider(InetAddress.getLoopbackAddress(), said -> {
            if (said.contains("slowly") && asked.compareAndSet(false, true)) {
                while (!Thread.currentThread().isInterrupted()) { // until the provider is closed
                    LockSupport.park();
                }
            }
            return said.contains("capital") ? "It is Paris, of course." : "Hm?";
        });
    }

    /// OpenClaw gives up a turn that was not answered for 75 s.
    @Test
    @Tag("soak")
    void a_broker_may_be_away_for_a_while() throws Exception {
        for (int seconds : List.of(20, 40)) {
            Path own = data.resolve(Integer.toString(seconds));
            PrivateFiles.createDirectory(own, 0700);
            try (FakeProvider provider = provider(); RunningApp app = RunningApp.start(own, Map.of())) {
                HttpResponse<String> created = app.post("/api/bots", """
                        {"name": "sealed", "reach": "sealed", "channel": {"type": "webchat"},
                         "ai": {"provider": "openai-compatible", "model": "%s", "baseUrl": "%s", "apiKey": "%s"}}"""
                        .formatted(FakeProvider.MODEL, provider.baseUrl(), KEY));
                assertEquals(201, created.statusCode(), created.body());
                String id = JsonValue.parse(created.body()).get("id").string();
                app.await(id, "health", "healthy", START);
                answersAlthoughTheBrokerIsKilledMeanwhile(app, provider, id, Duration.ofSeconds(seconds));
            }
        }
    }

    private static String says(RunningApp app, String id, String text) throws Exception {
        HttpResponse<String> answer = app.post("/api/bots/" + id + "/messages", Json.object().put("text", text)
                .put("session", "7d1c1e0a-4f5b-4a52-9c5e-0123456789ab").build().toString());
        String said = answer.body().lines().filter(line -> line.startsWith("data: {\"text\""))
                .map(line -> JsonValue.parse(line.substring("data: ".length())).get("text").string()).collect(Collectors.joining());
        return said.isEmpty() ? answer.body() : said;
    }

    /// Kills this process's broker, and keeps a new one from starting for a while.
    private static void killTheBroker(RunningApp app, Duration away) throws Exception {
        String before = JsonValue.parse(app.get("/api/broker").body()).get("startedAt").string();
        ProcessHandle broker = ProcessHandle.current().children()
                .filter(it -> it.info().arguments().filter(words -> List.of(words).contains("--child")).isPresent()).findFirst().orElseThrow();
        broker.destroyForcibly();
        broker.onExit().join();
        if (away.isPositive()) {
            try (DirectoryLock _ = DirectoryLock.acquire(app.data().resolve("broker"))) {
                Thread.sleep(away);
            }
        }
        JsonValue state;
        do {
            Thread.sleep(100);
            state = JsonValue.parse(app.get("/api/broker").body());
        } while (!state.get("running").bool() || state.get("startedAt").string().equals(before));
    }

    private static void hasNoNetwork(String container) throws Exception {
        var inside = ENGINE.exec(container, List.of("cat", "/proc/net/dev"), Duration.ofSeconds(20)).orElseThrow();
        assertEquals(1, inside.output().lines().filter(line -> line.contains(":")).count(), inside.output());
        assertTrue(inside.output().contains("lo:"), inside.output());
    }
}
