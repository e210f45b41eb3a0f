package botmaker.support;

import botmaker.json.Json;
import botmaker.json.JsonValue;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// A Matrix homeserver with one room, which a bot and a person share.
public final class FakeMatrix extends FakeChat {
    /// The person who writes to the bot.
    public static final String PERSON = "@alice:matrix.test";
    private static final String BOT = "@fake:matrix.test";
    private static final String ROOM = "!room:matrix.test";

    private final BlockingQueue<JsonValue> said = new LinkedBlockingQueue<>();
    private volatile long next = 1;

    @Override
    public void userSays(String text) {
        said.add(Json.object().put("msgtype", "m.text").put("body", text).build());
    }

    @Override
    public void userSendsFile(String text) {
        said.add(Json.object().put("msgtype", "m.file").put("body", text).put("filename", FILE_NAME).put("url", "mxc://matrix.test/file1")
                .put("info", Json.object().put("mimetype", "text/plain").put("size", (long) FILE.length()).build()).build());
    }

    private JsonValue event(String type, String sender, Optional<String> state, JsonValue content) {
        var json = Json.object().put("type", type).put("sender", sender).put("event_id", "$e" + next++).put("room_id", ROOM)
                .put("origin_server_ts", System.currentTimeMillis()).put("content", content);
        state.ifPresent(key -> json.put("state_key", key));
        return json.build();
    }

    private JsonValue member(String user) {
        return event("m.room.member", user, Optional.of(user), Json.object().put("membership", "join").put("displayname", user).put("is_direct", true).build());
    }

    private JsonValue sync(String since) {
        var room = Json.object();
        try {
            JsonValue message = since.isEmpty() ? null : said.poll(10, TimeUnit.SECONDS);
            room.put("state", Json.object().put("events", since.isEmpty() ? Json.array(member(BOT), member(PERSON)) : Json.array()).build())
                    .put("timeline", Json.object().put("limited", false).put("prev_batch", "p").put("events", message == null ? Json.array()
                            : Json.array(event("m.room.message", PERSON, Optional.empty(), message))).build())
                    .put("ephemeral", Json.object().put("events", Json.array()).build()).put("account_data", Json.object().put("events", Json.array()).build())
                    .put("summary", Json.object().put("m.joined_member_count", 2L).put("m.invited_member_count", 0L).put("m.heroes", Json.array(Json.of(PERSON))).build())
                    .put("unread_notifications", Json.object().build());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (since.isEmpty()) {
            connected("sync");
        }
        return Json.object().put("next_batch", "s" + next++).put("rooms", Json.object().put("join", Json.object().put(ROOM, room.build()).build())
                .put("invite", Json.object().build()).put("leave", Json.object().build()).build())
                .put("account_data", Json.object().put("events", Json.array(Json.object().put("type", "m.direct")
                        .put("content", Json.object().put(PERSON, Json.array(Json.of(ROOM))).build()).build())).build())
                .put("presence", Json.object().put("events", Json.array()).build()).put("to_device", Json.object().put("events", Json.array()).build())
                .put("device_one_time_keys_count", Json.object().build()).build();
    }

    @Override
    protected boolean isFile(Call call) {
        return call.path().contains("/download/matrix.test/file1");
    }

    @Override
    protected boolean isAuthorized(Call call) {
        return call.path().equals("/_matrix/client/versions") || call.path().startsWith("/.well-known/")
                || call.authorization().startsWith("Bearer ") && isToken(call.authorization().substring(7));
    }

    @Override
    protected Optional<JsonValue> answer(Call call) {
        String path = call.path().replaceFirst("^/_matrix/client/(v3|r0|v1|unstable)", "").replace("%21", "!").replace("%3A", ":").replace("%40", "@");
        if (path.equals("/_matrix/client/versions")) {
            return Optional.of(Json.object().put("versions", Json.strings(java.util.List.of("v1.1", "v1.6", "v1.11"))).put("unstable_features", Json.object().build()).build());
        }
        if (path.equals("/account/whoami")) {
            return Optional.of(Json.object().put("user_id", BOT).put("device_id", "DEV").build());
        }
        if (path.equals("/sync")) {
            return Optional.of(sync(call.query().contains("since=") ? "s" : ""));
        }
        if (path.endsWith("/filter")) {
            return Optional.of(Json.object().put("filter_id", "1").build());
        }
        if (path.equals("/joined_rooms")) {
            return Optional.of(Json.object().put("joined_rooms", Json.array(Json.of(ROOM))).build());
        }
        if (path.endsWith("/joined_members")) {
            return Optional.of(Json.object().put("joined", Json.object().put(BOT, Json.object().put("display_name", "fake").build())
                    .put(PERSON, Json.object().put("display_name", "Alice").build()).build()).build());
        }
        if (path.contains("/state/m.room.member/")) {
            return Optional.of(Json.object().put("membership", "join").put("is_direct", true).build());
        }
        if (path.endsWith("/account_data/m.direct")) {
            return Optional.of(Json.object().put(PERSON, Json.array(Json.of(ROOM))).build());
        }
        if (path.contains("/send/m.room.message/")) {
            say(call.body().textAt("body").orElse(""));
            return Optional.of(Json.object().put("event_id", "$e" + next++).build());
        }
        if (path.contains("/pushrules")) {
            return Optional.of(Json.object().put("global", Json.object().build()).build());
        }
        if (path.contains("/state/") && call.method().equals("GET") || path.contains("/account_data/") && call.method().equals("GET")) {
            return Optional.empty();
        }
        if (path.endsWith("/messages")) {
            return Optional.of(Json.object().put("chunk", Json.array()).put("start", "a").put("end", "b").build());
        }
        return Optional.of(Json.object().build());
    }
}
