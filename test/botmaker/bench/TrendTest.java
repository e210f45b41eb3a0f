package botmaker.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.bench.Trend.Sample;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TrendTest {
    /// 200 samples in ten minutes, with noise.
    private static Trend trend(double growth, double noise) {
        Random random = new Random(7);
        List<Sample> samples = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            samples.add(new Sample(i * 3, 100 + growth * i / 199 + noise * random.nextGaussian()));
        }
        return Trend.of("things", 1, samples);
    }

    @Test
    void what_only_trembles_is_flat() {
        assertTrue(trend(0, 10).isFlat());
        assertTrue(trend(-50, 1).isFlat());
    }

    @Test
    void what_grows_by_more_than_it_trembles_is_not() {
        assertFalse(trend(40, 10).isFlat());
        assertFalse(trend(2, 0.1).isFlat());
        assertEquals(40, trend(40, 0).growth(), 1e-9);
    }
}
