package botmaker.support;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.docker.Engine;
import botmaker.json.Json;
import botmaker.json.JsonValue;
import java.io.IOException;
import java.net.InetAddress;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// A BotMaker whose bots have a real OpenClaw and reach their AI, which a test plays, through a real broker, a process of its own. The AI
/// knows one thing: what the capital is.
public final class BotScene implements AutoCloseable {
    /// The most that a bot needs for an answer.
    public static final Duration ANSWER = Duration.ofMinutes(2);
    /// A question that the AI can answer.
    public static final String QUESTION = "What is the capital of France?";
    /// The answer to it.
    public static final String PARIS = "It is Paris.";
    /// The kept key, the only one that the AI takes.
    public static final String KEY = "Kq7xV2mW9sT4".repeat(3);
    private static final Engine ENGINE = new Engine(Path.of("/var/run/docker.sock"));
    private static final Duration START = Duration.ofMinutes(3);

    private final Path data;
    private final FakeProvider provider;
    private final RunningApp app;
    private final Map<FakeAi.Provider, FakeAi> ais = new HashMap<>();

    /// @param data     an empty directory, for all that BotMaker keeps
    /// @param settings of BotMaker, as environment variables
    public BotScene(Path data, Map<String, String> settings) throws Exception {
        this.data = data;
        provider = new FakeProvider(InetAddress.getLoopbackAddress(), said -> said.contains("capital") ? PARIS : "Hm?");
        provider.requireKey(KEY);
        app = RunningApp.start(data, settings);
    }

    public RunningApp app() {
        return app;
    }

    public FakeProvider provider() {
        return provider;
    }

    /// Creates a bot and waits until it is well.
    ///
    /// @param more members of the request, such as its channel
    public JsonValue create(String reach, String more) throws Exception {
        return create(reach, "{\"provider\": \"openai-compatible\", \"model\": \"%s\", \"baseUrl\": \"%s\", \"apiKey\": \"%s\"}"
                .formatted(FakeProvider.MODEL, provider.baseUrl(), KEY), more);
    }

    /// The same with another AI than this scene's.
    ///
    /// @param ai the member of that name
    public JsonValue create(String reach, String ai, String more) throws Exception {
        return app.await(id(make(reach, ai, more)), "health", "healthy", START);
    }

    /// Creates a bot, and does not wait for it.
    public JsonValue make(String reach, String ai, String more) throws Exception {
        HttpResponse<String> created = app.post("/api/bots", "{\"name\": \"a\", \"reach\": \"%s\", \"ai\": %s, %s}".formatted(reach, ai, more));
        assertEquals(201, created.statusCode(), created.body());
        return JsonValue.parse(created.body());
    }

    /// Has a new bot of a provider talk with a person, searches all that is the bot's for its key and its token, and deletes it.
    ///
    /// @param channel where they talk; empty for the web chat
    public void talksWithoutKeys(FakeInternet internet, FakeAi.Provider from, Optional<BotChannel> channel, String reach) throws Exception {
        FakeAi ai = ais.computeIfAbsent(from, it -> new FakeAi(it, PARIS)); // the broker keeps connections to it
        internet.with(from.host(), ai);
        channel.ifPresent(it -> it.sites().forEach(internet::with));
        String key = channel.map(it -> it.key(from)).orElse(from.keyPrefix() + KEY);
        JsonValue bot = create(reach, from.ai(key), channel.map(BotChannel::members).orElse("\"channel\": {\"type\": \"webchat\"}"));
        if (channel.isPresent()) {
            channel.get().person().asks(QUESTION);
            channel.get().person().hears(PARIS);
            fetchesFile(channel.get());
            assertNowhere(bot, channel.get().canary(), "ai-api-key", channel.get().file());
        } else {
            assertEquals(PARIS, says(bot, QUESTION));
            assertNowhere(bot, KEY, "ai-api-key");
        }
        assertTrue(ai.sawKey(key), "its key was not put in: " + from);
        assertEquals(reach.equals("open"), inside(bot, "ls /sys/class/net").contains("eth0"));
        assertNoDrift(bot);
        assertEquals(List.of(), refusals(), from + " " + reach);
        delete(bot);
        if (channel.isPresent()) {
            channel.get().person().forget();
        }
    }

