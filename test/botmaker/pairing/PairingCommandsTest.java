package botmaker.pairing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.pairing.PairingCommands.PairingRequest;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Pairing as OpenClaw 2026.9.6 prints it, and as a bot that was taken over might.
class PairingCommandsTest {
    private static final String LISTED = """
            {"channel": "telegram", "requests": [{"id": "424242", "code": "XDUSTHA8", "createdAt": "2026-11-22T15:36:33.392Z",
              "lastSeenAt": "2026-11-22T15:36:33.392Z", "meta": {"firstName": "Alice", "username": "al", "accountId": "default"}}]}
            """;

    @Test
    void a_request_is_read_with_openclaws_own_name_for_it() {
        assertEquals(List.of(new PairingRequest("XDUSTHA8", "424242", Optional.of("Alice (al)"), Instant.parse("2026-11-22T15:36:33.392Z"),
                "p98FwNUh_VvlX-AzgosT70B7yWmnfyBf", "default")), requests(LISTED));
        assertEquals(List.of(), requests("{\"channel\": \"telegram\", \"requests\": []}"));
    }

    @Test
    void an_operators_word_is_about_exactly_that_request() {
        PairingRequest request = requests(LISTED).getFirst();
        assertEquals(List.of("openclaw", "gateway", "call", "channels.pairing.approve", "--json", "--params",
                "{\"channel\":\"telegram\",\"accountId\":\"default\",\"requestId\":\"p98FwNUh_VvlX-AzgosT70B7yWmnfyBf\",\"notify\":true}"),
                PairingCommands.decide("telegram", request, true));
        assertEquals("channels.pairing.dismiss", PairingCommands.decide("telegram", request, false).get(3));
        assertFalse(PairingCommands.decide("telegram", request, false).getLast().contains("notify"));
    }

    @Test
    void an_owner_is_named_with_the_channel() {
        assertEquals("telegram:424242", requests(LISTED).getFirst().owner("telegram"));
        assertEquals("telegram:1", requests(LISTED.replace("424242", "telegram:1")).getFirst().owner("telegram"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "[]", "{}", "{\"requests\":{}}", "{\"requests\":[7]}", "{\"requests\":[{}]}", "not JSON"})
    void what_is_not_openclaws_is_refused(String output) {
        assertThrows(IllegalArgumentException.class, () -> requests(output));
    }

    /// An owner `*` would make everyone an owner.
    @ParameterizedTest
    @ValueSource(strings = {"*", "a b", "", "\\u202e1", "\\n"})
    void a_sender_of_another_form_is_refused(String sender) {
        assertThrows(IllegalArgumentException.class, () -> requests(LISTED.replace("424242", sender)));
        assertThrows(IllegalArgumentException.class, () -> requests(LISTED.replace("XDUSTHA8", sender)));
        assertThrows(IllegalArgumentException.class, () -> requests(LISTED.replace("default", sender + "*")));
    }

    @Test
    void a_name_is_one_short_line() {
        String name = requests(LISTED.replace("Alice", "A\\n\\u202e" + "b ".repeat(5000))).getFirst().name().orElseThrow();
        assertTrue(name.length() < 400 && name.lines().count() == 1 && !name.contains("\u202e"), name);
    }

    @Test
    void a_flood_of_requests_is_cut() {
        String one = LISTED.substring(LISTED.indexOf("[") + 1, LISTED.lastIndexOf("]"));
        assertEquals(20, requests(LISTED.replace(one, (one + ",").repeat(99) + one)).size());
    }

    @Test
    void a_request_that_is_gone_is_told_from_other_failures() {
        assertTrue(PairingCommands.isGone("{\"ok\":false,\"error\":{\"code\":\"INVALID_REQUEST\",\"message\":\"pending DM access request no longer exists\"}}"));
        assertFalse(PairingCommands.isGone("{\"ok\":false,\"error\":{\"code\":\"UNAVAILABLE\"}}"));
        assertFalse(PairingCommands.isGone("{\"time\":1}"));
        assertFalse(PairingCommands.isGone("connect ECONNREFUSED"));
    }

    /// A bot that was taken over wrote its key into the name of a request, and the dashboard showed it.
    @Test
    void a_secret_is_shown_neither_as_a_name_nor_as_a_sender_nor_as_a_code() {
        assertEquals(Optional.of("x [hidden] (al)"), requests(LISTED.replace("Alice", "x CANARY99")).getFirst().name());
        String end = requests(LISTED.replace("Alice", "x ".repeat(147) + "CANARY99")).getFirst().name().orElseThrow();
        assertFalse(end.contains("CAN"), end);
        assertThrows(IllegalArgumentException.class, () -> requests(LISTED.replace("424242", "CANARY99")));
        assertThrows(IllegalArgumentException.class, () -> requests(LISTED.replace("XDUSTHA8", "CANARY99")));
    }

    private static List<PairingRequest> requests(String output) {
        return PairingCommands.parse("telegram", output, text -> text.replace("CANARY99", "[hidden]"));
    }
}
