package botmaker.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.file.PrivateFiles;
import botmaker.secret.Secret;
import botmaker.secret.SecretName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A bot at Telegram, from its socket to a server that a test plays.
@Timeout(90)
final class TelegramTest {
    private static final String TOKEN = "123456789:AAFrealrealrealrealrealrealrealreal";
    private static final String PLACEHOLDER = "123456789:placeholderplaceholderplacehold";
    private static final String FOREIGN = "987654321:AAFsomebodyelsessomebodyelsessomebo";

    @TempDir
    Path dir;
    private ChatScene scene;

    @BeforeEach
    void open() throws IOException {
        scene = new ChatScene(dir, "telegram", "", Map.of(PLACEHOLDER, TOKEN));
    }

    @AfterEach
    void close() throws IOException {
        scene.close();
    }

    @Test
    void the_token_is_put_in_and_the_rest_is_what_the_bot_sent() throws Exception {
        String got = scene.call("POST", "/bot" + PLACEHOLDER + "/sendMessage?a=b", "Content-Type: application/json\r\nUser-Agent: u\r\n",
                "{ \"chat_id\": 1 }");
        assertTrue(got.startsWith("HTTP/1.1 200 ") && got.endsWith("{\"ok\":true}"), got);
        String sent = scene.asked.getFirst();
        assertTrue(sent.startsWith("POST /bot" + TOKEN + "/sendMessage?a=b HTTP/1.1\r\n"), sent);
        assertTrue(sent.contains("Content-Type: application/json\r\n") && sent.contains("User-Agent: u\r\n"), sent);
        assertTrue(sent.endsWith("\r\n\r\n{ \"chat_id\": 1 }"), sent);
        assertFalse(sent.contains(PLACEHOLDER));

        scene.call("GET", "/file/bot" + PLACEHOLDER + "/photos/file_1.jpg", "", "");
        assertTrue(scene.asked.getLast().startsWith("GET /file/bot" + TOKEN + "/photos/file_1.jpg HTTP/1.1\r\n"), scene.asked.getLast());
        assertEquals(List.of(), scene.refusals());
    }

