package botmaker.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.json.Json.ObjectBuilder;
import botmaker.json.JsonValue.JsonArray;
import botmaker.json.JsonValue.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonValueTest {
    private static final JsonValue BOT = JsonValue.parse("""
            {"name": "support", "ai": {"model": "m", "baseUrl": null}, "ports": [18789, 1.5], "start": true, "a/b": {"~": "x"}}
            """);

    @Test
    void values_are_reached_without_casts() {
        assertEquals("m", BOT.get("ai").get("model").string());
        assertEquals(18789, BOT.get("ports").get(0).integer());
        assertEquals("1.5", BOT.get("ports").get(1).toString());
        assertTrue(BOT.get("start").bool());
        assertTrue(BOT.get("ai").get("baseUrl").isNull());
        assertFalse(BOT.isNull());
    }

    @Test
    void an_absent_member_is_not_a_null_member() {
        assertTrue(BOT.find("limits").isEmpty());
        assertEquals(Json.NULL, BOT.get("ai").find("baseUrl").orElseThrow());
    }

    @Test
    void members_keep_their_order() {
        assertEquals(List.of("name", "ai", "ports", "start", "a/b"), List.copyOf(BOT.members().keySet()));
    }

    @Test
    void values_cannot_be_changed() {
        assertThrows(UnsupportedOperationException.class, () -> BOT.members().put("x", Json.NULL));
        assertThrows(UnsupportedOperationException.class, () -> BOT.members().entrySet().iterator().next().setValue(Json.NULL));
        assertThrows(UnsupportedOperationException.class, () -> BOT.get("ports").elements().clear());

        List<JsonValue> source = new ArrayList<>(List.of(Json.of(1)));
        JsonArray array = Json.array(source);
        source.clear();
        assertEquals("[1]", array.toString());

        ObjectBuilder builder = Json.object().put("a", 1);
        JsonObject object = builder.build();
        assertEquals("{\"a\":1,\"b\":2}", builder.put("b", 2).build().toString());
        assertEquals("{\"a\":1}", object.toString());
    }

    @TestFactory
    Stream<DynamicTest> a_wrong_step_names_the_place_and_the_problem() {
        record Case(String message, Consumer<JsonValue> step) {}
        return Stream.of(
                        new Case("/limits is missing.", v -> v.get("limits")),
                        new Case("/ai/apiKey is missing.", v -> v.get("ai").get("apiKey")),
                        new Case("/ports/2 is missing.", v -> v.get("ports").get(2)),
                        new Case("/ports/-1 is missing.", v -> v.get("ports").get(-1)),
                        new Case("/a~1b/~0 must be a whole number, not a string.", v -> v.get("a/b").get("~").integer()),
                        new Case("The value must be a string, not an object.", JsonValue::string),
                        new Case("The value must be an array, not an object.", JsonValue::elements),
                        new Case("/name must be an object, not a string.", v -> v.get("name").find("first")),
                        new Case("/name must be an array, not a string.", v -> v.get("name").get(0)),
                        new Case("/ports must be an object, not an array.", v -> v.get("ports").members()),
                        new Case("/start must be a whole number, not a boolean.", v -> v.get("start").integer()),
                        new Case("/ai/baseUrl must be true or false, not null.", v -> v.get("ai").get("baseUrl").bool()),
                        new Case("/ports/0 must be a string, not a number.", v -> v.get("ports").get(0).string()),
                        new Case(
                                "/ports/1 must be a whole number from -2^63 to 2^63-1.",
                                v -> v.get("ports").get(1).integer()))
                .map(it -> DynamicTest.dynamicTest(it.message, () -> {
                    JsonException error = assertThrows(JsonException.class, () -> BOT.convert(bot -> {
                        it.step.accept(bot);
                        return bot;
                    }));
                    assertEquals(it.message, error.getMessage());
                }));
    }

    @Test
    void a_path_is_relative_to_the_document_that_is_converted() {
        JsonValue twins = JsonValue.parse("[{\"a\":[7,7]}]");
        assertEquals("/0/a/1 must be a string, not a number.", problem(twins, v -> v.get(0).get("a").get(1).string()));
        assertEquals("/a/1 must be a string, not a number.", problem(twins.get(0), v -> v.get("a").get(1).string()));
        assertEquals("The value must be a string, not a number.", problem(twins, _ -> Json.of(7).string()));
        assertEquals("/b is missing.", problem(twins, _ -> Json.object().build().get("b")));
        assertEquals("yes", JsonValue.parse("[\"yes\"]").convert(v -> v.get(0).string()));
    }

    @Test
    void a_path_is_safe_to_show_whatever_the_names() {
        String name = "\r\nSet-Cookie: \u202e\"\\\ud83d\ude00" + "x".repeat(10_000);
        String shown = problem(Json.object().put(name, Json.NULL).build(), v -> v.get(name).string());
        assertTrue(shown.startsWith("/\\u000d\\u000aSet-Cookie: \\u202e\\\"\\\\\\ud83d\\ude00xxx"), shown);
        assertTrue(shown.contains("xxx... must be"), shown);
        assertTrue(shown.length() < 160, shown);
    }

    private static String problem(JsonValue document, Function<JsonValue, Object> step) {
        return assertThrows(JsonException.class, () -> document.convert(step)).getMessage();
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0", "-0, 0", "7, 7", "1.0, 1", "-2.50e1, -25", "1e2, 100", "1200e-2, 12", "0.0, 0", "0e999999999, 0",
        "9223372036854775807, 9223372036854775807", "-9223372036854775808, -9223372036854775808",
        "9.223372036854775807e18, 9223372036854775807",
    })
    void a_whole_number_is_read_exactly_however_it_is_written(String text, long expected) {
        assertEquals(expected, JsonValue.parse(text).integer());
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "0.5", "1e-1", "9223372036854775808", "-9223372036854775809", "1e19", "1e999999999", "-1e999999999", "1e-999999999",
        "1e2147483647", "1e-2147483647", "1e2147483648", "1e99999999999999999999", "1e-99999999999999999999",
        "9223372036854775807.0000000000000000000001",
    })
    void no_number_is_rounded_to_an_integer_or_blown_up(String text) {
        JsonValue number = JsonValue.parse(text);
        assertThrows(JsonException.class, number::integer);
        assertEquals(text, number.toString());
    }

    @Test
    void equality_is_by_value() {
        List<String> different = List.of(
                "null", "true", "false", "0", "-0", "1", "1.0", "\"\"", "\"1\"", "\"null\"", "[]", "{}", "[1]",
                "[[1]]", "[1,2]", "[2,1]",
                "{\"a\":1}", "{\"a\":2}", "{\"b\":1}", "{\"a\":1,\"b\":1}");
        for (String one : different) {
            for (String other : different) {
                JsonValue left = JsonValue.parse(one);
                JsonValue right = JsonValue.parse(" " + other);
                if (one.equals(other)) {
                    assertEquals(left, right);
                    assertEquals(left.hashCode(), right.hashCode());
                } else {
                    assertNotEquals(left, right);
                }
            }
        }
    }

    @Test
    void the_order_of_members_and_the_place_are_no_part_of_the_value() {
        JsonValue left = JsonValue.parse("{\"a\":[1],\"b\":true}");
        assertEquals(left, JsonValue.parse("{\"b\":true,\"a\":[1]}"));
        assertEquals(left, Json.object().put("a", Json.array(Json.of(1))).put("b", true).build());
        assertEquals(left, JsonValue.parse("[[{\"a\":[1],\"b\":true}]]").get(0).get(0));
        assertEquals(Map.of("a", Json.array(Json.of(1)), "b", Json.of(true)), left.members());
    }
}
