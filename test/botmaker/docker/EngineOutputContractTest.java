package botmaker.docker;

import static botmaker.docker.LogFrame.Source.ERR;
import static botmaker.docker.LogFrame.Source.OUT;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.support.Cli;
import botmaker.support.Specs;
import botmaker.support.Tar;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What this client expects of a real engine: logs, events, commands and builds.
@Tag("docker")
@Timeout(60)
final class EngineOutputContractTest {
    private static final Duration A_SECOND = Duration.ofSeconds(1);

    private final RealEngine real = new RealEngine();
    private final Engine engine = real.engine;

    @AfterEach
    void clean() {
        real.close();
    }

    @Test
    void both_streams_are_read_with_their_times() {
        String id = real.finished("echo one; sleep 0.1; echo two >&2; sleep 0.1; printf three");
        List<LogFrame> frames = real.read(id, OptionalInt.empty());
        assertEquals(List.of(OUT, ERR, OUT), frames.stream().map(LogFrame::source).toList());
        assertEquals(List.of("one\n", "two\n", "three"), frames.stream().map(RealEngine::message).toList());
        assertTrue(time(frames.get(0)).isBefore(time(frames.get(1))));
        assertEquals(List.of("three"), real.messages(id, OptionalInt.of(1)));
    }

    @Test
    void a_long_line_comes_in_three_frames_of_one_time() {
        String id = real.finished("head -c 40000 /dev/zero | tr '\\0' x; echo");
        List<LogFrame> frames = real.read(id, OptionalInt.empty());
        assertEquals(3, frames.size());
        assertEquals(1, frames.stream().map(EngineOutputContractTest::time).distinct().count());
        assertTrue(("x".repeat(40_000) + "\n").equals(frames.stream().map(RealEngine::message).collect(Collectors.joining())));
    }

    /// A bot has none, unless somebody made its container by hand.
    @Test
    void a_terminal_has_one_stream_without_frames() throws Exception {
        String id = Cli.docker("run", "--detach", "--tty", "--label", RealEngine.LABEL + "=" + real.run, real.image,
                "sh", "-c", "echo one; echo two >&2");
        real.awaitExit(id);
        List<LogFrame> pieces = real.read(id, OptionalInt.empty());
        String text = pieces.stream().map(piece -> new String(piece.payload(), UTF_8)).collect(Collectors.joining());
        assertTrue(text.matches("(?s)\\S+Z one\r\n\\S+Z two\r\n"), text);
        assertTrue(pieces.stream().allMatch(piece -> piece.source() == OUT));
    }

    @Test
    void a_follow_goes_on_until_the_container_ends() {
        String id = real.started("echo one; sleep 1; echo two");
        try (EngineStream<LogFrame> logs = engine.logs(engine.inspect(id), OptionalInt.empty(), true)) {
            assertEquals("one\n", RealEngine.message(logs.next().orElseThrow()));
            assertFalse(logs.ready());
            assertEquals("two\n", RealEngine.message(logs.next().orElseThrow()));
            assertEquals(Optional.empty(), logs.next());
        }
    }

    @Test
    void closing_a_follow_ends_its_reader() throws Exception {
        String id = real.started("sleep 60");
        EngineStream<LogFrame> logs = engine.logs(engine.inspect(id), OptionalInt.empty(), true);
        CompletableFuture<Optional<LogFrame>> reader = CompletableFuture.supplyAsync(logs::next);
        Thread.sleep(100);
        logs.close();
        assertEquals(Optional.empty(), reader.get(5, TimeUnit.SECONDS));
    }

    @Test
    void many_lines_arrive_once_and_in_order() {
        String id = real.finished("seq 1 20000");
        List<LogFrame> frames = real.read(id, OptionalInt.empty());
        for (int i = 0; i < 20_000; i++) {
            assertEquals((i + 1) + "\n", RealEngine.message(frames.get(i)));
        }
        assertEquals(20_000, frames.size());
    }

