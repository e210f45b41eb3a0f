package botmaker.logs;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.docker.Container;
import botmaker.docker.Engine;
import botmaker.http.TestServer;
import botmaker.logs.EventReader.Event;
import botmaker.support.PrivateEngine;
import botmaker.support.Specs;
import botmaker.support.TestImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Logs whose file a power cut has damaged: a real engine leaves out some hundred lines, or all that follow, and says nothing.
@Tag("docker")
@Tag("heavy")
@Timeout(400)
final class DamagedLogTest {
    private static final int LINES = 3_000;
    private static final String NULS = "\0".repeat(300);

    /// What a power cut leaves in the place of the 1,500th record and of others.
    private static Map<String, Consumer<List<String>>> damages() {
        Map<String, Consumer<List<String>>> damages = new LinkedHashMap<>();
        damages.put("NULs instead of a record", records -> records.set(1_499, NULS));
        damages.put("NULs before a record", records -> records.set(1_499, NULS + records.get(1_499)));
        damages.put("half a record", records -> records.set(1_499, half(records.get(1_499))));
        damages.put("half a record and the next on its line", records -> records.set(1_499, half(records.get(1_499)) + records.remove(1_500)));
        damages.put("NULs at the beginning", records -> records.set(0, NULS + records.get(0)));
        damages.put("half a record near the end", records -> records.set(2_990, half(records.get(2_990))));
        damages.put("two places", records -> {
            records.set(700, NULS);
            records.set(2_200, half(records.get(2_200)));
        });
        return damages;
    }

    private static String half(String json) {
        return json.substring(0, json.length() / 2);
    }

    @Test
    void what_the_engine_leaves_out_is_a_gap_and_what_follows_is_shown() throws Exception {
        try (PrivateEngine own = PrivateEngine.on()) {
            Engine engine = new Engine(own.socket());
            String id = engine.create("logged", Specs.script(TestImage.ensure(engine), Map.of(), "seq " + LINES));
            engine.start(id);
            while (engine.inspect(id).state() != Container.State.EXITED) {
                Thread.sleep(20);
            }
            Path log = own.onItsDisk("containers/" + id + "/" + id + "-json.log");
            String whole = Files.readString(log, ISO_8859_1);
            try (TestServer server = EventReader.serve(engine, bot(id))) {
                read(server, "undamaged", List.of());
                for (Map.Entry<String, Consumer<List<String>>> damage : damages().entrySet()) {
                    List<String> records = new ArrayList<>(List.of(whole.split("\n")));
                    damage.getValue().accept(records);
                    Files.writeString(log, String.join("\n", records) + "\n", ISO_8859_1);
                    read(server, damage.getKey(), List.of("damaged"));
                }
                Files.writeString(log, whole + NULS, ISO_8859_1);
                read(server, "NULs at the end", List.of());
            }
        }
    }

    /// Reads the log in every way.
    private static void read(TestServer server, String damage, List<String> gaps) throws IOException, InterruptedException {
        assertShown(damage + ", tail=all", gaps, stream(server, "?tail=all&follow=false"), LINES);
        assertShown(damage + ", tail=2900", gaps, stream(server, "?tail=2900&follow=false"), 2_900);
        assertShown(damage + ", merged", gaps, new EventReader(server, "/api/logs?bots=b1&tail=all&follow=false", "").until("end").stream()
                .map(DamagedLogTest::describe).filter(it -> !it.equals("end")).toList(), LINES);
        assertShown(damage + ", download", gaps, server.get("/api/bots/b1/logs.txt").body().lines()
                .map(line -> line.startsWith("-- gap") ? "gap " + line.replaceFirst(".*\"reason\":\"([a-z]+)\".*", "$1") : line.split(" ")[2]).toList(), LINES);
        try (EventReader live = new EventReader(server, "/api/bots/b1/logs?tail=all", "")) {
            String last = String.valueOf(LINES);
            List<Event> events = gaps.isEmpty() ? live.untilLine(last) : live.until("gap");
            if (events.stream().noneMatch(event -> event.isLine() && event.text().equals(last))) {
                events.addAll(live.untilLine(last));
            }
            assertShown(damage + ", live", gaps, events.stream().map(DamagedLogTest::describe).toList(), LINES);
        }
        for (int tail = 1; tail < 20; tail++) {
            List<String> few = stream(server, "?follow=false&tail=" + tail);
            assertTrue(few.contains("3000"), damage + ", tail=" + tail + ": " + few);
        }
    }

    private static List<String> stream(TestServer server, String query) throws IOException {
        try (EventReader reader = new EventReader(server, "/api/bots/b1/logs" + query, "")) {
            return reader.until("end").stream().map(DamagedLogTest::describe).filter(it -> !it.equals("end")).toList();
        }
    }

    private static String describe(Event event) {
        return event.isLine() ? event.text() : event.name().equals("gap") ? "gap " + event.data().get("reason").string() : event.name();
    }

    /// Numbers go up to the last; where one is missing, the gap is told, once.
    private static void assertShown(String what, List<String> gaps, List<String> shown, int whole) {
        List<String> told = shown.stream().filter(it -> it.startsWith("gap")).map(it -> it.substring(4)).toList();
        List<Integer> numbers = shown.stream().filter(it -> !it.startsWith("gap")).map(Integer::valueOf).toList();
        assertEquals(LINES, numbers.getLast(), what);
        for (int i = 1; i < numbers.size(); i++) {
            assertTrue(numbers.get(i) > numbers.get(i - 1), what);
        }
        if (numbers.size() < whole || !told.isEmpty()) {
            assertEquals(gaps, told, what + ": " + numbers.size() + " lines");
        }
    }

    private static LoggedBots bot(String container) {
        return new LoggedBots() {
            @Override
            public Optional<Bot> find(String id) {
                return Optional.of(new Bot("Bot", Optional.of(container)));
            }

            @Override
            public Redaction redaction(String id) {
                return Redaction.NONE;
            }
        };
    }
}
