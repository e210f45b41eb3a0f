package botmaker.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.json.Json.ObjectBuilder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Random values and random damage, the same in every run.
class JsonFuzzTest {
    private static final int ROUNDS = 3_000;

    @ParameterizedTest
    @ValueSource(longs = {1, 20_250_917, -7})
    void any_value_reads_back_equal_and_is_written_the_same_again(long seed) {
        var random = new SplittableRandom(seed);
        for (int round = 0; round < ROUNDS; round++) {
            JsonValue value = value(random, 5);
            String text = value.toString();
            JsonValue read = JsonValue.parse(text.getBytes(UTF_8));
            assertEquals(value, read);
            assertEquals(text, read.toString());
            assertEquals(value, JsonValue.parse(value.indented()));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {2, 20_250_918, -8})
    void damaged_text_is_refused_with_a_position_or_read_as_another_value(long seed) {
        var random = new SplittableRandom(seed);
        int refused = 0;
        for (int round = 0; round < ROUNDS; round++) {
            byte[] text = damage(value(random, 4).toString().getBytes(UTF_8), random);
            try {
                JsonValue read = JsonValue.parse(text);
                assertEquals(read, JsonValue.parse(read.toString()));
            } catch (JsonException error) {
                refused++;
                assertTrue(error.getMessage().matches("Line [1-9]\\d*, column [1-9]\\d*: .*"), error.getMessage());
            }
        }
        assertTrue(refused > ROUNDS / 4 && refused < ROUNDS, "refused " + refused);
    }

    private static byte[] damage(byte[] text, SplittableRandom random) {
        byte[] damaged = text.clone();
        byte[] telling = "{}[]\",:\\u0e-+. \ntf\0".getBytes(UTF_8);
        for (int i = random.nextInt(1, 4); i > 0; i--) {
            int at = random.nextInt(damaged.length);
            damaged[at] = random.nextBoolean() ? telling[random.nextInt(telling.length)] : (byte) random.nextInt(256);
        }
        return random.nextInt(4) > 0 ? damaged : Arrays.copyOf(damaged, random.nextInt(damaged.length) + 1);
    }

    private static JsonValue value(SplittableRandom random, int depth) {
        return switch (random.nextInt(depth > 0 ? 8 : 5)) {
            case 0 -> List.of(Json.NULL, Json.of(true), Json.of(false)).get(random.nextInt(3));
            case 1 -> Json.of(random.nextLong() >> random.nextInt(64));
            case 2 -> Json.of(finite(random));
            case 3, 4 -> Json.of(string(random));
            case 5, 6 -> {
                ObjectBuilder object = Json.object();
                for (int i = random.nextInt(6); i > 0; i--) {
                    object.put(i + string(random), value(random, depth - 1));
                }
                yield object.build();
            }
            default -> {
                List<JsonValue> elements = new ArrayList<>();
                for (int i = random.nextInt(6); i > 0; i--) {
                    elements.add(value(random, depth - 1));
                }
                yield Json.array(elements);
            }
        };
    }

    private static double finite(SplittableRandom random) {
        double any = Double.longBitsToDouble(random.nextLong());
        return Double.isFinite(any) ? any : random.nextDouble();
    }

    private static String string(SplittableRandom random) {
        int[] planes = {0x20, 0x80, 0x800, 0x3000, 0xD800, 0x110000};
        return random.ints(random.nextInt(12), 0, planes.length)
                .map(plane -> random.nextInt(planes[plane]))
                .filter(c -> c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}
