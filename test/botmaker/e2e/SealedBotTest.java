package botmaker.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.bot.Workshop;
import botmaker.bot.model.BotId;
import botmaker.bot.model.BotName;
import botmaker.bot.model.KeptKeys;
import botmaker.bot.model.Limits;
import botmaker.bot.model.NewBot;
import botmaker.bot.view.ObservedState.Health;
import botmaker.controlui.ControlUiGates;
import botmaker.docker.Container;
import botmaker.docker.Engine.ExecResult;
import botmaker.json.Json;
import botmaker.json.JsonValue;
import botmaker.openclaw.Gateway;
import botmaker.openclaw.GatewayCall;
import botmaker.openclaw.OpenClaw;
import botmaker.secret.Secret;
import botmaker.support.FakeVendor;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A bot without a network, with a real OpenClaw, and a vendor behind its links where the broker would be.
@Tag("docker")
@Tag("heavy")
class SealedBotTest {
    private static final String PLACEHOLDER = "sk-ant-api03-placeholder-0123456789abcdef";
    private static final KeptKeys KEYS = new KeptKeys() {
        @Override
        public Optional<KeptKey> find(String id) {
            return Optional.of(new KeptKey("anthropic", Optional.empty()));
        }

        @Override
        public Map<String, Long> months() {
            return Map.of();
        }

        @Override
        public Kept keep(BotName bot, String provider, Optional<String> baseUrl, Secret value, boolean wasInBot) {
            throw new IllegalStateException("no key was entered");
        }

        @Override
        public void forget(String id) {
            throw new IllegalStateException("no key was kept");
        }

        @Override
        public Secret value(String id) {
            return Secret.of("the key itself");
        }

        @Override
        public Secret placeholder(String id) {
            return Secret.of(PLACEHOLDER);
        }
    };

    @TempDir
    private Path data;
    @TempDir
    private Path temp;

    @Test
    void it_has_only_its_links_and_its_turn_reaches_the_vendor_as_openclaw_would_send_it() throws Exception {
        try (Workshop shop = Workshop.ofImage(data, OpenClaw.IMAGE, KEYS)) {
            shop.keepKey("k1", "anthropic");
            BotId id = shop.bots.service().create(NewBot.from(JsonValue.parse("""
                    {"name": "sealed", "reach": "sealed", "controlUi": true, "start": false, "channel": {"type": "webchat"},
                     "ai": {"provider": "anthropic", "model": "claude-sonnet-5", "key": "k1"}}"""),
                    new Limits(2L << 30, 1000, 512), KEYS)).row().id();
            try (FakeVendor vendor = new FakeVendor(data.resolve("bots/" + id + "/link"), temp, "It is Paris, of course.");
                 ControlUiGates gates = new ControlUiGates(shop.bots.registry(), shop.bots.running())) {
                gates.start();
                shop.bots.service().start(id);
                Workshop.await("it is healthy", () -> shop.bot(id).seen().health() == Health.HEALTHY);

                itHasNoNetwork(shop, id);
                itTalks(shop, id, vendor);
                itsControlUiOpens(shop.bot(id).row().spec().controlUi().port().orElseThrow());
                itsLinksComeBack(shop, id);
                shop.bots.look();
                assertEquals(List.of(), shop.bot(id).seen().drift());
            }
        }
    }

    private static void itHasNoNetwork(Workshop shop, BotId id) {
        Container container = shop.engine.inspect(shop.bot(id).seen().containerId().orElseThrow());
        assertEquals("none", container.raw().get("HostConfig").get("NetworkMode").string());
        assertEquals("[\"api.anthropic.com:127.0.0.1\"]", container.raw().get("HostConfig").get("ExtraHosts").toString());
        String devices = inside(shop, id, "ls /sys/class/net; cat /proc/net/route | wc -l");
        assertEquals(List.of("lo", "1"), devices.lines().map(String::strip).toList());
    }

    private static void itTalks(Workshop shop, BotId id, FakeVendor vendor) throws Exception {
        Gateway gateway = shop.bots.running().gateway(id);
        JsonValue question = Json.object().put("model", "openclaw/default").put("stream", true)
                .put("messages", Json.array(Json.object().put("role", "user").put("content", "What is the capital of France?").build())).build();
        try (GatewayCall call = GatewayCall.post(gateway, "/v1/chat/completions", question, System.nanoTime() + Duration.ofMinutes(2).toNanos())) {
            String answer = new String(call.body().readAllBytes(), UTF_8);
            assertEquals(200, call.status(), answer);
            assertTrue(answer.contains("Paris") && answer.contains("[DONE]"), answer);
        }
        FakeVendor.Asked asked = vendor.asked().stream().filter(it -> it.head().path().equals("/v1/messages")).findFirst().orElseThrow();
        assertEquals("api.anthropic.com", asked.head().host());
        assertEquals(Optional.of(PLACEHOLDER), asked.head().fields().first("x-api-key"));
        assertEquals("claude-sonnet-5", asked.body().get("model").string());
        assertTrue(asked.body().toString().contains("What is the capital of France?"));
        assertTrue(asked.body().toString().contains("\"cache_control\""), "OpenClaw takes it for the vendor itself");
    }

    /// The page, and the WebSocket that it talks over.
    private static void itsControlUiOpens(int port) throws Exception {
        try (HttpClient browser = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).proxy(HttpClient.Builder.NO_PROXY).build()) {
            String page = browser.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/")).build(), BodyHandlers.ofString())
                    .body();
            assertTrue(page.contains("<html") && page.contains("OpenClaw"), page);
            CompletableFuture<String> first = new CompletableFuture<>();
            WebSocket socket = browser.newWebSocketBuilder().header("Origin", "http://127.0.0.1:" + port)
                    .buildAsync(URI.create("ws://127.0.0.1:" + port + "/"), new WebSocket.Listener() {
                        @Override
                        public CompletionStage<?> onText(WebSocket from, CharSequence text, boolean last) {
                            first.complete(text.toString());
                            return null;
                        }
                    }).get(30, TimeUnit.SECONDS);
            assertTrue(first.get(30, TimeUnit.SECONDS).contains("connect.challenge"));
            socket.abort();
        }
    }

    /// Its own processes may end what joins it to the host.
    private static void itsLinksComeBack(Workshop shop, BotId id) throws Exception {
        String before = inside(shop, id, "for p in /proc/[0-9]*; do [ \"$(cat $p/comm)\" = socat ] && echo ${p#/proc/}; done 2>/dev/null; true");
        assertTrue(before.lines().count() >= 2, before); // one for each link, and for each connection
        inside(shop, id, "kill -9 " + before.replace('\n', ' '));
        Workshop.await("its gateway answers again", () -> isReady(shop, id));
        assertEquals("404", inside(shop, id, "curl -sk --max-time 10 https://api.anthropic.com/ -o /dev/null -w '%{http_code}'"));
    }

    private static boolean isReady(Workshop shop, BotId id) {
        try (GatewayCall call = GatewayCall.get(shop.bots.running().gateway(id), "/readyz", System.nanoTime() + Duration.ofSeconds(5).toNanos())) {
            return call.status() == 200;
        } catch (IOException | TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static String inside(Workshop shop, BotId id, String script) {
        ExecResult result = shop.engine.exec(shop.bot(id).seen().containerId().orElseThrow(), List.of("sh", "-c", script),
                Duration.ofSeconds(30)).orElseThrow();
        assertEquals(0, result.exitCode(), result.output());
        return result.output();
    }
}
