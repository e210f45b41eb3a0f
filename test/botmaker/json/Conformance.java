package botmaker.json;

import static java.util.stream.Collectors.toMap;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/// The public parser cases of nst/JSONTestSuite, in the folder that the system property `suite` names: `make conformance`.
@Tag("conformance")
class Conformance {
    private static final String REFUSED = "refused";

    /// Cases that RFC 8259 allows and this parser refuses.
    private static final Set<String> DUPLICATE_NAMES =
            Set.of("y_object_duplicated_key.json", "y_object_duplicated_key_and_value.json");

    /// The cases that RFC 8259 leaves open.
    private static final Map<String, Boolean> DECIDED = decisions(
            // accepted: a number of any size and precision is kept as it is written
            List.of(
                    "i_number_double_huge_neg_exp",
                    "i_number_huge_exp",
                    "i_number_neg_int_huge_exp",
                    "i_number_pos_double_huge_exp",
                    "i_number_real_neg_overflow",
                    "i_number_real_pos_overflow",
                    "i_number_real_underflow",
                    "i_number_too_big_neg_int",
                    "i_number_too_big_pos_int",
                    "i_number_very_big_negative_int"),
            List.of(
                    // refused: half a surrogate pair is no character
                    "i_object_key_lone_2nd_surrogate",
                    "i_string_1st_surrogate_but_2nd_missing",
                    "i_string_1st_valid_surrogate_2nd_invalid",
                    "i_string_incomplete_surrogate_and_escape_valid",
                    "i_string_incomplete_surrogate_pair",
                    "i_string_incomplete_surrogates_escape_valid",
                    "i_string_invalid_lonely_surrogate",
                    "i_string_invalid_surrogate",
                    "i_string_inverted_surrogates_U+1D11E",
                    "i_string_lone_second_surrogate",
                    // refused: not UTF-8
                    "i_string_UTF-16LE_with_BOM",
                    "i_string_UTF-8_invalid_sequence",
                    "i_string_UTF8_surrogate_U+D800",
                    "i_string_invalid_utf-8",
                    "i_string_iso_latin_1",
                    "i_string_lone_utf8_continuation_byte",
                    "i_string_not_in_unicode_range",
                    "i_string_overlong_sequence_2_bytes",
                    "i_string_overlong_sequence_6_bytes",
                    "i_string_overlong_sequence_6_bytes_null",
                    "i_string_truncated-utf-8",
                    "i_string_utf16BE_no_BOM",
                    "i_string_utf16LE_no_BOM",
                    // refused: nested deeper than 64
                    "i_structure_500_nested_arrays",
                    // refused: a byte order mark
                    "i_structure_UTF-8_BOM_empty_object"));

    /// What comes out of the cases of `test_transform`, written again.
    private static final Map<String, String> TRANSFORMED = Map.ofEntries(
            Map.entry("number_-9223372036854775808.json", "[-9223372036854775808]"),
            Map.entry("number_-9223372036854775809.json", "[-9223372036854775809]"),
            Map.entry("number_1.0.json", "[1.0]"),
            Map.entry("number_1.000000000000000005.json", "[1.000000000000000005]"),
            Map.entry("number_1000000000000000.json", "[1000000000000000]"),
            Map.entry("number_10000000000000000999.json", "[10000000000000000999]"),
            Map.entry("number_1e-999.json", "[1E-999]"),
            Map.entry("number_1e6.json", "[1E6]"),
            Map.entry("number_9223372036854775807.json", "[9223372036854775807]"),
            Map.entry("number_9223372036854775808.json", "[9223372036854775808]"),
            Map.entry("object_key_nfc_nfd.json", "{\"\u00e9\":\"NFC\",\"e\u0301\":\"NFD\"}"),
            Map.entry("object_key_nfd_nfc.json", "{\"e\u0301\":\"NFD\",\"\u00e9\":\"NFC\"}"),
            Map.entry("object_same_key_different_values.json", REFUSED),
            Map.entry("object_same_key_same_value.json", REFUSED),
            Map.entry("object_same_key_unclear_values.json", REFUSED),
            Map.entry("string_1_escaped_invalid_codepoint.json", REFUSED),
            Map.entry("string_1_invalid_codepoint.json", REFUSED),
            Map.entry("string_2_escaped_invalid_codepoints.json", REFUSED),
            Map.entry("string_2_invalid_codepoints.json", REFUSED),
            Map.entry("string_3_escaped_invalid_codepoints.json", REFUSED),
            Map.entry("string_3_invalid_codepoints.json", REFUSED),
            Map.entry("string_with_escaped_NULL.json", "[\"A\\u0000B\"]"));

    @TestFactory
    Stream<DynamicTest> parsing() throws IOException {
        return cases("test_parsing").stream().map(file -> dynamicTest(name(file), () -> {
            String outcome = read(file).equals(REFUSED) ? REFUSED : "accepted";
            assertEquals(isAccepted(name(file)) ? "accepted" : REFUSED, outcome);
        }));
    }

    @TestFactory
    Stream<DynamicTest> transforming() throws IOException {
        return cases("test_transform").stream()
                .map(file -> dynamicTest(name(file), () -> assertEquals(TRANSFORMED.get(name(file)), read(file))));
    }

    private static boolean isAccepted(String name) {
        return switch (name.charAt(0)) {
            case 'y' -> !DUPLICATE_NAMES.contains(name);
            case 'n' -> false;
            default -> {
                Boolean decided = DECIDED.get(name.replace(".json", ""));
                assertNotNull(decided, "a case that is not in the table");
                yield decided;
            }
        };
    }

    private static String read(Path file) throws IOException {
        byte[] text = Files.readAllBytes(file);
        try {
            JsonValue value = JsonValue.parse(text);
            assertEquals(value, JsonValue.parse(value.toString()));
            return value.toString();
        } catch (JsonException _) {
            return REFUSED;
        }
    }

    private static List<Path> cases(String part) throws IOException {
        String suite = System.getProperty("suite");
        assertNotNull(suite, "run with -Dsuite=<folder of JSONTestSuite>");
        try (Stream<Path> files = Files.list(Path.of(suite, part))) {
            List<Path> cases = files.filter(file -> name(file).endsWith(".json")).sorted().toList();
            assertFalse(cases.isEmpty(), "no cases in " + part);
            return cases;
        }
    }

    private static String name(Path file) {
        return file.getFileName().toString();
    }

    private static Map<String, Boolean> decisions(List<String> accepted, List<String> refused) {
        return Stream.concat(accepted.stream(), refused.stream()).collect(toMap(name -> name, accepted::contains));
    }
}
