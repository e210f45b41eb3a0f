package botmaker.support;

import botmaker.json.Json;
import botmaker.json.JsonValue;
import java.io.IOException;
import java.util.Optional;

/// A Mattermost server.
public final class FakeMattermost extends FakeChat {
    private static final String BOT = "b".repeat(26);
    private static final String CHANNEL = "c".repeat(26);
    private static final String FILE_ID = "f".repeat(26);
    /// The person who writes to the bot.
    public static final String PERSON = "a".repeat(26);

    private volatile long next = 1;

    @Override
    public void userSays(String text) throws IOException {
        posted(post(PERSON, text, Json.array()));
    }

    @Override
    public void userSendsFile(String text) throws IOException {
        posted(post(PERSON, text, Json.array(Json.of(FILE_ID))));
    }

    @Override
    protected boolean isFile(Call call) {
        return call.path().equals("/api/v4/files/" + FILE_ID);
    }

    private void posted(JsonValue post) throws IOException {
        push(Json.object().put("event", "posted").put("data", Json.object().put("channel_display_name", "@alice").put("channel_name", BOT + "__" + PERSON)
                .put("channel_type", "D").put("post", post.toString()).put("sender_name", "@alice").put("team_id", "").build())
                .put("broadcast", Json.object().put("channel_id", CHANNEL).put("user_id", "").put("team_id", "").build()).put("seq", next).build());
    }

    private JsonValue post(String author, String text, JsonValue files) {
        return Json.object().put("id", (next++ + "p".repeat(26)).substring(0, 26)).put("create_at", System.currentTimeMillis())
                .put("update_at", System.currentTimeMillis()).put("user_id", author).put("channel_id", CHANNEL).put("message", text).put("type", "")
                .put("root_id", "").put("file_ids", files).put("props", Json.object().build()).build();
    }

    @Override
    protected boolean isAuthorized(Call call) {
        return call.authorization().startsWith("Bearer ") && isToken(call.authorization().substring(7));
    }

    @Override
    protected Optional<JsonValue> answer(Call call) {
        String path = call.path().replaceFirst("^/api/v4", "");
        if (path.equals("/users/me") || path.equals("/users/" + BOT)) {
            return Optional.of(Json.object().put("id", BOT).put("username", "fake").put("is_bot", true).build());
        }
        if (path.equals("/users/" + PERSON)) {
            return Optional.of(Json.object().put("id", PERSON).put("username", "alice").build());
        }
        if (path.equals("/channels/" + CHANNEL) || path.equals("/channels/direct")) {
            return Optional.of(Json.object().put("id", CHANNEL).put("type", "D").put("name", BOT + "__" + PERSON).put("display_name", "").put("team_id", "").build());
        }
        if (path.startsWith("/posts") && !call.method().equals("GET")) {
            String text = call.body().textAt("message").orElse("");
            say(text);
            return Optional.of(post(BOT, text, Json.array()));
        }
        return path.contains("/teams") ? Optional.of(Json.array()) : Optional.of(Json.object().put("status", "OK").build());
    }

    @Override
    protected void received(JsonValue message) throws IOException {
        if (message.textAt("action").filter("authentication_challenge"::equals).isPresent()) {
            if (!isToken(message.get("data").get("token").string())) {
                cut();
                return;
            }
            push(Json.object().put("status", "OK").put("seq_reply", message.get("seq")).build());
            push(Json.object().put("event", "hello").put("data", Json.object().put("server_version", "10.0.0").build()).put("seq", 0L).build());
            connected("challenge");
        }
    }
}
