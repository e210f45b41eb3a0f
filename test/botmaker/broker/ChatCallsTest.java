package botmaker.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.policy.Permissions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Calls of bots at the services that take the token in a header or a form, from the bot's socket to a server that a test plays.
@Timeout(90)
final class ChatCallsTest {
    /// The first part is `1234567890123456789` in Base64, the id of the bot's own application.
    private static final String OWN_APPLICATION = "MTIzNDU2Nzg5MDEyMzQ1Njc4OQ";

    private record Service(Map<String, String> tokens, String scheme, List<String> hosts) {
        String placeholder() {
            return tokens.keySet().iterator().next();
        }

        String token() {
            return tokens.get(placeholder());
        }
    }

    private static final Map<String, Service> SERVICES = Map.of(
            "discord", new Service(Map.of(OWN_APPLICATION + ".holder.placeholderplaceholder", OWN_APPLICATION + ".realre.realrealrealrealreal"), "Bot",
                    List.of("discord.com", "gateway.discord.gg", "gateway-*.discord.gg", "cdn.discordapp.com")),
            "slack", new Service(Map.of("xoxb-placeholder-placeholder", "xoxb-realrealrea-realrealrea"), "Bearer",
                    List.of("slack.com", "wss-primary.slack.com", "files.slack.com")),
            "matrix", new Service(Map.of("syt_placeholder_placeholder", "syt_realrealrea_realrealrea"), "Bearer", List.of("matrix.test")),
            "mattermost", new Service(Map.of("placeholderplaceholder1234", "realrealrealrealrealreal12"), "Bearer", List.of("chat.test")));

    @TempDir
    Path dir;

    private ChatScene scene(String id) throws IOException {
        Service service = SERVICES.get(id);
        return new ChatScene(Files.createTempDirectory(dir, id), id, service.tokens, service.hosts.toArray(String[]::new));
    }

    private static String authorized(String id) {
        Service service = SERVICES.get(id);
        return "Authorization: " + service.scheme + " " + service.placeholder() + "\r\n";
    }

