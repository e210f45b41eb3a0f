package botmaker.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.bot.Workshop;
import botmaker.bot.model.BotId;
import botmaker.bot.model.Limits;
import botmaker.bot.model.NewBot;
import botmaker.bot.view.ObservedState.Health;
import botmaker.broker.Broker;
import botmaker.json.Json;
import botmaker.json.JsonValue;
import botmaker.openclaw.GatewayCall;
import botmaker.openclaw.OpenClaw;
import botmaker.support.ContainerSearch;
import botmaker.support.FakeAi;
import botmaker.support.FakeAi.Asked;
import botmaker.support.FakeInternet;
import botmaker.support.RunningApp;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a provider gets from a bot behind the broker is what OpenClaw would send it by itself: two bots of the real image, one with its key
/// in a file of its own and one behind a real broker, say the same, and a fake provider under the provider's own name compares.
@Tag("docker")
@Tag("heavy")
class NativeRequestsTest {
    private static final Duration START = Duration.ofMinutes(4);
    private static final Duration TURN = Duration.ofMinutes(2);
    private static final List<String> QUESTIONS = List.of("What is the capital of France?", "And who lives there?");
    /// What the broker frames anew for its own connection, and what it leaves out: the trace of the bot's own calls.
    private static final Set<String> NOT_COMPARED = Set.of("connection", "accept-encoding", "content-length", "transfer-encoding",
            "traceparent");
    private static final Pattern CHANGING = Pattern.compile("\\[\\w{3} \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d [^]]*]"
            + "|\\d{4}-\\d\\d-\\d\\d[T ]?[0-9:.]*Z?|\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}|\\b\\p{XDigit}{16,64}\\b");
    /// Without it a stream of chat completions does not report what it used.
    private static final Pattern USAGE_ASKED = Pattern.compile("\"stream_options\":\\{\"include_usage\":true},");

    @TempDir
    private Path data;
    @TempDir
    private Path temp;

    /// Returns a request without what differs from one connection, conversation or minute to the next.
    private static String alike(Asked asked) {
        List<String> fields = asked.head().fields().list().stream().filter(field -> NOT_COMPARED.stream().noneMatch(field::is))
                .map(field -> field.name().toLowerCase(Locale.ROOT) + ": " + field.value()).sorted().toList();
        String whole = asked.head().method() + " " + asked.head().target() + "\n" + String.join("\n", fields) + "\n"
                + USAGE_ASKED.matcher(asked.body()).replaceAll("");
        return CHANGING.matcher(whole).replaceAll("(id or time)");
    }

    @Test
    void anthropic_gets_what_openclaw_sends_by_itself() throws Exception {
        same("anthropic", "claude-sonnet-5", "api.anthropic.com", "", "sk-ant-api03-");
    }

    @Tag("soak")
    @ParameterizedTest
    @CsvSource({
        "openai, gpt-6-sol, api.openai.com, /v1, sk-proj-",
        "anthropic, claude-sonnet-5, api.anthropic.com, '', sk-ant-oat01-",
        "google, gemini-3.7-flash, generativelanguage.googleapis.com, '', AIza",
        "openrouter, anthropic/claude-sonnet-5, openrouter.ai, /api/v1, sk-or-v1-",
        "xai, grok-4.7, api.x.ai, /v1, xai-",
        "together, moonshotai/Kimi-K2.6, api.together.xyz, /v1, ''",
        "nvidia, z-ai/glm-5.2, integrate.api.nvidia.com, /v1, nvapi-",
    })
    void every_other_provider_gets_what_openclaw_sends_by_itself(String provider, String model, String host, String base, String prefix)
            throws Exception {
        same(provider, model, host, base, prefix);
    }

    private void same(String id, String model, String host, String base, String prefix) throws Exception {
        FakeAi provider = new FakeAi(id, base, "It is Paris.");
        String key = prefix + "Kq7xV2mW9sT4".repeat(7);
        try (FakeInternet internet = new FakeInternet(RunningApp.bridge(), temp, FakeAi.HOSTS).with(host, provider);
             Workshop shop = Workshop.ofImage(data, OpenClaw.IMAGE, Map.of("TZ", "Europe/Berlin",
                     "HTTPS_PROXY", internet.proxy().toString(), "NODE_EXTRA_CA_CERTS", OpenClaw.STATE + "/internet.crt"));
             Broker _ = Broker.start(data, new Broker.Options(Optional.of(internet.authority()), Optional.of(internet.proxy()), List.of(),
                     Duration.ofSeconds(2)))) {
            BotId alone = create(shop, "alone", "legacy", id, model, key);
            Path trusted = Files.copy(internet.authority(), data.resolve("bots/" + alone + "/state/internet.crt"));
            Files.setPosixFilePermissions(trusted, PosixFilePermissions.fromString("rw-r--r--"));
            BotId brokered = create(shop, "other", "web", id, model, key);
            shop.bots.service().start(alone);
            shop.bots.service().start(brokered);

            List<Asked> natively = turns(shop, alone, provider);
            List<Asked> throughBroker = turns(shop, brokered, provider);
            assertEquals(QUESTIONS.size(), natively.size(), natively.toString());
            assertEquals(alike(natively), alike(throughBroker));
            assertTrue(provider.sawKey(key));
            assertEquals(Set.of(), holders(shop, brokered, key));
            assertTrue(holders(shop, alone, key).stream().anyMatch(it -> it.startsWith("memory ")), "the search finds nothing at all");
            assertTrue(throughBroker.stream().noneMatch(it -> it.head().fields().first("traceparent").isPresent()), "a trace was passed on");
        }
    }

    private Set<String> holders(Workshop shop, BotId id, String key) throws Exception {
        return ContainerSearch.ofRunning(data, shop.bot(id).seen().containerId().orElseThrow(), id.value(), key).get(key);
    }

    private static String alike(List<Asked> all) {
        return all.stream().map(NativeRequestsTest::alike).collect(Collectors.joining("\n\n"));
    }

    private static BotId create(Workshop shop, String name, String reach, String provider, String model, String key) throws Exception {
        return shop.bots.service().create(NewBot.from(JsonValue.parse("""
                {"name": "%s", "reach": "%s", "start": false, "channel": {"type": "webchat"},
                 "ai": {"provider": "%s", "model": "%s", "apiKey": "%s"}}""".formatted(name, reach, provider, model, key)),
                new Limits(2L << 30, 1000, 512), shop.keys())).row().id();
    }

    /// Has a conversation, and returns what the provider was asked meanwhile.
    private static List<Asked> turns(Workshop shop, BotId id, FakeAi provider) throws Exception {
        Workshop.await("it is healthy", START, () -> shop.bot(id).seen().health() == Health.HEALTHY);
        provider.forget();
        for (String question : QUESTIONS) {
            JsonValue message = Json.object().put("model", "openclaw/default").put("stream", true).put("user", "botmaker:a-conversation")
                    .put("messages", Json.array(Json.object().put("role", "user").put("content", question).build())).build();
            try (GatewayCall call = GatewayCall.post(shop.bots.running().gateway(id), "/v1/chat/completions", message,
                    System.nanoTime() + TURN.toNanos())) {
                String answer = new String(call.body().readAllBytes(), UTF_8);
                assertTrue(call.status() == 200 && answer.contains("Paris"), answer);
            }
        }
        return provider.asked().stream().filter(it -> QUESTIONS.stream().anyMatch(it.body()::contains)).toList();
    }
}
