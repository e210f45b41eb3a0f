package botmaker.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.json.Json.ObjectBuilder;
import botmaker.json.JsonValue.JsonObject;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonWriterTest {

    @Test
    void an_object_is_built_in_order() {
        JsonObject object = Json.object()
                .put("text", "x")
                .put("int", 1)
                .put("long", Long.MIN_VALUE)
                .put("double", 0.5)
                .put("bool", false)
                .put("present", Optional.of("y"))
                .put("absent", Optional.empty())
                .put("null", Json.NULL)
                .put("list", Json.array(Json.of(1), Json.of("two"), Json.array()))
                .put("names", Json.strings(List.of("a", "b")))
                .put("empty", Json.object().build())
                .build();
        assertEquals("""
                {"text":"x","int":1,"long":-9223372036854775808,"double":0.5,"bool":false,"present":"y","null":null,\
                "list":[1,"two",[]],"names":["a","b"],"empty":{}}""", object.toString());
        assertEquals(object, JsonValue.parse(object.toString()));
    }

    @Test
    void a_name_is_put_once_only() {
        ObjectBuilder builder = Json.object().put("a", 1);
        assertThrows(IllegalArgumentException.class, () -> builder.put("a", "again"));
        assertEquals("{\"a\":1}", builder.build().toString());
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
    void json_has_finite_numbers_only(double value) {
        assertThrows(IllegalArgumentException.class, () -> Json.of(value));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -0.0, 1, 0.1, 1e7, 1.5e300, Double.MIN_VALUE, Double.MAX_VALUE, 1.0 / 3})
    void a_double_reads_back_as_itself(double value) {
        assertEquals(value, Double.parseDouble(JsonValue.parse(Json.of(value).toString()).toString()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.0", "1.10", "1E5", "1e+5", "-0", "-0.0", "0e0", "1e999999999", "10000000000000000999"})
    void a_number_is_written_as_it_was_read(String text) {
        assertEquals("[" + text + "]", JsonValue.parse("[ " + text + " ]").toString());
    }

    @ParameterizedTest
    @CsvSource(delimiter = ' ', textBlock = """
            0022 \\"
            005c \\\\
            002f /
            0008 \\u0008
            0009 \\t
            000a \\n
            000c \\u000c
            000d \\r
            0000 \\u0000
            001b \\u001b
            001f \\u001f
            007f \\u007f
            0085 \\u0085
            009b \\u009b
            003c \\u003c
            2028 \\u2028
            2029 \\u2029
            feff \\ufeff
            d800 \\ud800
            dfff \\udfff
            003e >
            0026 &
            00e9 \u00e9
            """)
    void what_could_break_a_line_a_script_or_utf8_is_escaped(String unit, String written) {
        String string = "a" + (char) Integer.parseInt(unit, 16) + "b";
        assertEquals("\"a" + written + "b\"", Json.of(string).toString());
        assertEquals("{\"a" + written + "b\":1}", Json.object().put(string, 1).build().toString());
    }

    @Test
    void pairs_of_surrogates_stay_and_halves_are_escaped() {
        assertEquals("\"\ud83d\ude00\"", Json.of("\ud83d\ude00").toString());
        assertEquals("\"\\ude00\\ud83d\"", Json.of("\ude00\ud83d").toString());
        assertEquals("\"\\ud83d\ud83d\ude00\\ude00\"", Json.of("\ud83d\ud83d\ude00\ude00").toString());
    }

    @Test
    void every_character_reads_back_from_one_harmless_line() {
        StringBuilder all = new StringBuilder();
        for (int c = 0; c <= Character.MAX_CODE_POINT; c += c < 0x3000 ? 1 : 37) {
            if (c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE) {
                all.appendCodePoint(c);
            }
        }
        String json = Json.of(all.toString()).toString();
        assertEquals(all.toString(), JsonValue.parse(json.getBytes(UTF_8)).string());
        assertEquals(1, json.lines().count());
        assertTrue(json.chars().noneMatch(c -> Character.isISOControl(c) || c == '<' || c == '\u2028' || c == '\u2029'));
    }

    @Test
    void strings_are_appended_to_what_is_there() {
        StringBuilder out = new StringBuilder("{\"m\":");
        Json.appendString(out, new StringBuilder("a\nb"));
        assertEquals("{\"m\":\"a\\nb\"}", out.append('}').toString());
    }

    @Test
    void the_indented_form_is_for_people_and_reads_back() {
        JsonValue value = JsonValue.parse("{\"a\":[1,{\"b\":null}],\"c\":[],\"d\":{}}");
        assertEquals("""
                {
                  "a": [
                    1,
                    {
                      "b": null
                    }
                  ],
                  "c": [],
                  "d": {}
                }
                """, value.indented());
        assertEquals(value, JsonValue.parse(value.indented()));
    }
}
