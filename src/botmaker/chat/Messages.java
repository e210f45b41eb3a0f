package botmaker.chat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import botmaker.chat.ChatService.Tokens;
import botmaker.dialect.Refused;
import botmaker.json.Json;
import botmaker.json.JsonException;
import botmaker.json.JsonValue.JsonArray;
import botmaker.json.JsonValue.JsonObject;
import botmaker.json.JsonValue.JsonString;
import botmaker.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Tokens in the JSON messages of a WebSocket. Wherever a member is named `token`, in upper or lower case, it is taken for one: some
/// services compare names without regard to case.
public final class Messages {
    private static final String NAME = "token";

    private Messages() {}

    /// Puts the real token in the placeholder's place in a message that a bot sends over a WebSocket.
    ///
    /// @param text whole; changed in place
    /// @throws Refused if it has another token or more than one, or could be read in two ways
    public static void replace(byte[] text, Tokens tokens) throws Refused {
        List<JsonValue> presented = presented(text);
        if (presented.isEmpty()) {
            return;
        }
        if (presented.size() > 1 || !(presented.getFirst() instanceof JsonString(String placeholder))) {
            throw Requests.foreign("a message of the WebSocket");
        }
        put(text, placeholder, tokens.of(placeholder));
    }

    private static List<JsonValue> presented(byte[] text) throws Refused {
        List<JsonValue> presented = new ArrayList<>();
        try {
            collect(JsonValue.parse(text), presented);
        } catch (JsonException e) {
            throw new Refused(Refused.Reason.BODY, "A message of the WebSocket is not JSON.");
        }
        return presented;
    }

    private static void collect(JsonValue value, List<JsonValue> presented) {
        switch (value) {
            case JsonObject(Map<String, JsonValue> members) -> members.forEach((name, member) -> {
                if (name.equalsIgnoreCase(NAME)) {
                    presented.add(member);
                } else {
                    collect(member, presented);
                }
            });
            case JsonArray(List<JsonValue> elements) -> elements.forEach(element -> collect(element, presented));
            default -> { }
        }
    }

    /// Puts the token where the placeholder is. With the member's value escaped, that could be somewhere else, such as in a status for
    /// everybody to read; so the message is read again.
    ///
    /// @throws Refused unless the placeholder stands there once, as it is, as the value of that member, and is as long as the token
    private static void put(byte[] text, String placeholder, String token) throws Refused {
        String all = new String(text, ISO_8859_1);
        int at = all.indexOf(placeholder);
        boolean once = at >= 0 && all.indexOf(placeholder, at + 1) < 0 && placeholder.length() == token.length();
        if (once) {
            System.arraycopy(token.getBytes(ISO_8859_1), 0, text, at, token.length());
        }
        if (!once || !presented(text).equals(List.of(Json.of(token)))) {
            throw new Refused(Refused.Reason.BODY, "A message of the WebSocket does not have the token once, as it is.");
        }
    }
}
