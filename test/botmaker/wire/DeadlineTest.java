package botmaker.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Time limits, and the socket over a channel that uses one.
@Timeout(60)
final class DeadlineTest {
    private static final Duration SHORT = Duration.ofMillis(300);
    private static final Duration LONG = Duration.ofMinutes(10);

    @TempDir
    Path dir;

    private final CountDownLatch closed = new CountDownLatch(1);

    @Test
    void it_closes_when_the_time_is_over() throws Exception {
        try (Deadline deadline = new Deadline(closed::countDown)) {
            deadline.set(SHORT);
            assertTrue(closed.await(30, TimeUnit.SECONDS));
            assertTrue(deadline.expired());
        }
    }

    @Test
    void an_earlier_time_counts_though_a_later_one_was_set_before() throws Exception {
        try (Deadline deadline = new Deadline(closed::countDown)) {
            deadline.set(LONG);
            Thread.sleep(200); // it sleeps by now
            deadline.set(SHORT);
            assertTrue(closed.await(30, TimeUnit.SECONDS));
        }
    }

    @Test
    void a_later_time_and_none_count_though_an_earlier_one_was_set_before() throws Exception {
        try (Deadline deadline = new Deadline(closed::countDown)) {
            deadline.set(SHORT);
            deadline.set(LONG);
            assertFalse(closed.await(1, TimeUnit.SECONDS));
            deadline.set(SHORT);
            deadline.clear();
            assertFalse(closed.await(1, TimeUnit.SECONDS));
            deadline.set(SHORT);
            assertTrue(closed.await(30, TimeUnit.SECONDS));
        }
    }

    @Test
    void no_set_is_lost_however_often() throws Exception {
        for (int i = 0; i < 300; i++) {
            CountDownLatch expired = new CountDownLatch(1);
            try (Deadline deadline = new Deadline(expired::countDown)) {
                for (int j = 0; j < 20; j++) {
                    deadline.set(LONG);
                    deadline.clear();
                    if (j % 5 == i % 5) {
                        Thread.yield();
                    }
                }
                deadline.set(Duration.ofMillis(i % 3));
                assertTrue(expired.await(30, TimeUnit.SECONDS), "round " + i);
            }
        }
    }

    @Test
    void a_watch_that_ended_closes_nothing() throws Exception {
        Deadline deadline = new Deadline(closed::countDown);
        deadline.set(SHORT);
        deadline.close();
        assertFalse(closed.await(1, TimeUnit.SECONDS));
        assertFalse(deadline.expired());
    }

    /// On a busy machine the thread that closes runs late. It closed connections that waited for something else by then.
    @Test
    void a_time_that_was_cleared_or_a_watch_that_ended_before_the_connection_is_closed_counts() throws Exception {
        AtomicBoolean busy = new AtomicBoolean(true);
        Deadline ended = new Deadline(closed::countDown);
        try (Deadline cleared = new Deadline(closed::countDown)) {
            for (int i = 0; i < 4 * Runtime.getRuntime().availableProcessors(); i++) {
                Thread.ofVirtual().start(() -> {
                    while (busy.get()) {
                        Thread.onSpinWait();
                    }
                });
            }
            cleared.set(Duration.ofMillis(100));
            ended.set(Duration.ofMillis(100));
            Thread.sleep(500);
            cleared.clear();
            ended.close();
            busy.set(false);
            assertFalse(closed.await(1, TimeUnit.SECONDS));
            assertFalse(cleared.expired() || ended.expired());
        } finally {
            busy.set(false);
        }
    }

    private ChannelSocket[] pair(Duration patience) throws IOException {
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(dir.resolve("socket"));
        try (ServerSocketChannel listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            listening.bind(address);
            SocketChannel client = SocketChannel.open(address);
            return new ChannelSocket[] {new ChannelSocket(client, LONG), new ChannelSocket(listening.accept(), patience)};
        }
    }

    @Test
    void a_client_that_reads_nothing_is_dropped() throws Exception {
        ChannelSocket[] pair = pair(Duration.ofSeconds(1));
        try (ChannelSocket _ = pair[0]; ChannelSocket server = pair[1]) {
            assertThrows(IOException.class, () -> server.getOutputStream().write(new byte[50_000_000]));
            assertTrue(server.stalled());
        }
    }

    @Test
    void a_client_that_reads_slowly_is_not_dropped() throws Exception {
        ChannelSocket[] pair = pair(Duration.ofSeconds(2));
        AtomicInteger received = new AtomicInteger();
        try (ChannelSocket client = pair[0]; ChannelSocket server = pair[1]) {
            Thread reading = Thread.startVirtualThread(() -> {
                try {
                    byte[] buffer = new byte[100_000];
                    for (int count; (count = client.getInputStream().read(buffer)) > 0; ) {
                        received.addAndGet(count);
                        Thread.sleep(100);
                    }
                } catch (IOException | InterruptedException e) {
                    throw new AssertionError(e);
                }
            });
            server.getOutputStream().write(new byte[5_000_000]); // takes longer than two seconds
            server.shutdownOutput();
            reading.join();
            assertEquals(5_000_000, received.get());
            assertFalse(server.stalled());
        }
    }

    @Test
    void it_is_quiet_until_something_comes_or_the_other_side_closes() throws Exception {
        ChannelSocket[] pair = pair(LONG);
        try (ChannelSocket client = pair[0]; ChannelSocket server = pair[1]) {
            assertTrue(server.quiet());
            assertTrue(server.quiet());
            client.getOutputStream().write(1);
            assertFalse(server.quiet());
            assertTrue(server.quiet());
            assertEquals(0, server.getInputStream().read(new byte[0], 0, 0), "an empty read does not block");
            client.shutdownOutput();
            assertFalse(server.quiet());
        }
    }
}