    /// Has a person send a file, and waits until the bot has fetched it.
    public static void fetchesFile(BotChannel channel) throws Exception {
        channel.person().sendsFile();
        for (long end = System.nanoTime() + ANSWER.toNanos(); !channel.person().seesItFetched(); ) {
            assertTrue(System.nanoTime() < end, "the bot does not fetch the file that a person sent: " + channel.id());
            Thread.sleep(200);
        }
    }

    /// Deletes a bot with everything that is its own, but for its kept key.
    public void delete(JsonValue bot) throws Exception {
        assertEquals(204, app.send("DELETE", "/api/bots/" + id(bot), "").statusCode());
        assertFalse(Files.exists(data.resolve("keys").resolve(id(bot) + "-channel")));
    }

    /// Returns the answer to a message in the bot's web chat, or the whole response if it has none.
    public String says(JsonValue bot, String text) throws Exception {
        HttpResponse<String> answer = app.post("/api/bots/" + id(bot) + "/messages",
                Json.object().put("text", text).put("session", "7d1c1e0a-4f5b-4a52-9c5e-0123456789ab").build().toString());
        String said = answer.body().lines().filter(line -> line.startsWith("data: {\"text\""))
                .map(line -> JsonValue.parse(line.substring("data: ".length())).get("text").string()).collect(Collectors.joining());
        return said.isEmpty() ? answer.body() : said;
    }

    /// Returns what a command in the container printed.
    public String inside(JsonValue bot, String script) {
        return ENGINE.exec(bot.get("containerId").string(), List.of("sh", "-c", script), Duration.ofSeconds(60)).orElseThrow().output();
    }

    /// Asserts that a secret is in no file of the container, in nothing that the engine tells of it, and in no process, where the
    /// placeholders in the bot's secret files are found.
    public void assertNowhere(JsonValue bot, String secret, String... placeholderFiles) throws Exception {
        List<String> texts = new ArrayList<>(List.of(secret));
        for (String file : placeholderFiles) {
            texts.add(secretFile(bot, file));
        }
        Map<String, Set<String>> found = ContainerSearch.ofRunning(data, bot.get("containerId").string(), id(bot), texts.toArray(String[]::new));
        for (String placeholder : texts.subList(1, texts.size())) {
            assertTrue(found.get(placeholder).stream().anyMatch(it -> it.startsWith("/")), "the search finds nothing at all: " + found);
            assertTrue(found.get(placeholder).stream().anyMatch(it -> it.startsWith("memory ")), "the search of memory finds nothing at all: " + found);
        }
        assertEquals(Set.of(), found.get(secret));
    }

    /// Asserts that the container is as BotMaker wants it.
    public void assertNoDrift(JsonValue bot) throws Exception {
        assertEquals("[]", JsonValue.parse(app.get("/api/bots/" + id(bot)).body()).get("drift").toString());
    }

    /// Returns what one of the bot's secret files holds.
    public String secretFile(JsonValue bot, String file) throws IOException {
        return Files.readString(data.resolve("secrets").resolve(id(bot)).resolve(file));
    }

    /// Returns the kinds of what the broker refused.
    public List<String> refusals() throws Exception {
        return JsonValue.parse(app.get("/api/broker").body()).get("bots").elements().stream()
                .flatMap(it -> it.get("refused").elements().stream()).map(it -> it.get("kind").string()).toList();
    }

    /// Waits until the operator is told of such a refusal.
    public void awaitRefusal(String kind) throws Exception {
        for (long end = System.nanoTime() + ANSWER.toNanos(); !refusals().contains(kind); ) {
            assertTrue(System.nanoTime() < end, "the operator was not told: " + kind);
            Thread.sleep(200);
        }
    }

    private static String id(JsonValue bot) {
        return bot.get("id").string();
    }

    @Override
    public void close() throws IOException {
        try (provider) {
            app.close();
        }
    }
}