    @ParameterizedTest
    @CsvSource({
        "discord, /api/v10/users/@me", "discord, /api/v10/channels/1/messages/2/reactions/%F0%9F%91%80/@me", "discord, /api/v10/webhooks/1234567890123456789/t/messages/@original",
        "discord, /api/v10/applications/1234567890123456789/commands", "discord, /api/v10/oauth2/applications/@me",
        "slack, /api/auth.test", "slack, /api/chat.postMessage", "matrix, /_matrix/client/v3/account/whoami", "matrix, /_matrix/client/v3/sync?timeout=1",
        "matrix, /_matrix/client/v3/rooms/%21a%3Ab/state/m.room.name/", "matrix, /_matrix/client/v1/media/download/a/b",
        "mattermost, /api/v4/users/me", "mattermost, /api/v4/posts"
    })
    void the_token_is_put_in_and_never_comes_back(String id, String target) throws Exception {
        Service service = SERVICES.get(id);
        try (ChatScene scene = scene(id)) {
            scene.answers(ChatScene.whole(200, "{\"a\":\"" + service.token() + "\"}"));
            String got = scene.call(service.hosts.getFirst(), "GET", target, authorized(id), "");
            assertTrue(got.startsWith("HTTP/1.1 200 ") && got.endsWith("{\"a\":\"" + "*".repeat(service.token().length()) + "\"}"), got);
            String sent = scene.asked.getFirst();
            assertTrue(sent.startsWith("GET " + target + " HTTP/1.1\r\n"), sent);
            assertTrue(sent.contains("\r\nAuthorization: " + service.scheme + " " + service.token() + "\r\n"), "no token");
            assertFalse(sent.contains(service.placeholder()));
            assertEquals(List.of(), scene.refusals());
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "discord    | /api/v10/users/@me                  |",
        "slack      | /api/auth.test                      |",
        "matrix     | /_matrix/client/v3/account/whoami   |",
        "mattermost | /api/v4/users/me                    |",
        "discord    | /api/v10/users/@me                  | Authorization: Bot foreign",
        "discord    | /api/v10/users/@me                  | Authorization: Bearer PLACEHOLDER",
        "discord    | /api/v10/users/@me                  | Authorization: PLACEHOLDER",
        "discord    | /api/v10/users/@me                  | Authorization: Bot PLACEHOLDER & X-Auth-Token: foreign",
        "discord    | /api/v10/webhooks/9/foreign         |",
        "discord    | /api/v10/webhooks/9/foreign/slack   |",
        "discord    | /api/webhooks/9/foreign             |",
        "discord    | /api/v10/webhooks/1234567890123456789/t | Authorization: Bot foreign",
        "slack      | /api/auth.test                      | Authorization: Bearer foreign",
        "slack      | /api/auth.test?token=foreign        | Authorization: Bearer PLACEHOLDER",
        "slack      | /api/auth.test?+token=foreign       | Authorization: Bearer PLACEHOLDER",
        "slack      | /api/auth.test?%0Atoken%5B=foreign  | Authorization: Bearer PLACEHOLDER",
        "matrix     | /_matrix/client/v3/account/whoami?access_token=foreign | Authorization: Bearer PLACEHOLDER",
        "matrix     | /_matrix/client/v3/account/whoami?access_token=PLACEHOLDER |",
        "matrix     | /_matrix/client/v3/account/whoami   | Authorization: Bearer PLACEHOLDER & Authorization: Bearer foreign",
        "matrix     | /_matrix/client/versions            | Authorization: Bearer foreign",
        "mattermost | /api/v4/users/me                    | Authorization: Bearer foreign",
        "mattermost | /api/v4/users/me?access_token=foreign | Authorization: Bearer PLACEHOLDER",
        "mattermost | /api/v4/users/me                    | Authorization: Bearer PLACEHOLDER & X-Requested-Token: foreign",
    })
    void any_other_token_is_refused_and_told(String id, String target, String field) throws Exception {
        Service service = SERVICES.get(id);
        try (ChatScene scene = scene(id)) {
            StringBuilder fields = new StringBuilder();
            for (String it : field == null ? new String[0] : field.split(" & ")) {
                fields.append(it.strip().replace("PLACEHOLDER", service.placeholder())).append("\r\n");
            }
            String got = scene.call(service.hosts.getFirst(), "GET", target.strip().replace("PLACEHOLDER", service.placeholder()), fields.toString(), "");
            assertTrue(got.contains("x-botmaker-refused: credential"), got);
            assertTrue(got.startsWith(id.equals("slack") ? "HTTP/1.1 200 " : "HTTP/1.1 401 "), got);
            assertFalse(got.contains("foreign") || got.contains(service.placeholder()), "a token is repeated: " + got);
            assertEquals(List.of(), scene.asked);
            assertEquals(List.of("credential"), scene.refusals());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "discord, PATCH, /api/v10/applications/@me", "discord, POST, /api/v10/channels/1/webhooks", "discord, GET, /api/v10/channels/1/webhooks",
        "discord, GET, /api/v10/guilds/1/%77ebhooks", "discord, GET, /api/v10/webhooks/9", "discord, POST, /api/v10/channels/1/followers",
        "discord, POST, /api/v10/oauth2/token", "discord, PATCH, /api/v10/applications/1234567890123456789", "discord, GET, /login",
        "discord, POST, /api/v10/interactions/1/t", "discord, POST, /api/v10/auth/login", "discord, GET, /api/v10/",
        "discord, PATCH, /api/%76%31%30/applications/@me", "discord, PATCH, /api/V10/applications/@me", "discord, PATCH, /api/v10/./applications/@me",
        "slack, POST, /api/auth.revoke", "slack, POST, /api/AUTH.revoke", "slack, POST, /api/oauth.v2.access", "slack, POST, /api/admin.users.list",
        "slack, POST, /api/apps.uninstall", "slack, POST, /api/tooling.tokens.rotate", "slack, POST, /services/T/B/x", "slack, POST, /api/auth%2erevoke",
        "matrix, POST, /_matrix/client/v3/login", "matrix, POST, /_matrix/client/v3/logout/all", "matrix, POST, /_matrix/client/v3/account/password",
        "matrix, POST, /_matrix/client/v3/account/deactivate", "matrix, POST, /_matrix/client/v3/pushers/set", "matrix, POST, /_matrix/client/r0/log%69n",
        "matrix, POST, /_matrix/client/v3/user/%40a%3Ab/openid/request_token", "matrix, POST, /_matrix/client/v1/login/get_token",
        "matrix, POST, /_matrix/client/v3/register", "matrix, DELETE, /_matrix/client/v3/devices/A", "matrix, GET, /_synapse/admin/v1/users",
        "matrix, POST, /_matrix/client/v3/refresh", "matrix, POST, /_matrix/client/v3/./login", "mattermost, GET, /api/v4/./hooks",
        "mattermost, POST, /api/v4/users/a/tokens", "mattermost, POST, /api/v4/users/tokens/revoke", "mattermost, POST, /api/v4/hooks/incoming",
        "mattermost, GET, /api/v4/hooks/incoming", "mattermost, POST, /api/v4/oauth/apps", "mattermost, POST, /api/v4/users/login",
        "mattermost, POST, /api/v4/bots", "mattermost, POST, /api/v4/commands", "mattermost, POST, /hooks/x", "mattermost, POST, /api/v4/users"
    })
    void what_outlives_the_bot_or_mints_credentials_is_refused_and_told(String id, String method, String target) throws Exception {
        Service service = SERVICES.get(id);
        try (ChatScene scene = scene(id)) {
            String got = scene.call(service.hosts.getFirst(), method, target, authorized(id), "");
            assertFalse(got.startsWith("HTTP/1.1 2") && !id.equals("slack"), got);
            assertFalse(got.contains(service.placeholder()), "a token is repeated: " + got);
            assertEquals(List.of(), scene.asked);
            assertTrue(scene.refusals().equals(List.of("route")) || got.startsWith("HTTP/1.1 400 ") && got.contains("malformed"), got + scene.refusals());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "discord, POST, /api/v10/channels/1/webhooks, webhooks, /api/v10/webhooks/9/a-token", "discord, PATCH, /api/v10/applications/@me, applications, /api/v10/auth/login",
        "slack, POST, /api/apps.UNINSTALL, apps.uninstall, /api/auth.revoke", "matrix, POST, /_matrix/client/v3/pushers/set, pushers, /_matrix/client/v3/login",
        "matrix, POST, /_matrix/client/v3/user/%40a%3Ab/openid/request_token, openid, /_synapse/admin/v1/users",
        "mattermost, POST, /api/v4/hooks/incoming, hooks, /hooks/x", "mattermost, POST, /api/v4/users/a/tokens, users/tokens, /api/v4/users/a/mfa"
    })
    void a_call_that_outlives_the_bot_is_made_once_the_operator_allows_it_and_no_other(String id, String method, String target, String call, String other)
            throws Exception {
        String host = SERVICES.get(id).hosts.getFirst();
        try (ChatScene scene = scene(id)) {
            scene.call(host, method, target, authorized(id), "");
            assertEquals(List.of("call:" + call), scene.allowable());
            assertTrue(Permissions.isWord("call:" + call));
            assertEquals(List.of(), scene.asked);

            scene.allow(List.of("call:" + call));
            assertTrue(scene.call(host, method, target, authorized(id), "").startsWith("HTTP/1.1 200 "));
            scene.call(host, method, other, authorized(id), "");
            assertEquals(1, scene.asked.size());

            scene.allow(List.of());
            scene.call(host, method, target, authorized(id), "");
            assertEquals(1, scene.asked.size(), "it was taken back");
        }
    }

