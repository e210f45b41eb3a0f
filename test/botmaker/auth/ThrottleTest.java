package botmaker.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ThrottleTest {
    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 1_000_000_000L); // nanoTime may overflow
    private final Throttle throttle = new Throttle(now::get);

    private static InetAddress address(String literal) throws UnknownHostException {
        return InetAddress.ofLiteral(literal);
    }

    private void fail(InetAddress source, int times) {
        for (int i = 0; i < times; i++) {
            throttle.failed(source);
        }
    }

    private void pass(Duration time) {
        now.addAndGet(time.toNanos());
    }

    @Test
    void five_are_free_then_the_wait_doubles_up_to_a_minute() throws Exception {
        InetAddress source = address("192.0.2.1");
        fail(source, 5);
        assertEquals(Optional.empty(), throttle.wait(source));
        for (int seconds : new int[] {1, 2, 4, 8, 16, 32, 60, 60, 60}) {
            throttle.failed(source);
            assertEquals(Optional.of(Duration.ofSeconds(seconds)), throttle.wait(source));
            pass(Duration.ofSeconds(seconds).minusNanos(1));
            assertEquals(Optional.of(Duration.ofNanos(1)), throttle.wait(source));
            pass(Duration.ofNanos(1));
            assertEquals(Optional.empty(), throttle.wait(source));
        }
    }

    @Test
    void sources_do_not_wait_for_each_other() throws Exception {
        fail(address("192.0.2.1"), 10);
        assertEquals(Optional.empty(), throttle.wait(address("192.0.2.2")));
    }

    @Test
    void an_IPv6_network_of_64_bits_is_one_source() throws Exception {
        fail(address("2001:db8:1:2::1"), 10);
        assertEquals(Optional.of(Duration.ofSeconds(16)), throttle.wait(address("2001:db8:1:2:ffff::9")));
        assertEquals(Optional.empty(), throttle.wait(address("2001:db8:1:3::1")));
    }

    @Test
    void a_right_password_clears_the_count() throws Exception {
        InetAddress source = address("192.0.2.1");
        fail(source, 6);
        throttle.succeeded(source);
        fail(source, 5);
        assertEquals(Optional.empty(), throttle.wait(source));
    }

    @Test
    void a_quarter_of_an_hour_clears_it_too() throws Exception {
        InetAddress source = address("192.0.2.1");
        fail(source, 10);
        pass(Duration.ofMinutes(15).plusSeconds(1));
        fail(source, 5);
        assertEquals(Optional.empty(), throttle.wait(source));
    }

    @Test
    void only_so_many_sources_are_remembered_and_the_oldest_goes_first() throws Exception {
        InetAddress oldest = address("192.0.2.1");
        fail(oldest, 10);
        for (int i = 0; i < 4095; i++) {
            throttle.failed(InetAddress.getByAddress(new byte[] {10, 0, (byte) (i >> 8), (byte) i}));
        }
        assertEquals(true, throttle.wait(oldest).isPresent());
        throttle.failed(address("192.0.2.9"));
        assertEquals(Optional.empty(), throttle.wait(oldest));
    }
}
