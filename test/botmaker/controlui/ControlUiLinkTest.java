package botmaker.controlui;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import botmaker.controlui.ControlUiRoutes.ControlUiLink;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ControlUiLinkTest {
    private static String printed(String url) {
        return """
                {"ok": true, "url": "http://127.0.0.1:18789/", "port": 18789, "tokenIncluded": false,
                 "browserUrl": "%s", "browserBootstrapExpiresAtMs": 1767323045000}""".formatted(url);
    }

    @Test
    void a_link_names_the_published_port_for_the_page_and_for_its_socket() {
        ControlUiLink link = ControlUiLink.parse(printed("http://127.0.0.1:18789/"
                + "#bootstrapToken=canary-Token_1&bootstrapProfile=owner&gatewayUrl=ws%3A%2F%2F127.0.0.1%3A18789"), 19_100);

        assertEquals("http://127.0.0.1:19100/"
                + "#bootstrapToken=canary-Token_1&bootstrapProfile=owner&gatewayUrl=ws%3A%2F%2F127.0.0.1%3A19100", link.url());
        assertEquals(Instant.parse("2026-01-02T03:04:05Z"), link.expiresAt());
        assertFalse(link.toString().contains("canary"), "the link is as good as a password");
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "https://127.0.0.1:18789/#bootstrapToken=canary",
        "http://10.6.6.6:18789/#bootstrapToken=canary",
        "http://127.0.0.1:18789@evil.example/#bootstrapToken=canary",
        "http://127.0.0.1:22/#bootstrapToken=canary",
        "http://127.0.0.1:18789/other#bootstrapToken=canary",
        "http://127.0.0.1:18789/",
        "javascript:alert(1)//http://127.0.0.1:18789/#bootstrapToken=canary",
        "http://127.0.0.1:18789/#bootstrapToken=canary'onclick=x",
        "http://127.0.0.1:18789/#bootstrapToken=canary&gatewayUrl=ws%3A%2F%2Fevil.example%3A18789",
        "http://127.0.0.1:18789/#bootstrapToken=canary&%67atewayUrl=ws%3A%2F%2Fevil.example%3A18789",
    })
    void a_link_to_anywhere_else_is_none(String url) {
        String message = assertThrows(IllegalArgumentException.class, () -> ControlUiLink.parse(printed(url), 19_100)).getMessage();
        assertFalse(message.contains("canary"), message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "{}", "[]", "{\"ok\":false,\"reason\":\"not ready\"}",
        "{\"browserUrl\":\"http://127.0.0.1:18789/#bootstrapToken=canary\",\"browserBootstrapExpiresAtMs\":\"canary\"}"})
    void what_openclaw_does_not_print_is_no_link(String output) {
        assertThrows(IllegalArgumentException.class, () -> ControlUiLink.parse(output, 19_100));
    }
}
