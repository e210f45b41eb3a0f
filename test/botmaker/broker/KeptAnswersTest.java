package botmaker.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.policy.BotPolicy;
import botmaker.policy.Budget;
import botmaker.policy.Origin;
import botmaker.policy.Reach;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Two bots with one key go on from answers that the provider keeps for both.
@Timeout(90)
final class KeptAnswersTest {
    private static final String HOST = "model.botmaker.internal:11434";
    private static final String PLACEHOLDER = "botmaker-placeholder-of-bot-";

    @TempDir
    Path dir;
    private volatile String answer = "";
    private AiScene scene;

    @BeforeEach
    void open() throws IOException {
        scene = new AiScene(dir, (socket, _) -> Scene.Server.say(socket, answer));
        scene.keep("sk-of-both");
        List<BotPolicy> bots = new ArrayList<>();
        for (String id : List.of("a", "b")) {
            bots.add(new BotPolicy(id, Reach.WEB, Files.createDirectories(dir.resolve(id)), List.of(new Origin("m0", "model.botmaker.internal",
                    11434, false, scene.url("/v1"), "openai-compatible",
                    Optional.of(new Origin.Credential(Optional.of("k1"), PLACEHOLDER + id)), List.of("m"))), List.of(), Optional.empty(),
                    Budget.NONE));
        }
        scene.follow(bots);
    }

    @AfterEach
    void close() throws IOException {
        scene.close();
    }

    private static String events(String id) {
        String text = "data: {\"type\":\"response.created\",\"response\":{\"id\":\"" + id + "\",\"status\":\"in_progress\"}}\n\n"
                + "data: {\"type\":\"response.completed\",\"response\":{\"id\":\"" + id + "\",\"usage\":{\"input_tokens\":1,\"output_tokens\":2}}}\n\n";
        return "HTTP/1.1 200 X\r\nContent-Type: text/event-stream\r\nContent-Length: " + text.length() + "\r\n\r\n" + text;
    }

    private String goOn(String bot, String from) throws IOException {
        String body = "{\"model\":\"m\",\"input\":\"What was said?\",\"previous_response_id\":" + from + "}";
        return scene.plain(bot, "m0").send("POST /v1/responses HTTP/1.1\r\nHost: " + HOST + "\r\nAuthorization: Bearer " + PLACEHOLDER + bot
                + "\r\nContent-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n" + body).answer();
    }

    /// A bot could ask what was said to another one with the same key.
    @Test
    void a_bot_goes_on_from_its_own_answers_only() throws Exception {
        answer = events("resp_1");
        goOn("a", "null");
        answer = events("resp_2");
        String own = goOn("a", "\"resp_1\"");
        assertTrue(own.startsWith("HTTP/1.1 200 ") && own.contains("resp_2"), own);
        assertEquals(2, scene.asked.size());

        for (String id : List.of("resp_1", "resp_2", "resp_3")) {
            String others = goOn("b", "\"" + id + "\"");
            assertTrue(others.startsWith("HTTP/1.1 400 ") && others.contains("x-botmaker-refused: kept")
                    && others.contains("previous_response_not_found"), others);
        }
        assertEquals(2, scene.asked.size(), "a byte went upstream");
    }

    /// An answer in one piece has its id in another place than a stream has.
    @Test
    void an_answer_in_one_piece_is_gone_on_from_too() throws Exception {
        String body = "{\"id\":\"resp_1\",\"output\":[{\"id\":\"msg_1\"}],\"usage\":{\"input_tokens\":1,\"output_tokens\":2}}";
        answer = "HTTP/1.1 200 X\r\nContent-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
        goOn("a", "null");
        assertTrue(goOn("a", "\"resp_1\"").startsWith("HTTP/1.1 200 "));
        assertTrue(goOn("a", "\"msg_1\"").startsWith("HTTP/1.1 400 "));
    }

    @Test
    void the_latest_answers_of_the_bots_that_are_left_are_remembered() {
        KeptAnswers kept = new KeptAnswers();
        for (int i = 0; i < 10_000; i++) {
            kept.learn("a", "resp_" + i);
        }
        assertTrue(kept.has("a", "resp_9999") && kept.has("a", "resp_9700"));
        assertFalse(kept.has("a", "resp_9699") || kept.has("b", "resp_9999"));
        kept.keepOnly(Set.of("b"));
        assertFalse(kept.has("a", "resp_9999"));
    }
}
