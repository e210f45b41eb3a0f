package botmaker.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A socket that reads ahead.
final class ChannelSocketTest {
    private SocketChannel other;
    private ChannelSocket socket;
    private int waits;

    @BeforeEach
    void connect() throws IOException {
        try (ServerSocketChannel listening = ServerSocketChannel.open()) {
            listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            other = SocketChannel.open(listening.getLocalAddress());
            socket = new ChannelSocket(listening.accept(), Duration.ofMinutes(1));
        }
        socket.readAhead(100);
        socket.beforeWaiting(() -> waits++);
    }

    @AfterEach
    void close() throws IOException {
        other.close();
        socket.close();
    }

    private void send(int count) throws IOException {
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++) {
            bytes[i] = (byte) i;
        }
        other.write(ByteBuffer.wrap(bytes));
    }

    @Test
    void it_waits_only_when_what_came_before_was_taken() throws IOException {
        send(10);
        assertArrayEquals(new byte[] {0, 1, 2}, socket.getInputStream().readNBytes(3));
        assertEquals(1, waits);
        assertArrayEquals(new byte[] {3, 4, 5, 6, 7, 8, 9}, socket.getInputStream().readNBytes(7));
        assertEquals(1, waits, "for bytes that had come");
        send(1);
        assertEquals(0, socket.getInputStream().read());
        assertEquals(2, waits);
    }

    @Test
    void every_byte_comes_once_and_in_order_however_it_is_read() throws IOException {
        for (int size : new int[] {1, 7, 99, 100, 101, 250}) {
            send(250);
            byte[] all = new byte[250];
            for (int at = 0; at < all.length; ) {
                at += socket.getInputStream().read(all, at, Math.min(size, all.length - at));
            }
            for (int i = 0; i < all.length; i++) {
                assertEquals((byte) i, all[i], "read by " + size + ": " + Arrays.toString(all));
            }
        }
    }

    @Test
    void every_byte_comes_once_and_in_order_while_more_and_less_arrives_at_a_time() throws IOException {
        socket.readAhead(17 * 1024);
        Random random = new Random(7);
        for (int round = 0; round < 300; round++) {
            int count = 1 << random.nextInt(15);
            send(count);
            byte[] all = new byte[count];
            for (int at = 0; at < count; ) {
                at += socket.getInputStream().read(all, at, Math.min(1 + random.nextInt(20_000), count - at));
            }
            for (int i = 0; i < count; i++) {
                assertEquals((byte) i, all[i], "byte " + i + " of " + count + " in round " + round);
            }
        }
    }

    @Test
    void a_socket_with_bytes_that_nobody_took_is_not_quiet() throws IOException {
        send(2);
        socket.getInputStream().read();
        assertFalse(socket.quiet());
    }

    @Test
    void the_end_is_told_after_the_last_byte() throws IOException {
        send(2);
        other.close();
        assertEquals(2, socket.getInputStream().readAllBytes().length);
        assertEquals(-1, socket.getInputStream().read());
    }

    /// What was read before came once more after a read that failed.
    @Test
    void no_byte_comes_after_a_read_that_failed() throws IOException {
        send(3);
        assertEquals(3, socket.getInputStream().readNBytes(3).length);
        socket.close();
        assertThrows(IOException.class, () -> socket.getInputStream().read());
        assertThrows(IOException.class, () -> socket.getInputStream().read());
    }

    @Test
    void what_fails_before_waiting_fails_the_read() {
        socket.beforeWaiting(() -> {
            throw new IOException("the bot left");
        });
        assertEquals("the bot left", assertThrows(IOException.class, () -> socket.getInputStream().read()).getMessage());
    }
}
