package botmaker.auth;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/// Slows down password guessing per source: an IPv4 address, or an IPv6 /64 network, which is what one host has.
///
/// Five wrong passwords are free. After each further one the source waits: 1 s at first, then twice as long each time, up to a
/// minute. A right password, or 15 minutes without a wrong one, resets the count.
final class Throttle {
    private static final int FREE_FAILURES = 5;
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final long MAX_WAIT = 60 * SECOND;
    private static final long MEMORY = 15 * 60 * SECOND;
    private static final int MAX_SOURCES = 4096;

    /// @param count the number of wrong passwords in a row
    /// @param last  when the last one came, in nanoseconds
    private record Failures(int count, long last) {
        long waitUntil() {
            int beyond = count - FREE_FAILURES;
            return beyond <= 0 ? last : last + (beyond > 6 ? MAX_WAIT : SECOND << (beyond - 1));
        }
    }

    private final LongSupplier nanoTime;
    private final SequencedMap<ByteBuffer, Failures> sources = new LinkedHashMap<>();

    /// @param nanoTime `System::nanoTime`, except in tests
    Throttle(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /// Returns how long a source must wait before its next try; empty if it need not.
    synchronized Optional<Duration> wait(InetAddress source) {
        Failures failures = sources.get(key(source));
        if (failures == null) {
            return Optional.empty();
        }
        long left = failures.waitUntil() - nanoTime.getAsLong();
        return left <= 0 ? Optional.empty() : Optional.of(Duration.ofNanos(left));
    }

    /// Counts a wrong password.
    synchronized void failed(InetAddress source) {
        long now = nanoTime.getAsLong();
        sources.values().removeIf(failures -> now - failures.last() > MEMORY);
        Failures before = sources.remove(key(source));
        sources.put(key(source), new Failures(before == null ? 1 : before.count() + 1, now));
        if (sources.size() > MAX_SOURCES) {
            sources.pollFirstEntry();
        }
    }

    /// Resets the count after the right password.
    synchronized void succeeded(InetAddress source) {
        sources.remove(key(source));
    }

    private static ByteBuffer key(InetAddress source) {
        int length = source instanceof Inet6Address ? 8 : 4;
        return ByteBuffer.wrap(source.getAddress(), 0, length);
    }
}