    @Test
    void the_path_of_an_operators_own_server_is_kept() throws Exception {
        scene.close();
        scene = new ChatScene(Files.createDirectory(dir.resolve("b")), "telegram", "/tg/api", Map.of(PLACEHOLDER, TOKEN));
        scene.call("POST", "/tg/api/bot" + PLACEHOLDER + "/getMe", "", "");
        assertTrue(scene.asked.getFirst().startsWith("POST /tg/api/bot" + TOKEN + "/getMe "), scene.asked.getFirst());
        assertTrue(scene.call("POST", "/bot" + PLACEHOLDER + "/getMe", "", "").startsWith("HTTP/1.1 401 "));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "/botFOREIGN/sendMessage                             |",
        "/file/botFOREIGN/photos/a.jpg                       |",
        "/bot/sendMessage                                    |",
        "/sendMessage                                        |",
        "/                                                   |",
        "/botPLACEHOLDERx/sendMessage                        |",
        "/bot%31PLACEHOLDER/sendMessage                      |",
        "/botPLACEHOLDER/sendMessage?token=FOREIGN           |",
        "/botPLACEHOLDER/sendMessage?%74oken=FOREIGN         |",
        "/botPLACEHOLDER/sendMessage?token=PLACEHOLDER       |",
        "/botPLACEHOLDER/sendMessage                         | Authorization: Bearer FOREIGN",
        "/botPLACEHOLDER/sendMessage                         | X-Telegram-Token: FOREIGN",
    })
    void any_other_token_is_refused_and_told(String target, String field) throws Exception {
        String got = scene.call("POST", filled(target.strip()), field == null ? "" : filled(field.strip()) + "\r\n", "");
        assertTrue(got.startsWith("HTTP/1.1 401 ") && got.contains("\"ok\":false,\"error_code\":401"), got);
        assertFalse(got.contains(FOREIGN) || got.contains(PLACEHOLDER), "a token is repeated: " + got);
        assertEquals(List.of(), scene.asked);
        assertEquals(List.of("credential"), scene.refusals());
        assertFalse(scene.activity.toJson().toString().contains(FOREIGN));
    }

    private static String filled(String text) {
        return text.replace("FOREIGN", FOREIGN).replace("PLACEHOLDER", PLACEHOLDER);
    }

    @ParameterizedTest
    @CsvSource({
        "POST, /botPLACEHOLDER/setWebhook", "GET, /botPLACEHOLDER/SETWEBHOOK?url=https://x.test/", "POST, /botPLACEHOLDER/logOut",
        "POST, /botPLACEHOLDER/close", "POST, /botPLACEHOLDER/getManagedBotToken", "POST, /botPLACEHOLDER/replaceManagedBotToken",
        "POST, /botPLACEHOLDER/setWebhook/", "POST, /botPLACEHOLDER/set%57ebhook", "POST, /botPLACEHOLDER/botFOREIGN/sendMessage",
        "POST, /botPLACEHOLDER/test/sendMessage", "PUT, /botPLACEHOLDER/sendMessage", "POST, /file/botPLACEHOLDER/a.jpg",
        "GET, /file/botPLACEHOLDER/a%3f.jpg"
    })
    void what_outlives_the_bot_or_is_no_call_is_refused_and_told(String method, String target) throws Exception {
        String got = scene.call(method, filled(target), "", "");
        assertTrue(got.startsWith("HTTP/1.1 404 ") && got.contains("\"ok\":false"), got);
        assertFalse(got.contains(FOREIGN) || got.contains(PLACEHOLDER), "a token is repeated: " + got);
        assertEquals(List.of(), scene.asked);
        assertEquals(List.of("route"), scene.refusals());
    }

    @Test
    void a_webhook_can_be_set_once_the_operator_allows_it() throws Exception {
        scene.call("POST", filled("/botPLACEHOLDER/SETWEBHOOK"), "", "");
        assertEquals(List.of("call:setWebhook"), scene.allowable());
        scene.allow(scene.allowable());
        assertTrue(scene.call("POST", filled("/botPLACEHOLDER/setWebhook"), "", "").startsWith("HTTP/1.1 200 "));
        assertTrue(scene.call("POST", filled("/botPLACEHOLDER/logOut"), "", "").startsWith("HTTP/1.1 404 "));
        assertEquals(1, scene.asked.size());
    }

    @Test
    void the_token_never_comes_back() throws Exception {
        scene.answers("HTTP/1.1 302 Found\r\nLocation: https://x.test/bot" + TOKEN + "/\r\nSet-Cookie: a=b\r\nContent-Length: "
                + (TOKEN.length() + 4) + "\r\n\r\n<<" + TOKEN + ">>");
        String got = scene.call("POST", "/bot" + PLACEHOLDER + "/getMe", "", "");
        assertFalse(got.contains(TOKEN), "the token is in " + got.replace(TOKEN, "…"));
        assertTrue(got.endsWith("<<" + "*".repeat(TOKEN.length()) + ">>"), got);
        assertFalse(got.contains("Set-Cookie"), got);
        assertTrue(scene.asked.getFirst().contains("Accept-Encoding: identity\r\n"), scene.asked.getFirst());
    }

    @Test
    void an_answer_that_could_hide_the_token_does_not_pass() throws Exception {
        scene.answers("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc");
        assertTrue(scene.call("POST", "/bot" + PLACEHOLDER + "/getMe", "", "").startsWith("HTTP/1.1 503 "));
    }

    @Test
    void a_replaced_token_counts_from_the_next_call_on() throws Exception {
        scene.call("POST", "/bot" + PLACEHOLDER + "/getMe", "", "");
        scene.keys.replace("a-channel", new SecretName("token-0"), Secret.of("123456789:next"), PrivateFiles.currentUid(), PrivateFiles.currentGid());
        scene.call("POST", "/bot" + PLACEHOLDER + "/getMe", "", "");
        assertTrue(scene.asked.getLast().startsWith("POST /bot123456789:next/getMe "));
    }

    @Test
    void a_refused_token_is_told_to_the_operator_and_the_bot_comes_back() throws Exception {
        scene.answers(ChatScene.whole(401, "{\"ok\":false,\"error_code\":401,\"description\":\"Unauthorized\"}"));
        String got = scene.call("POST", "/bot" + PLACEHOLDER + "/getUpdates", "", "");
        assertTrue(got.startsWith("HTTP/1.1 503 ") && got.contains("\"retry_after\":"), got);
        assertEquals(List.of("key"), scene.refusals());
        scene.keys.delete("a-channel");
        assertTrue(scene.call("POST", "/bot" + PLACEHOLDER + "/getMe", "", "").contains("is missing"));
    }

    @Test
    void a_broker_that_ends_refuses_for_a_while() throws Exception {
        scene.exchange.drain(1);
        assertTrue(scene.call("POST", "/bot" + PLACEHOLDER + "/getMe", "", "").startsWith("HTTP/1.1 503 "));
        assertEquals(List.of(), scene.asked);
    }
}
