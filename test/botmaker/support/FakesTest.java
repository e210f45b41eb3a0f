package botmaker.support;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.json.JsonValue;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// The stand-ins behave as the services that they stand for, as far as a bot relies on them.
class FakesTest {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
    private static final Duration SOON = Duration.ofSeconds(5);

    private final HttpClient client = HttpClient.newHttpClient();

    @Test
    void telegram_delivers_an_update_until_it_is_confirmed() throws Exception {
        try (FakeTelegram telegram = new FakeTelegram(LOOPBACK)) {
            telegram.userSays(4242, "hello");
            JsonValue update = call(telegram, "getUpdates", "{\"offset\":0,\"timeout\":1}").get("result").get(0);
            assertEquals("hello", update.get("message").get("text").string());
            assertEquals(1, call(telegram, "getUpdates", "{\"timeout\":1}").get("result").elements().size());
            long next = update.get("update_id").integer() + 1;
            assertEquals(List.of(), call(telegram, "getUpdates", "{\"offset\":" + next + ",\"timeout\":0}").get("result").elements());
        }
    }

    @Test
    void telegram_holds_a_poll_until_someone_writes() throws Exception {
        try (FakeTelegram telegram = new FakeTelegram(LOOPBACK)) {
            var poll = client.sendAsync(request(telegram, "getUpdates", "{\"timeout\":30}"), HttpResponse.BodyHandlers.ofString());
            Thread.sleep(100);
            assertTrue(!poll.isDone());
            telegram.userSays(4242, "hello");
            assertTrue(poll.get().body().contains("hello"));
        }
    }

    @Test
    void telegram_gives_what_the_bot_sends_to_the_test() throws Exception {
        try (FakeTelegram telegram = new FakeTelegram(LOOPBACK)) {
            call(telegram, "sendMessage", "{\"chat_id\":\"4242\",\"text\":\"hi\"}");
            assertEquals(Optional.of(new FakeTelegram.Message(4242, "hi")), telegram.nextMessage(SOON));
            assertThrows(AssertionError.class, () -> telegram.awaitReply(Duration.ofMillis(20)));
        }
    }

    @Test
    void telegram_refuses_a_revoked_token_and_an_unknown_method() throws Exception {
        try (FakeTelegram telegram = new FakeTelegram(LOOPBACK)) {
            assertEquals(404, call(telegram, "launchRocket", "{}").get("error_code").integer());
            telegram.requireToken("another");
            assertEquals(401, call(telegram, "getMe", "{}").get("error_code").integer());
        }
    }

    @Test
    void the_provider_answers_whole_and_streamed() throws Exception {
        try (FakeProvider provider = new FakeProvider(LOOPBACK, prompt -> "You said: " + prompt)) {
            String messages = """
                    "messages":[{"role":"user","content":"old"},{"role":"assistant","content":"x"},
                    {"role":"user","content":[{"type":"text","text":"new"}]},{"role":"user","content":"more"}]""";
            JsonValue whole = JsonValue.parse(complete(provider, "{" + messages + "}", "k").body());
            assertEquals("You said: new\nmore", whole.get("choices").get(0).get("message").get("content").string());

            List<String> events = complete(provider, "{\"stream\":true," + messages + "}", "k").body().lines()
                    .filter(line -> !line.isEmpty()).map(line -> line.substring("data: ".length())).toList();
            assertEquals("[DONE]", events.getLast());
            assertEquals("You said: new\nmore", events.stream().limit(events.size() - 1).map(JsonValue::parse)
                    .flatMap(event -> event.get("choices").get(0).get("delta").find("content").stream())
                    .map(JsonValue::string).collect(Collectors.joining()));
            assertEquals(List.of("k", "k"), provider.keys());
        }
    }

    @Test
    void the_provider_refuses_a_wrong_key() throws Exception {
        try (FakeProvider provider = new FakeProvider(LOOPBACK, prompt -> prompt)) {
            provider.requireKey("right");
            assertEquals(401, complete(provider, "{\"messages\":[]}", "wrong").statusCode());
            assertEquals(200, complete(provider, "{\"messages\":[]}", "right").statusCode());
        }
    }

    private JsonValue call(FakeTelegram telegram, String method, String body) throws Exception {
        return JsonValue.parse(client.send(request(telegram, method, body), HttpResponse.BodyHandlers.ofString()).body());
    }

    private static HttpRequest request(FakeTelegram telegram, String method, String body) {
        return HttpRequest.newBuilder(URI.create(telegram.apiRoot() + "/bot123456789:token/" + method))
                .header("Content-Type", "application/json").POST(HttpRequest.BodyPublishers.ofString(body)).build();
    }

    private HttpResponse<String> complete(FakeProvider provider, String body, String key) throws Exception {
        return client.send(HttpRequest.newBuilder(URI.create(provider.baseUrl() + "/chat/completions"))
                .header("Content-Type", "application/json").header("Authorization", "Bearer " + key)
                .POST(HttpRequest.BodyPublishers.ofString(body)).build(), HttpResponse.BodyHandlers.ofString());
    }
}
