package botmaker.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import botmaker.docker.Engine;
import botmaker.json.JsonValue;
import botmaker.support.Listener;
import botmaker.support.RunningApp;
import botmaker.support.ServerProcess;
import botmaker.support.TestImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The wall clock jumps under the program, a process of its own below libfaketime (Debian: `apt-get install faketime`).
@Tag("docker")
class ClockTest {
    private static final Path SOCKET = Path.of("/var/run/docker.sock");
    private static final String COUNTS = "trap 'exit 143' TERM; i=0; while :; do i=$((i+1)); echo line $i.; sleep 0.2; done";

    @TempDir
    Path directory;

    @Test
    void two_hours_forth_and_back_lose_no_session_no_state_and_no_line() throws Exception {
        Optional<Path> library = library();
        assumeTrue(library.isPresent(), "libfaketime is missing: apt-get install faketime");
        Path data = directory.resolve("data");
        Path offset = Files.writeString(directory.resolve("offset"), "+0");
        try (ServerProcess server = ServerProcess.start(data, Map.of(
                "LD_PRELOAD", library.get().toString(), "FAKETIME_TIMESTAMP_FILE", offset.toString(),
                "FAKETIME_NO_CACHE", "1", "DONT_FAKE_MONOTONIC", "1", "FAKETIME_DONT_FAKE_MONOTONIC", "1", "NO_FAKE_STAT", "1",
                "BOTMAKER_OPENCLAW_IMAGE", TestImage.running(new Engine(SOCKET), COUNTS), "BOTMAKER_BOT_STOP_TIMEOUT", "2s"))) {
            Listener.await("the engine is known", () -> ok(server));
            String id = JsonValue.parse(server.send("POST", "/api/bots", """
                    {"name": "a", "ai": {"provider": "openai-compatible", "model": "m", "baseUrl": "http://10.9.8.7/v1"},
                     "reach": "legacy", "channel": {"type": "webchat"}}""").body()).get("id").string();
            String logs = "/api/bots/" + id + "/logs";
            Listener whole = new Listener(server.stream(logs + "?tail=all", ""));
            for (String jump : List.of("+2h", "-2h", "+0")) {
                Listener before = new Listener(server.stream(logs, ""));
                before.await("a line", 0, line -> line.contains("line "));
                int seen = whole.size();

                Files.writeString(offset, jump);
                Listener.await("the server's clock has jumped", () -> observedHoursOff(server) == hours(jump));

                whole.await("the log goes on", seen, line -> line.contains("line "));
                before.close();
                List<String> last = before.lines();
                String position = last.stream().filter(line -> line.startsWith("id:")).toList().getLast().substring(3).strip();
                int number = numbers(last).getLast();
                try (Listener after = new Listener(server.stream(logs, position))) {
                    after.await("the next line", 0, line -> line.contains("line "));
                    assertTrue(numbers(after.lines()).getFirst() <= number + 1, "a line was lost");
                    assertFalse(after.lines().contains("event: gap"));
                }
                assertEquals("running", server.get("/api/bots/" + id).get("status").string());
                assertEquals(200, server.send("POST", "/api/bots/" + id + "/start", "").statusCode());
                assertTrue(ok(server));
            }
            List<Integer> numbers = numbers(whole.lines());
            assertEquals(IntStream.rangeClosed(1, numbers.size()).boxed().toList(), numbers, "repeated or lost");
            assertFalse(whole.ended());
            whole.close();
        } finally {
            RunningApp.cleanEngine(data);
        }
    }

    private static List<Integer> numbers(List<String> lines) {
        return lines.stream().filter(line -> line.contains("\"line "))
                .map(line -> Integer.parseInt(line.replaceFirst(".*\"line ([0-9]+)\\..*", "$1"))).toList();
    }

    /// That it is reached at all shows that the session goes on.
    private static boolean ok(ServerProcess server) {
        try {
            return server.get("/health").get("status").string().equals("ok");
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static int hours(String offset) {
        return Integer.parseInt(offset.replace("h", "").replace("+", ""));
    }

    /// Told by the clock of the answers (RFC 9110 §6.6.1).
    private static long observedHoursOff(ServerProcess server) {
        try {
            String date = server.send("GET", "/api/session", "").headers().firstValue("Date").orElseThrow();
            long seconds = ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME).toEpochSecond();
            return Math.round((seconds - System.currentTimeMillis() / 1000) / 3600.0);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static Optional<Path> library() throws Exception {
        try (Stream<Path> architectures = Files.list(Path.of("/usr/lib"))) {
            return architectures.map(path -> path.resolve("faketime/libfaketimeMT.so.1")).filter(Files::exists).findFirst();
        }
    }
}
