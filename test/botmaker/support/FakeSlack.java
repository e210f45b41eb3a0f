package botmaker.support;

import botmaker.json.Json.ObjectBuilder;
import botmaker.json.Json;
import botmaker.json.JsonValue;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// Slack's Web API and its socket mode.
public final class FakeSlack extends FakeChat {
    /// All names that it has.
    public static final List<String> NAMES = List.of("slack.com", "wss-primary.slack.com", "files.slack.com");
    private static final String PERSON = "U0ALICE00";
    private static final String FILES = "/files-pri/T1-F0FAKE00/download/";

    private volatile String appToken = "";
    private volatile long next = 1;

    /// From now on, no other tokens are taken.
    public void requireTokens(String bot, String app) {
        requireToken(bot);
        appToken = app;
    }

    @Override
    public void userSays(String text) throws IOException {
        post(Json.object().put("text", text));
    }

    @Override
    public void userSendsFile(String text) throws IOException {
        String url = "https://files.slack.com" + FILES + FILE_NAME;
        post(Json.object().put("text", text).put("subtype", "file_share").put("files", Json.array(Json.object().put("id", "F0FAKE00").put("name", FILE_NAME)
                .put("mimetype", "text/plain").put("size", (long) FILE.length()).put("url_private", url).put("url_private_download", url).build())));
    }

    @Override
    protected boolean isFile(Call call) {
        return call.path().startsWith(FILES);
    }

    private void post(ObjectBuilder message) throws IOException {
        long number = next++;
        String ts = System.currentTimeMillis() / 1000 + ".00010" + number;
        push(Json.object().put("envelope_id", "e" + number).put("type", "events_api").put("accepts_response_payload", false)
                .put("payload", Json.object().put("team_id", "T1").put("api_app_id", "A0FAKE").put("type", "event_callback").put("event_id", "Ev" + number)
                        .put("event_time", System.currentTimeMillis() / 1000).put("event", message.put("type", "message").put("channel", "D0FAKE0")
                                .put("channel_type", "im").put("user", PERSON).put("ts", ts).put("event_ts", ts).put("team", "T1")
                                .build()).build()).build());
    }

    @Override
    protected boolean isAuthorized(Call call) {
        String token = call.authorization().startsWith("Bearer ") ? call.authorization().substring(7) : call.body().textAt("token").orElse("");
        return call.path().endsWith("apps.connections.open") ? token.equals(appToken) : isToken(token);
    }

    @Override
    protected Optional<JsonValue> answer(Call call) {
        return Optional.of(switch (call.path()) {
            case "/api/auth.test" -> Json.object().put("ok", true).put("url", "https://fake.slack.com/").put("team", "Fake").put("user", "fake")
                    .put("team_id", "T1").put("user_id", "U0FAKE00").put("bot_id", "B0FAKE00").build();
            case "/api/apps.connections.open" -> {
                connected("ticket");
                yield Json.object().put("ok", true).put("url", "wss://wss-primary.slack.com/link/?ticket=t" + next++ + "&app_id=A0FAKE").build();
            }
            case "/api/users.info" -> Json.object().put("ok", true).put("user", Json.object().put("id", PERSON).put("name", "alice")
                    .put("profile", Json.object().put("display_name", "Alice").build()).build()).build();
            case "/api/conversations.info", "/api/conversations.open" -> Json.object().put("ok", true).put("channel",
                    Json.object().put("id", "D0FAKE0").put("is_im", true).put("user", PERSON).build()).build();
            case "/api/chat.postMessage", "/api/chat.update" -> {
                say(call.body().textAt("text").orElse(""));
                yield Json.object().put("ok", true).put("channel", "D0FAKE0").put("ts", System.currentTimeMillis() / 1000 + ".000900").build();
            }
            default -> Json.object().put("ok", true).build();
        });
    }

    @Override
    protected void opened() throws IOException {
        push(Json.object().put("type", "hello").put("num_connections", 1L).put("connection_info", Json.object().put("app_id", "A0FAKE").build())
                .put("debug_info", Json.object().put("host", "h").put("approximate_connection_time", 3600L).build()).build());
    }
}
