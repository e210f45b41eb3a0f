package botmaker.bot.view;

import static org.junit.jupiter.api.Assertions.assertEquals;

import botmaker.bot.Containers;
import botmaker.bot.Rows;
import botmaker.bot.Workshop;
import botmaker.bot.host.BotFiles;
import botmaker.bot.host.BotHost;
import botmaker.bot.host.DockerHost;
import botmaker.bot.model.BotRecord;
import botmaker.bot.model.BotRecord.Desired;
import botmaker.bot.host.BotHost.Container.State;
import botmaker.docker.Engine;
import botmaker.openclaw.BotProbe;
import botmaker.secret.SecretStore;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HealthMonitorTest {
    /// One unexpected exception ended the watch over a bot without a word, and its last health was shown for good.
    @Test
    void a_failure_of_our_own_does_not_end_the_watch(@TempDir Path temp) {
        AtomicInteger failures = new AtomicInteger();
        InstantSource failsOnce = () -> {
            if (Thread.currentThread().getName().startsWith("health-") && failures.incrementAndGet() == 1) {
                throw new IllegalStateException("a failure of our own, made by the test");
            }
            return Instant.now();
        };
        BotRegistry registry = new BotRegistry(failsOnce.withZone(ZoneOffset.UTC), System::nanoTime, () -> false);
        SecretStore secrets = new SecretStore(temp.resolve("secrets"));
        BotHost host = DockerHost.on(new Engine(temp.resolve("no.sock"))).of("test",
                new BotFiles(temp.resolve("bots"), temp.resolve("kept")), secrets, Map.of(), Duration.ofSeconds(1));
        BotRecord bot = Rows.ready(Desired.RUNNING);
        registry.add(bot, Map.of());
        registry.observe(bot.id(), Optional.of(Containers.in(State.RUNNING)), List.of(), System.nanoTime());

        try (HealthMonitor monitor = new HealthMonitor(registry, host, secrets, new BotProbe())) {
            monitor.start();
            Workshop.await("its health is published", () -> registry.seen(bot.id()).orElseThrow().problem().isPresent());
        }
        assertEquals(Optional.of("The Docker Engine is not responding."), registry.seen(bot.id()).orElseThrow().problem());
    }
}