    @Test
    void what_a_matrix_client_reads_first_needs_no_token() throws Exception {
        try (ChatScene scene = scene("matrix")) {
            assertTrue(scene.call("matrix.test", "GET", "/_matrix/client/versions", "", "").startsWith("HTTP/1.1 200 "));
            assertTrue(scene.call("matrix.test", "GET", "/.well-known/matrix/client", "", "").startsWith("HTTP/1.1 200 "));
        }
    }

    @Test
    void a_file_and_an_interaction_of_discord_need_no_token() throws Exception {
        try (ChatScene scene = scene("discord")) {
            assertTrue(scene.call("cdn.discordapp.com", "GET", "/attachments/1/2/a.png?ex=1&hm=2", "", "").startsWith("HTTP/1.1 200 "));
            assertTrue(scene.call("cdn.discordapp.com", "POST", "/attachments/1/2/a.png", "", "").startsWith("HTTP/1.1 404 "));
            assertTrue(scene.call("discord.com", "POST", "/api/v10/interactions/1/token/callback", "", "{}").startsWith("HTTP/1.1 200 "));
            assertFalse(scene.asked.getLast().contains("Authorization"), scene.asked.getLast());
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "token=PLACEHOLDER&channel=C1                        | ok",
        "channel=C1&token=PLACEHOLDER                        | ok",
        "token=foreign&channel=C1                            | credential",
        "token=PLACEHOLDER&token=foreign                     | credential",
        "%74oken=foreign                                     | credential",
        "token                                               | credential",
        "TOKEN=foreign                                       | credential",
        "+token=foreign                                      | credential",
        "token%5B=foreign                                    | credential",
        "token%00x=foreign                                   | body",
        "%zz=1                                               | body",
        "LONG=1                                              | body",
    })
    void a_form_of_slack_has_one_token(String form, String refused) throws Exception {
        Service service = SERVICES.get("slack");
        try (ChatScene scene = scene("slack")) {
            String got = scene.call("slack.com", "POST", "/api/chat.postMessage", "Content-Type: application/x-www-form-urlencoded\r\n",
                    form.strip().replace("PLACEHOLDER", service.placeholder()).replace("LONG", "x".repeat(201)));
            if (refused.strip().equals("ok")) {
                assertTrue(got.startsWith("HTTP/1.1 200 "), got);
                assertTrue(scene.asked.getFirst().endsWith("\r\n\r\n" + form.strip().replace("PLACEHOLDER", service.token())), scene.asked.getFirst());
            } else {
                assertEquals(List.of(refused.strip()), scene.refusals());
                assertEquals(List.of(), scene.asked);
            }
            assertTrue(scene.call("slack.com", "POST", "/api/chat.postMessage", authorized("slack") + "Content-Type: application/x-www-form-urlencoded\r\n",
                    "token=" + service.placeholder()).startsWith("HTTP/1.1 200 "), "the same in both places, as Slack's client sends it");
            assertEquals(1, scene.asked.stream().filter(it -> it.contains("Bearer " + service.token() + "\r\n") && it.endsWith("token=" + service.token())).count());
            assertTrue(scene.call("slack.com", "POST", "/api/chat.postMessage", authorized("slack") + "Content-Type: application/x-www-form-urlencoded\r\n",
                    "token=foreign").contains("invalid_auth"), "two tokens");
            assertTrue(scene.call("slack.com", "POST", "/api/files.upload", authorized("slack") + "Content-Type: multipart/form-data; boundary=b\r\n",
                    "--b\r\nContent-Disposition: form-data; name=\"token\"\r\n\r\nforeign\r\n--b--\r\n").contains("invalid_auth"), "a part of a form");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/x-www-form-urlencoded ;x", "application/x-www-form-urlencoded, text/plain", "text/plain", "multipart/mixed; boundary=b",
        "application/x-www-form-urlencoded\t", "application/json, application/x-www-form-urlencoded", ""})
    void a_form_of_slack_is_found_whatever_its_type_looks_like(String type) throws Exception {
        try (ChatScene scene = scene("slack")) {
            String got = scene.call("slack.com", "POST", "/api/chat.postMessage", authorized("slack") + (type.isEmpty() ? "" : "Content-Type: " + type + "\r\n"),
                    "token=foreign&channel=C1");
            assertTrue(got.contains("x-botmaker-refused: "), got);
            assertEquals(List.of(), scene.asked);
        }
    }

