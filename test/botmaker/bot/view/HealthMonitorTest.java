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
import botmaker.bot.host.BotHost.Container;
import botmaker.bot.view.ObservedState.Health;
import botmaker.docker.Engine;
import botmaker.openclaw.BotProbe;
import botmaker.secret.SecretStore;
import botmaker.support.Journal;
import java.nio.file.Path;
import java.time.Clock;
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
        BotRecord bot = Rows.ready(Desired.RUNNING);
        registry.add(bot, Map.of());
        observe(registry, bot, Containers.in(State.RUNNING));

        try (HealthMonitor monitor = monitor(registry, temp)) {
            monitor.start();
            Workshop.await("its health is published", () -> problem(registry, bot).isPresent());
        }
        assertEquals(Optional.of("The Docker Engine is not responding."), problem(registry, bot));
    }

    /// One unexpected exception ended the thread that starts the watches, and no bot that was started later was ever probed.
    @Test
    void a_failure_of_our_own_does_not_end_the_start_of_watches(@TempDir Path temp) {
        BotRegistry registry = new BotRegistry(Clock.systemUTC(), System::nanoTime, () -> false);
        BotRecord odd = Rows.ready(Desired.RUNNING);
        registry.add(odd, Map.of());
        observe(registry, odd, Containers.in(State.RUNNING));
        try (Journal journal = new Journal(); HealthMonitor monitor = monitor(registry, temp)) {
            monitor.start();
            Workshop.await("the first is watched", () -> problem(registry, odd).isPresent());
            Container as = Containers.in(State.RUNNING);
            observe(registry, odd, new Container(null, as.name(), as.bot(), false, as.imageId(), as.state(), 0, false, "", as.createdAt(),
                    as.startedAt(), as.finishedAt(), 0, as.address(), as.description())); // which nothing is prepared for
            Workshop.await("it fails", () -> journal.records().stream().anyMatch(it -> it.contains("the health monitor failed")));
            registry.remove(odd.id());

            BotRecord bot = Rows.ready(Desired.RUNNING);
            registry.add(bot, Map.of());
            observe(registry, bot, Containers.in(State.RUNNING));
            Workshop.await("the next is watched", () -> problem(registry, bot).isPresent());
        }
    }

    /// Every start began with "The gateway broke off its answer."
    @Test
    void a_gateway_that_does_not_listen_yet_is_told_as_starting() {
        assertEquals(Optional.of("OpenClaw is still starting."), HealthMonitor.problem(Health.STARTING, BotProbe.BROKE_OFF));
        assertEquals(Optional.of("The gateway broke off its answer."), HealthMonitor.problem(Health.UNHEALTHY, BotProbe.BROKE_OFF));
        assertEquals(Optional.of("No."), HealthMonitor.problem(Health.STARTING, BotProbe.Result.down("No.")));
        assertEquals(Optional.empty(), HealthMonitor.problem(Health.HEALTHY, BotProbe.BROKE_OFF));
    }

    private static HealthMonitor monitor(BotRegistry registry, Path temp) {
        SecretStore secrets = new SecretStore(temp.resolve("secrets"));
        BotHost host = DockerHost.on(new Engine(temp.resolve("no.sock"))).of("test",
                new BotFiles(temp.resolve("bots"), temp.resolve("kept")), secrets, Map.of(), Duration.ofSeconds(1));
        return new HealthMonitor(registry, host, secrets);
    }

    private static void observe(BotRegistry registry, BotRecord bot, Container container) {
        registry.observe(bot.id(), Optional.of(container), List.of(), System.nanoTime());
    }

    private static Optional<String> problem(BotRegistry registry, BotRecord bot) {
        return registry.seen(bot.id()).orElseThrow().problem();
    }
}
