package botmaker.logs;

import static botmaker.docker.LogFrame.Source.OUT;
import static botmaker.logs.Recording.CONTAINER;
import static botmaker.logs.Recording.LOG;
import static botmaker.logs.Recording.STATE;
import static botmaker.logs.Recording.frames;
import static botmaker.logs.Recording.log;
import static botmaker.logs.Recording.silence;
import static botmaker.logs.Recording.state;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.docker.Engine;
import botmaker.file.PrivateFiles;
import botmaker.http.TestServer;
import botmaker.secret.Secret;
import botmaker.secret.SecretName;
import botmaker.secret.SecretStore;
import botmaker.support.RecordedEngine;
import botmaker.support.Reply;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What happens to a merged log when something of one bot fails, from a recorded engine with a log for each of two bots.
@Timeout(30)
final class MergedLogFailureTest {
    private static final SecretName KEY = new SecretName("ai-api-key");

    private final RecordedEngine engine = RecordedEngine.start();
    private SecretStore secrets;
    private TestServer server;

    @BeforeEach
    void start(@TempDir Path directory) throws IOException {
        secrets = new SecretStore(directory.resolve("secrets"));
        for (String bot : List.of("b1", "b2")) {
            secrets.create(bot, Map.of(KEY, Secret.of("secret-of-" + bot)), PrivateFiles.currentUid(), PrivateFiles.currentGid());
            engine.on(STATE.replace(CONTAINER, container(bot)), state(container(bot), "exited", 1, 0)).on(logOf(bot), log(1, 2));
        }
        engine.on(Recording.EVENTS, silence());
        LoggedBots bots = new LoggedBots() {
            @Override
            public Optional<Bot> find(String id) {
                return Optional.of(new Bot(id, Optional.of(container(id))));
            }

            @Override
            public Redaction redaction(String id) {
                return secrets.redactor(id)::applyToPart;
            }
        };
        server = EventReader.serve(new Engine(engine.socket()), bots);
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
        engine.close();
    }

    private static String container(String bot) {
        return bot.equals("b1") ? CONTAINER : CONTAINER.replace('0', 'f');
    }

    private static String logOf(String bot) {
        return LOG.replace(CONTAINER, container(bot));
    }

    /// One secret file of 70 kB, or of another owner, ended the merged log of all bots, again and again.
    @ParameterizedTest
    @ValueSource(strings = {"huge", "directory", "binary"})
    void a_bot_whose_secrets_cannot_be_read_says_so_and_the_others_go_on(String damage) throws Exception {
        Path file = secrets.directory("b2").resolve("ai-api-key");
        Files.delete(file);
        switch (damage) {
            case "huge" -> Files.writeString(file, "x".repeat(70_000));
            case "directory" -> Files.createDirectory(file);
            default -> Files.write(file, new byte[] {(byte) 0xff, (byte) 0xfe});
        }
        try (EventReader reader = new EventReader(server, "/api/logs?bots=b1,b2&follow=false", "")) {
            List<EventReader.Event> events = reader.until("end");
            assertEquals(List.of("1", "2"), events.stream().filter(EventReader.Event::isLine).map(EventReader.Event::text).toList());
            List<EventReader.Event> gaps = events.stream().filter(event -> event.name().equals("gap")).toList();
            assertEquals(1, gaps.size(), events::toString);
            assertEquals("b2", gaps.getFirst().data().get("b").string());
            assertEquals("secrets", gaps.getFirst().data().get("reason").string());
        }
        String file2 = server.get("/api/bots/b2/logs.txt").body();
        assertTrue(file2.startsWith("-- gap ") && file2.lines().count() == 1, file2);
    }

    /// A busy engine pauses in the middle of a log. The other bots' newer lines then came first, and a page that followed the end
    /// showed only the slow bot's old lines.
    @Test
    void lines_come_in_the_order_of_time_although_the_engine_pauses_in_a_log() throws Exception {
        engine.on(logOf("b1"), frames(1, 1).then(Reply.frame(OUT, Recording.text(3)).after(Duration.ofMillis(500))).then(Reply.lastChunk()))
                .on(logOf("b2"), frames(2, 2).then(Reply.frame(OUT, Recording.text(4))).then(Reply.lastChunk()));
        try (EventReader reader = new EventReader(server, "/api/logs?bots=b1,b2&follow=false", "")) {
            assertEquals(List.of("1", "2", "3", "4"),
                    reader.until("end").stream().filter(EventReader.Event::isLine).map(EventReader.Event::text).toList());
        }
    }

    /// A page that was reconnected before its first line began again at the last 200 lines, whatever had come in between.
    @ParameterizedTest
    @ValueSource(strings = {"/api/logs?bots=b1,b2&tail=0", "/api/bots/b1/logs?tail=0"})
    void a_reader_that_reconnects_before_its_first_line_misses_none(String path) throws Exception {
        engine.on(logOf("b1"), log(1, 2), log(1, 2), log(1, 2));
        String id;
        try (EventReader reader = new EventReader(server, path + "&follow=false", "")) {
            reader.until("end");
            id = reader.lastId();
        }
        engine.on(logOf("b1"), log(1, 300)).on(logOf("b2"), log(1, 2), log(2, 2));
        try (EventReader reader = new EventReader(server, path + "&follow=false", id)) {
            List<EventReader.Event> events = reader.until("end");
            assertEquals(298, events.stream().filter(EventReader.Event::isLine).count(), events.getFirst()::toString);
            assertEquals("3", events.getFirst().text());
        }
    }

    @Test
    void a_bot_whose_place_is_not_known_begins_with_a_gap() throws Exception {
        String id;
        try (EventReader reader = new EventReader(server, "/api/logs?bots=b1&follow=false", "")) {
            reader.until("end");
            id = reader.lastId();
        }
        engine.on(logOf("b1"), log(1, 2), log(2, 2)).on(logOf("b2"), log(1, 300));
        try (EventReader reader = new EventReader(server, "/api/logs?bots=b1,b2&follow=false&tail=10", id)) {
            List<EventReader.Event> events = reader.until("end");
            assertEquals("gap", events.getFirst().name(), events::toString);
            assertEquals("unknown", events.getFirst().data().get("reason").string());
            assertEquals("b2", events.getFirst().data().get("b").string());
            assertEquals("291", events.get(1).text());
        }
    }
}
