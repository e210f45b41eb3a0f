package botmaker.bot.model;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import botmaker.bot.model.Limits.Capacity;
import botmaker.error.Failure;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CapacityTest {
    private static final Limits FOUR = new Limits(4L << 30, 4000, 512);
    private static final Capacity TWO = new Capacity(2, 2L << 30);

    @Test
    void only_limits_that_are_changed_are_refused() {
        assertEquals(2, assertThrows(Failure.Invalid.class, () -> TWO.check(FOUR, Optional.empty())).errors().size());
        assertEquals("/limits/memory", assertThrows(Failure.Invalid.class,
                () -> TWO.check(FOUR, Optional.of(new Limits(2L << 30, 4000, 512)))).errors().getFirst().field());
        assertDoesNotThrow(() -> TWO.check(FOUR, Optional.of(FOUR)));
    }

    /// Some engines do not say what their host has, which is read as nothing at all.
    @Test
    void an_engine_that_does_not_say_refuses_nothing() {
        assertDoesNotThrow(() -> new Capacity(0, 0).check(FOUR, Optional.empty()));
        assertEquals(FOUR, new Capacity(0, 0).atMost(FOUR));
        assertEquals(new Limits(2L << 30, 2000, 512), TWO.atMost(FOUR));
    }
}
