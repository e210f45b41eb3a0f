package botmaker.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A listening socket that fails now and then.
@Timeout(60)
final class AcceptLoopTest {
    /// What one call of `accept` does.
    private interface Step {
        SocketChannel accept() throws IOException;
    }

    /// Takes one step a call; blocks without one until it is closed.
    private static final class Listener extends ServerSocketChannel {
        private final BlockingQueue<Step> steps = new LinkedBlockingQueue<>();

        Listener() {
            super(SelectorProvider.provider());
        }

        @Override
        public SocketChannel accept() throws IOException {
            try {
                return steps.take().accept();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }

        @Override
        protected void implCloseSelectableChannel() {
            steps.add(() -> {
                throw new ClosedChannelException();
            });
        }

        @Override
        public ServerSocketChannel bind(SocketAddress local, int backlog) {
            throw new UnsupportedOperationException();
        }

        @Override
        public <T> ServerSocketChannel setOption(SocketOption<T> name, T value) {
            throw new UnsupportedOperationException();
        }

        @Override
        public <T> T getOption(SocketOption<T> name) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Set<SocketOption<?>> supportedOptions() {
            return Set.of();
        }

        @Override
        public ServerSocket socket() {
            throw new UnsupportedOperationException();
        }

        @Override
        public SocketAddress getLocalAddress() {
            throw new UnsupportedOperationException();
        }

        @Override
        protected void implConfigureBlocking(boolean block) {
            throw new UnsupportedOperationException();
        }
    }

    @Test
    void only_a_close_ends_it() throws Exception {
        BlockingQueue<SocketChannel> served = new LinkedBlockingQueue<>();
        List<SocketChannel> failed = new ArrayList<>();
        Thread loop;
        try (Listener listener = new Listener(); SocketChannel first = SocketChannel.open(); SocketChannel refused = SocketChannel.open();
                SocketChannel last = SocketChannel.open()) {
            listener.steps.add(() -> {
                throw new IOException("Too many open files");
            });
            listener.steps.add(() -> first);
            listener.steps.add(() -> {
                throw new OutOfMemoryError("of the test");
            });
            listener.steps.add(() -> refused);
            listener.steps.add(() -> last);
            long start = System.nanoTime();
            loop = Thread.ofVirtual().start(() -> AcceptLoop.run(listener, "the test", client -> {
                if (client == refused) {
                    failed.add(client);
                    throw new OutOfMemoryError("of the test");
                }
                served.add(client);
            }));
            assertEquals(first, served.poll(30, TimeUnit.SECONDS));
            assertEquals(last, served.poll(30, TimeUnit.SECONDS));
            assertTrue(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start) >= 500, "it paused after each of three failures");
            assertEquals(List.of(refused), failed);
            assertFalse(refused.isOpen(), "nobody else closes it");
            assertTrue(last.isOpen());
        }
        assertTrue(loop.join(Duration.ofSeconds(30)));
    }
}