    @Test
    void events_come_in_order_and_only_of_our_own() {
        Instant before = Instant.now();
        try (EngineStream<Engine.Event> feed = engine.events(real.labels)) {
            String name = real.run + "-other";
            String other = engine.create(name, Specs.script(real.image, Map.of(RealEngine.LABEL, name), "true"));
            engine.remove(other, true);
            String id = real.create("exit 7");
            engine.start(id);
            real.awaitExit(id);
            engine.remove(id, true);
            List<String> actions = new ArrayList<>();
            Engine.Event event;
            do {
                event = feed.next().orElseThrow();
                assertEquals(id, event.id());
                if (event.action().equals("die")) {
                    assertEquals("7", event.attributes().get("exitCode"));
                }
                actions.add(event.action());
            } while (!event.action().equals("destroy"));
            assertEquals(List.of("create", "start", "die", "destroy"), actions);
        }
        try (EngineStream<Engine.Event> past = engine.events(real.labels, before)) {
            assertEquals("create", past.next().orElseThrow().action());
        }
    }

    /// Each health check of each bot made BotMaker look at that bot three times.
    @Test
    void commands_inside_are_no_events() {
        String id = real.started("sleep 60");
        try (EngineStream<Engine.Event> feed = engine.events(real.labels)) {
            assertEquals(0, engine.exec(id, List.of("true"), Duration.ofSeconds(20)).orElseThrow().exitCode());
            engine.pause(id);
            assertEquals("pause", feed.next().orElseThrow().action());
        }
    }

    @Test
    void a_container_is_measured_until_it_ends() throws Exception {
        String id = real.started("sleep 60");
        try (EngineStream<Container.Usage> feed = engine.stats(id)) {
            assertTrue(feed.next().orElseThrow().cores().isEmpty());
            Container.Usage usage = feed.next().orElseThrow();
            assertTrue(usage.cores().orElseThrow() < 1, usage.toString());
            assertTrue(usage.memory() > 0 && usage.memory() < usage.memoryLimit(), usage.toString());
            Cli.docker("kill", id);
            while (feed.next().isPresent()) {
                // one or two more may be on their way
            }
        }
        real.awaitExit(id);
        try (EngineStream<Container.Usage> feed = engine.stats(id)) {
            assertEquals(Optional.empty(), feed.next());
        }
    }

    @Test
    void a_command_answers_with_code_and_output() {
        String id = real.started("sleep 60");
        assertEquals(new Engine.ExecResult(5, "out\n"), real.exec(id, "echo out; echo err >&2; exit 5"));
        assertEquals(new Engine.ExecResult(0, "\0".repeat(1 << 20)), real.exec(id, "head -c 3000000 /dev/zero; head -c 3000000 /dev/zero >&2"));
        assertTrue(Set.of(126, 127).contains(engine.exec(id, List.of("/etc"), A_SECOND).orElseThrow().exitCode()));
    }

    @Test
    void a_command_that_takes_too_long_is_given_up() {
        String id = real.started("sleep 60");
        assertEquals(Optional.empty(), engine.exec(id, List.of("sleep", "30"), A_SECOND));
    }

    @Test
    void a_command_needs_a_running_container() {
        String id = real.create("true");
        assertTrue(assertThrows(EngineException.class, () -> engine.exec(id, List.of("true"), A_SECOND)).conflict());
    }

    @Test
    void a_build_that_fails_says_why() {
        List<Images.Progress> steps = new ArrayList<>();
        EngineException e = assertThrows(EngineException.class, () -> engine.images().build(
                new Tar().file("Dockerfile", "FROM " + real.image + "\nRUN exit 9\n").open(), Map.of(), real.run, steps::add));
        assertTrue(e.getMessage().contains("9"), e.getMessage());
        assertTrue(steps.stream().anyMatch(step -> step.message().contains("RUN exit 9")));
    }

    private static Instant time(LogFrame frame) {
        return Instant.parse(new String(frame.payload(), UTF_8).split(" ", 2)[0]);
    }
}
