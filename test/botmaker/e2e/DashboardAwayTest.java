package botmaker.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.cli.Launcher;
import botmaker.docker.Engine;
import botmaker.file.DirectoryLock;
import botmaker.json.JsonValue;
import botmaker.support.BotScene;
import botmaker.support.ChildJvm;
import botmaker.support.FakeInternet;
import botmaker.support.FakeProvider;
import botmaker.support.FakeTelegram;
import botmaker.support.RunningApp;
import botmaker.support.ServerProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A bot talks on while the dashboard is killed and replaced by another release, since the broker is a process of its own; and what a
/// person writes while the broker is away is answered when it is back.
@Tag("docker")
@Tag("heavy")
class DashboardAwayTest {
    private static final Engine ENGINE = new Engine(Path.of("/var/run/docker.sock"));
    private static final long OWNER = 424242;

    @TempDir
    Path temp;
    private volatile CountDownLatch held = new CountDownLatch(0);

    private Path data() {
        return temp.resolve("data");
    }

    @AfterEach
    void clean() {
        RunningApp.cleanEngine(data());
    }

    /// Answers when the test lets it.
    private String answer(String said) {
        try {
            held.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e); // the provider is closed
        }
        return said.contains("capital") ? BotScene.PARIS : "Hm?";
    }

    private Process broker(Map<String, String> settings) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(ChildJvm.command(Launcher.class, "broker"))
                .redirectError(ProcessBuilder.Redirect.appendTo(temp.resolve("broker.log").toFile()));
        builder.environment().putAll(settings);
        builder.environment().put("BOTMAKER_DATA_DIR", data().toString());
        Process process = builder.start();
        BufferedReader output = process.inputReader(UTF_8);
        assertTrue(String.valueOf(output.readLine()).contains("broker serves"), "it does not serve");
        return process;
    }

    @Test
    void turns_are_answered_while_the_dashboard_is_killed_and_upgraded_and_when_the_broker_is_back() throws Exception {
        try (FakeTelegram telegram = new FakeTelegram(InetAddress.getLoopbackAddress());
             FakeProvider provider = new FakeProvider(InetAddress.getLoopbackAddress(), this::answer);
             FakeInternet internet = new FakeInternet(temp, List.of("api.telegram.org")).with("api.telegram.org", telegram.apiRoot())) {
            ServerProcess first = ServerProcess.start(data(), internet.settings());
            Process broker = broker(internet.settings());
            try {
                String id = first.demand("POST", "/api/bots", """
                        {"name": "a", "reach": "sealed", "ai": {"provider": "openai-compatible", "model": "%s", "baseUrl": "%s", "apiKey": "%s"},
                         "channel": {"type": "telegram", "credentials": {"token": "123456789:%s"}}, "access": {"policy": "allowlist", "allow": ["%d"]}}"""
                        .formatted(FakeProvider.MODEL, provider.baseUrl(), BotScene.KEY, "A".repeat(35), OWNER)).get("id").string();
                String container = awaitHealthy(first, id);
                String since = first.get("/api/broker").get("startedAt").string();

                isAsked(telegram, provider, "Is it the capital, which nobody shows?");
                first.close();
                held.countDown();
                hears(telegram);
                telegram.userSays(OWNER, "And who answers now? The capital?");
                hears(telegram);

                isAsked(telegram, provider, "Is it the capital, which others show?");
                try (ServerProcess second = ServerProcess.start(ServerProcess.jar(), data(), internet.settings(), temp.resolve("second.log"))) {
                    awaitHealthy(second, id);
                    held.countDown();
                    hears(telegram);
                    assertTrue(broker.isAlive());
                    assertEquals(since, second.get("/api/broker").get("startedAt").string(), "another broker serves");
                    assertEquals(List.of(), second.process().descendants().toList(), "it started a broker of its own");
                    assertEquals(container, second.get("/api/bots/" + id).get("containerId").string());
                    assertEquals(0, ENGINE.inspect(container).restartCount());
                    assertEquals(List.of("whole"), second.get("/api/bots/" + id + "/calls").get("calls").elements().stream()
                            .map(call -> call.get("ended").string()).distinct().toList());

                    broker.destroyForcibly().onExit().join();
                    try (DirectoryLock _ = DirectoryLock.acquire(data().resolve("broker"))) {
                        telegram.userSays(OWNER, "Is anybody there, in the capital?");
                        Thread.sleep(Duration.ofSeconds(5));
                        assertTrue(telegram.nextMessage(Duration.ZERO).isEmpty(), "it was answered without a broker");
                    }
                    hears(telegram); // the dashboard has started one
                }
            } finally {
                held.countDown();
                first.close();
                broker.destroyForcibly().onExit().join();
            }
        }
    }

    /// Writes to the bot, and waits until its provider is asked, which does not answer yet.
    private void isAsked(FakeTelegram telegram, FakeProvider provider, String question) throws InterruptedException {
        held = new CountDownLatch(1);
        telegram.userSays(OWNER, question);
        long end = System.nanoTime() + BotScene.ANSWER.toNanos();
        while (provider.prompts().stream().noneMatch(it -> it.contains(question))) {
            assertTrue(System.nanoTime() - end < 0, "its call never came");
            Thread.sleep(20);
        }
    }

    private static void hears(FakeTelegram telegram) throws InterruptedException {
        assertTrue(telegram.awaitReply(BotScene.ANSWER).contains(BotScene.PARIS));
    }

    private static String awaitHealthy(ServerProcess server, String id) throws Exception {
        long end = System.nanoTime() + Duration.ofMinutes(3).toNanos();
        JsonValue bot = server.get("/api/bots/" + id);
        while (!bot.get("health").string().equals("healthy")) {
            String state = bot.toString();
            assertTrue(System.nanoTime() - end < 0, state);
            Thread.sleep(200);
            bot = server.get("/api/bots/" + id);
        }
        return bot.get("containerId").string();
    }
}
