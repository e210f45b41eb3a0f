package botmaker.checks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.checks.CredentialCheck.Result;
import botmaker.openclaw.Catalog;
import botmaker.openclaw.Channel;
import botmaker.support.StubService;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ChannelCheckTest {
    private static final String TOKEN = "123456789:AAcanary-canary-canary-canary-canary";

    private StubService service;

    @BeforeEach
    void start() throws IOException {
        service = new StubService();
    }

    @AfterEach
    void stop() {
        service.close();
    }

    @Test
    void telegram_is_asked_whose_token_it_is() throws Exception {
        service.on("/bot" + TOKEN + "/getMe", 200, "{\"ok\":true,\"result\":{\"username\":\"fake_bot\"}}");
        service.on("/", 401, "{\"ok\":false,\"error_code\":401,\"description\":\"Unauthorized\"}");
        Result good = check("telegram", Map.of(), Map.of("token", TOKEN));
        assertEquals(Result.works("Telegram accepts the token: it belongs to fake_bot."), good);
        Result bad = check("telegram", Map.of("apiRoot", service.url() + "/"), Map.of("token", TOKEN + "x"));
        assertEquals(Result.fails("Telegram refused the token (status 401)."), bad);
    }

    @Test
    void discord_is_asked_as_a_bot() throws Exception {
        service.guarded("/api/v10/users/@me", "Authorization", "Bot a.b.c", "{\"username\":\"helper\"}");
        assertEquals(Result.works("Discord accepts the token: it belongs to helper."), check("discord", Map.of(), Map.of("token", "a.b.c")));
        assertEquals(Optional.of(false), check("discord", Map.of(), Map.of("token", "a.b.d")).ok());
    }

    /// Slack says 200 to a bad token.
    @Test
    void slack_says_in_its_answer_that_a_token_is_bad() throws Exception {
        service.on("/api/auth.test", 200, "{\"ok\":false,\"error\":\"invalid_auth\"}");
        assertEquals(Result.fails("Slack refused the token: invalid_auth."),
                check("slack", Map.of(), Map.of("botToken", "xoxb-1", "appToken", "xapp-1")));
        assertEquals(List.of("POST /api/auth.test [Bearer xoxb-1]"), service.requests);
    }

    @Test
    void slack_tells_who_a_token_is() throws Exception {
        service.on("/api/auth.test", 200, "{\"ok\":true,\"user\":\"helper\",\"team\":\"T\"}");
        assertEquals(Optional.of(true), check("slack", Map.of(), Map.of("botToken", "xoxb-1", "appToken", "xapp-1")).ok());
    }

    @Test
    void servers_of_the_operators_own_are_asked() throws Exception {
        service.guarded("/_matrix/client/v3/account/whoami", "Authorization", "Bearer t", "{\"user_id\":\"@bot:x\"}");
        service.guarded("/api/v4/users/me", "Authorization", "Bearer t", "{\"username\":\"bot\"}");
        assertEquals(Optional.of(true), check("matrix", Map.of("homeserver", service.url()), Map.of("token", "t")).ok());
        assertEquals(Optional.of(true), check("mattermost", Map.of("baseUrl", service.url()), Map.of("token", "t")).ok());
    }

    @Test
    void what_cannot_be_checked_is_neither_good_nor_bad() throws Exception {
        assertEquals(Optional.empty(), check("irc", Map.of("host", "irc.example.org"), Map.of()).ok());
        assertEquals(Optional.empty(), check("webchat", Map.of(), Map.of()).ok());
    }

    @Test
    void a_redirect_is_refused_and_the_token_goes_nowhere_else() throws Exception {
        service.on("/bot", exchange -> StubService.redirect(exchange, "/elsewhere")).on("/elsewhere", 200, "{}");
        Result result = check("telegram", Map.of(), Map.of("token", TOKEN));
        assertEquals(Optional.of(false), result.ok());
        assertEquals(1, service.requests.size());
        assertFalse(result.detail().contains("canary"));
    }

    @Test
    void a_service_that_does_not_answer_costs_no_more_than_the_deadline() throws Exception {
        service.on("/", exchange -> Thread.sleep(Duration.ofMinutes(1)));
        long start = System.nanoTime();
        try (CredentialCheck check = new CredentialCheck(Duration.ofMillis(300), url -> url.replaceFirst("https://[^/]+", service.url()))) {
            Result result = check.channel(channel("telegram"), Map.of(), Map.of("token", TOKEN));
            assertEquals(Result.fails("Telegram did not answer within 300 ms."), result);
        }
        assertTrue(System.nanoTime() - start < Duration.ofSeconds(5).toNanos());
    }

    @Test
    void a_name_that_is_hostile_is_shown_as_one_short_line() throws Exception {
        service.on("/api/v10/users/@me", 200, "{\"username\":\"a\\n\\u202eb" + "c ".repeat(5000) + "\"}");
        String detail = check("discord", Map.of(), Map.of("token", "a.b.c")).detail();
        assertTrue(detail.startsWith("Discord accepts the token: it belongs to a bc c") && detail.length() < 400, detail);
        for (String garbage : List.of("", "[]", "{\"username\":7}", "<html>")) {
            try (StubService hostile = new StubService().on("/api/v4/users/me", 200, garbage)) {
                assertEquals(Optional.of(false), check("mattermost", Map.of("baseUrl", hostile.url()), Map.of("token", "t")).ok());
            }
        }
    }

    private Result check(String channel, Map<String, String> settings, Map<String, String> credentials) throws InterruptedException {
        try (CredentialCheck check = new CredentialCheck(Duration.ofSeconds(10), url -> url.replaceFirst("https://[^/]+", service.url()))) {
            return check.channel(channel(channel), settings, credentials);
        }
    }

    private static Channel channel(String id) {
        return Catalog.channel(id).orElseThrow();
    }
}
