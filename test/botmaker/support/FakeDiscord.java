package botmaker.support;

import botmaker.json.Json;
import botmaker.json.JsonValue;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// Discord's API and its gateway.
public final class FakeDiscord extends FakeChat {
    /// The id of the bot's application and of its account.
    public static final String APPLICATION = "1234567890123456789";
    /// All names that it has.
    public static final List<String> NAMES = List.of("discord.com", "gateway.discord.gg", "gateway-us-east1-b.discord.gg",
            "cdn.discordapp.com", "media.discordapp.net");
    private static final String CHANNEL = "2234567890123456789";
    private static final String PERSON = "424242424242424242";
    private static final String TIME = "2026-11-29T20:00:00.000000+00:00";

    private volatile long sequence = 1;
    private volatile long nextId = 3_234_567_890_123_456_000L;

    @Override
    public void userSays(String text) throws IOException {
        dispatch("MESSAGE_CREATE", message(text, person(), "0", Json.array()));
    }

    @Override
    public void userSendsFile(String text) throws IOException {
        String path = "/attachments/" + CHANNEL + "/1/" + FILE_NAME;
        dispatch("MESSAGE_CREATE", message(text, person(), "0", Json.array(Json.object().put("id", Long.toString(nextId++)).put("filename", FILE_NAME)
                .put("size", (long) FILE.length()).put("content_type", "text/plain; charset=utf-8").put("url", "https://cdn.discordapp.com" + path)
                .put("proxy_url", "https://media.discordapp.net" + path).build())));
    }

    private void dispatch(String type, JsonValue data) throws IOException {
        push(Json.object().put("op", 0L).put("t", type).put("s", sequence++).put("d", data).build());
    }

    private JsonValue message(String text, JsonValue author, String nonce, JsonValue attachments) {
        return Json.object().put("id", Long.toString(nextId++)).put("channel_id", CHANNEL).put("author", author).put("content", text)
                .put("timestamp", TIME).put("edited_timestamp", Json.NULL).put("tts", false).put("mention_everyone", false).put("mentions", Json.array())
                .put("mention_roles", Json.array()).put("attachments", attachments).put("embeds", Json.array()).put("pinned", false).put("type", 0L)
                .put("nonce", nonce).put("channel_type", 1L).build();
    }

    private static JsonValue person() {
        return Json.object().put("id", PERSON).put("username", "alice").put("discriminator", "0").put("global_name", "Alice").put("avatar", Json.NULL).build();
    }

    private static JsonValue self() {
        return Json.object().put("id", APPLICATION).put("username", "fake").put("discriminator", "0001").put("bot", true).put("avatar", Json.NULL).build();
    }

    @Override
    protected boolean isFile(Call call) {
        return call.path().startsWith("/attachments/");
    }

    @Override
    protected boolean isAuthorized(Call call) {
        return isFile(call) && call.authorization().isEmpty() || call.authorization().startsWith("Bot ") && isToken(call.authorization().substring(4));
    }

    @Override
    protected Optional<JsonValue> answer(Call call) {
        String path = call.path().replaceFirst("^/api/v[0-9]+", "");
        if (path.equals("/gateway/bot")) {
            return Optional.of(Json.object().put("url", "wss://gateway.discord.gg").put("shards", 1L).put("session_start_limit", Json.object()
                    .put("total", 1000L).put("remaining", 999L).put("reset_after", 1000L).put("max_concurrency", 1L).build()).build());
        }
        if (path.equals("/users/@me")) {
            return Optional.of(self());
        }
        if (path.startsWith("/users/@me/channels") || path.equals("/channels/" + CHANNEL)) {
            return Optional.of(Json.object().put("id", CHANNEL).put("type", 1L).put("recipients", Json.array(person())).build());
        }
        if (path.equals("/oauth2/applications/@me") || path.equals("/applications/@me")) {
            return Optional.of(Json.object().put("id", APPLICATION).put("name", "fake").put("flags", (1L << 18) + (1L << 19)).put("bot", self()).build());
        }
        if (path.endsWith("/commands")) {
            return Optional.of(Json.array());
        }
        if (path.equals("/channels/" + CHANNEL + "/messages") && call.method().equals("POST")) {
            String text = call.body().textAt("content").orElse("");
            say(text);
            return Optional.of(message(text, self(), "0", Json.array()));
        }
        if (path.startsWith("/channels/" + CHANNEL + "/messages/") && call.method().equals("PATCH")) {
            String text = call.body().textAt("content").orElse("");
            say(text);
            return Optional.of(message(text, self(), "0", Json.array()));
        }
        return path.contains("/typing") || path.contains("/reactions") ? Optional.of(Json.object().build()) : Optional.empty();
    }

    @Override
    protected void opened() throws IOException {
        push(Json.object().put("op", 10L).put("d", Json.object().put("heartbeat_interval", 20_000L).build()).build());
    }

    @Override
    protected void received(JsonValue message) throws IOException {
        switch ((int) message.get("op").integer()) {
            case 1 -> push(Json.object().put("op", 11L).build());
            case 2 -> {
                if (!isToken(message.get("d").get("token").string())) {
                    cut();
                    return;
                }
                dispatch("READY", Json.object().put("v", 10L).put("user", self()).put("session_id", "s1")
                        .put("resume_gateway_url", "wss://gateway-us-east1-b.discord.gg").put("guilds", Json.array()).put("shard", Json.array(Json.of(0L), Json.of(1L)))
                        .put("application", Json.object().put("id", APPLICATION).put("flags", 0L).build()).build());
                connected("IDENTIFY");
            }
            case 6 -> {
                if (!isToken(message.get("d").get("token").string())) {
                    cut();
                    return;
                }
                dispatch("RESUMED", Json.object().build());
                connected("RESUME");
            }
            default -> { }
        }
    }
}