    /// A server might find a token in it that is not looked for here.
    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "multipart/mixed; boundary=b", "application/x-www-form-urlencoded, text/plain", ""})
    void a_body_of_a_type_that_slack_does_not_take_is_refused(String type) throws Exception {
        try (ChatScene scene = scene("slack")) {
            String got = scene.call("slack.com", "POST", "/api/files.upload", authorized("slack") + (type.isEmpty() ? "" : "Content-Type: " + type + "\r\n"),
                    "--b\r\nContent-Disposition: form-data; name=\"token\"\r\n\r\nforeign\r\n--b--\r\n");
            assertTrue(got.contains("x-botmaker-refused: body\r\n"), got);
            assertEquals(List.of(), scene.asked);
        }
    }

    /// Such a form was split into 16 million strings, which ended the broker, and such parts were searched in quadratic time.
    @ParameterizedTest
    @CsvSource({"application/x-www-form-urlencoded, &, 16000000", "application/x-www-form-urlencoded, &, 500000",
        "multipart/form-data; boundary=b, name=, 3000000", "multipart/form-data; boundary=b, name=, 200000"})
    @Timeout(60)
    void a_form_of_slack_that_is_made_to_take_long_takes_no_longer(String type, String piece, int times) throws Exception {
        try (ChatScene scene = scene("slack")) {
            long start = System.nanoTime();
            scene.call("slack.com", "POST", "/api/chat.postMessage", authorized("slack") + "Content-Type: " + type + "\r\n", piece.repeat(times));
            assertTrue(System.nanoTime() - start < 20_000_000_000L, "it took too long");
        }
    }

    @Test
    void a_url_without_a_token_is_one_that_slack_gave_to_the_bot() throws Exception {
        try (ChatScene scene = scene("slack")) {
            String handshake = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
            assertTrue(scene.call("wss-primary.slack.com", "GET", "/link/?ticket=foreign", handshake, "").contains("invalid_auth"));
            assertTrue(scene.call("files.slack.com", "POST", "/upload/v1/foreign", "", "x").contains("invalid_auth"));
            assertEquals(List.of(), scene.asked);

            scene.answers(ChatScene.whole(200, "{\"ok\":true,\"url\":\"wss:\\/\\/wss-primary.slack.com\\/link\\/?ticket=own&app_id=a\"}"));
            assertTrue(scene.call("slack.com", "POST", "/api/apps.connections.open", authorized("slack"), "").contains("ticket=own"));
            scene.call("slack.com", "POST", "/api/chat.postMessage", authorized("slack"), "");
            scene.answers(ChatScene.whole(200, "{}"));
            assertTrue(scene.call("wss-primary.slack.com", "GET", "/link/?ticket=own&app_id=a&debug_reconnects=true", handshake, "").endsWith("{}"));
            assertTrue(scene.call("wss-primary.slack.com", "GET", "/link/?ticket=own&app_id=ab", handshake, "").contains("invalid_auth"));
        }
    }

    @Test
    void the_gateway_of_discord_speaks_json_without_compression() throws Exception {
        String handshake = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
        try (ChatScene scene = scene("discord")) {
            for (String target : List.of("/?v=10&encoding=etf", "/?v=10&encoding=json&compress=zlib-stream", "/api?v=10&encoding=json")) {
                assertTrue(scene.call("gateway.discord.gg", "GET", target, handshake, "").contains("x-botmaker-refused: route"), target);
            }
            assertTrue(scene.call("gateway.discord.gg", "GET", "/?v=10&encoding=json", "", "").contains("x-botmaker-refused: route"), "no WebSocket");
            assertEquals(List.of(), scene.asked);
            assertTrue(scene.call("gateway.discord.gg", "GET", "/?v=10&encoding=json", handshake, "").startsWith("HTTP/1.1 200 "));
        }
    }

    @Test
    void only_the_names_of_a_service_are_reached() throws Exception {
        try (ChatScene scene = scene("discord")) {
            for (String host : List.of("gateway-us-east1-b.discord.gg", "gateway.discord.gg")) {
                String got = scene.call(host, "GET", "/?v=10&encoding=json", "", "");
                assertTrue(got.contains("x-botmaker-refused: route"), got);
            }
            for (String host : List.of("gateway-a.b.discord.gg", "gateway-.evil.test", "gateway-a-discord.gg", "gateway-a-.discord.gg", "gateway--.discord.gg", "gatewayxdiscord.gg", "x.discord.com")) {
                String got = scene.call(host, "GET", "/?v=10&encoding=json", "", "");
                assertTrue(got.startsWith("HTTP/1.1 400 ") && got.contains("may not ask"), got);
            }
        }
    }

    @Test
    void a_server_behind_a_path_is_asked_there() throws Exception {
        try (ChatScene scene = new ChatScene(dir, "mattermost", "/chat", SERVICES.get("mattermost").tokens, List.of("chat.test"), Optional.empty())) {
            assertTrue(scene.call("chat.test", "GET", "/chat/api/v4/users/me", authorized("mattermost"), "").startsWith("HTTP/1.1 200 "));
            assertTrue(scene.asked.getFirst().startsWith("GET /chat/api/v4/users/me "), scene.asked.getFirst());
            assertTrue(scene.call("chat.test", "GET", "/api/v4/users/me", authorized("mattermost"), "").startsWith("HTTP/1.1 404 "));
        }
    }
}
