package botmaker.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import botmaker.json.JsonValue.JsonArray;
import botmaker.json.JsonValue.JsonBoolean;
import botmaker.json.JsonValue.JsonNull;
import botmaker.json.JsonValue.JsonNumber;
import botmaker.json.JsonValue.JsonObject;
import botmaker.json.JsonValue.JsonString;

/// What has to hold for any bytes whatsoever: `make fuzz` searches for some for which it does not, and [JsonCorpusTest] tries
/// those that earlier searches found interesting.
public final class JsonFuzzTarget {
    private JsonFuzzTarget() { }

    /// The name and form that Jazzer calls.
    public static void fuzzerTestOneInput(byte[] text) {
        JsonValue value;
        try {
            value = JsonValue.parse(text);
        } catch (JsonException error) {
            assertTrue(error.getMessage().matches("(Line [1-9]\\d*, column [1-9]\\d*: |The text is larger than ).*"), error.getMessage());
            return;
        }
        assertArrayEquals(text, new String(text, UTF_8).getBytes(UTF_8), "only UTF-8 is accepted");
        assertEquals(value, JsonValue.parse(new String(text, UTF_8)), "bytes and characters are read alike");
        assertEquals(value, JsonValue.parse(value.toString()));
        assertEquals(value, JsonValue.parse(value.indented()));
        assertEquals(value.toString(), JsonValue.parse(value.toString()).toString());
        visit(value);
    }

    /// Numbers are read when they are asked for, so they are asked.
    private static void visit(JsonValue value) {
        switch (value) {
            case JsonObject object -> object.members().values().forEach(JsonFuzzTarget::visit);
            case JsonArray array -> array.elements().forEach(JsonFuzzTarget::visit);
            case JsonNumber number -> {
                try {
                    assertEquals(number.integer(), Json.of(number.integer()).integer());
                } catch (JsonException _) {
                    // no whole number, or beyond a long
                }
            }
            case JsonString _, JsonBoolean _, JsonNull _ -> { }
        }
    }
}
