package botmaker.docker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import botmaker.error.Failure;
import botmaker.support.LiveReply;
import botmaker.support.RecordedEngine;
import botmaker.support.Reply;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What the client makes of the engine's measurements; the lines are those of Docker 20.10.
@Timeout(30)
final class StatsFeedTest {
    private static final String STATS = "GET /containers/c1/stats";
    private static final String STOPPED = """
            {"read":"0001-01-01T00:00:00Z","preread":"0001-01-01T00:00:00Z","cpu_stats":{"cpu_usage":{"total_usage":0}},"memory_stats":{}}\
            """;

    private final RecordedEngine recorded = RecordedEngine.start();
    private final Engine engine = new Engine(recorded.socket());
    private final LiveReply live = new LiveReply();

    @AfterEach
    void end() throws IOException {
        recorded.close();
    }

    @Test
    void processors_are_counted_from_look_to_look_and_memory_without_cache() {
        recorded.on(STATS, live);
        try (EngineStream<Container.Usage> feed = engine.stats("c1")) {
            live.line(line("0001-01-01T00:00:00Z", 0, "2026-11-22T15:36:40Z", 1_000_000_000, "total_inactive_file"));
            assertEquals(new Container.Usage(Instant.parse("2026-11-22T15:36:40Z"), Optional.empty(), 900, 2000, 30, 4),
                    feed.next().orElseThrow());
            live.line(line("2026-11-22T15:36:40Z", 1_000_000_000, "2026-11-22T15:36:42Z", 4_000_000_000L, "inactive_file"));
            Container.Usage second = feed.next().orElseThrow();
            assertEquals(Optional.of(1.5), second.cores());
            assertEquals(900, second.memory());
        }
    }

    @Test
    void a_container_that_stops_ends_the_feed() {
        recorded.on(STATS, live);
        try (EngineStream<Container.Usage> feed = engine.stats("c1")) {
            live.line(STOPPED);
            assertEquals(Optional.empty(), feed.next());
        }
    }

    @Test
    void garbage_is_the_engines_failure() {
        recorded.on(STATS, live);
        try (EngineStream<Container.Usage> feed = engine.stats("c1")) {
            live.line("{\"read\":7}");
            assertThrows(Failure.EngineDown.class, feed::next);
        }
    }

    @Test
    void closing_ends_a_reader_that_waits() throws Exception {
        recorded.on(STATS, live);
        EngineStream<Container.Usage> feed = engine.stats("c1");
        CompletableFuture<Optional<Container.Usage>> reader = CompletableFuture.supplyAsync(feed::next);
        Thread.sleep(100);
        feed.close();
        assertEquals(Optional.empty(), reader.get(5, TimeUnit.SECONDS));
    }

    @Test
    void a_missing_container_is_the_engines_word() {
        recorded.on(STATS, Reply.error(404, "No such container: c1"));
        assertEquals(404, assertThrows(EngineException.class, () -> engine.stats("c1")).status());
    }

    private static String line(String before, long cpuBefore, String read, long cpu, String cache) {
        return """
                {"read":"%s","preread":"%s","precpu_stats":{"cpu_usage":{"total_usage":%d}},"cpu_stats":{"cpu_usage":{"total_usage":%d},"system_cpu_usage":77,"online_cpus":2},\
                "memory_stats":{"usage":1000,"stats":{"%s":100},"limit":2000},\
                "networks":{"eth0":{"rx_bytes":10,"tx_bytes":3},"eth1":{"rx_bytes":20,"tx_bytes":1}}}""".formatted(read, before, cpuBefore, cpu, cache);
    }
}
