package botmaker.docker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(20)
final class ConnectionTest {
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Connection> connections = new ArrayList<>();
    private ServerSocketChannel server;
    private Path socket;

    @BeforeEach
    void listen(@TempDir Path directory) throws Exception {
        socket = directory.resolve("s");
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(socket), 1);
    }

    @AfterEach
    void end() throws Exception {
        connections.forEach(Connection::close);
        server.close();
        threads.close();
    }

    @Test
    void a_full_backlog_is_waited_out() throws Exception {
        Future<?> waiting = fillBacklog();
        for (int i = 0; i < connections.size(); i++) {
            server.accept().close();
        }
        waiting.get(5, TimeUnit.SECONDS);
    }

    @Test
    void closing_ends_the_wait_for_a_full_backlog() throws Exception {
        Future<?> waiting = fillBacklog();
        connections.getLast().close();
        ExecutionException e = assertThrows(ExecutionException.class, () -> waiting.get(5, TimeUnit.SECONDS));
        assertEquals(AsynchronousCloseException.class, e.getCause().getClass());
    }

    @Test
    void a_socket_that_nobody_listens_on_is_said_with_its_path() throws Exception {
        server.close();
        try (Connection connection = new Connection(socket, new AtomicLong())) {
            ConnectException e = assertThrows(ConnectException.class, connection::connect);
            assertEquals("cannot connect to " + socket + ": Connection refused", e.getMessage());
        }
    }

    @Test
    void a_closed_connection_does_not_connect() {
        Connection connection = new Connection(socket, new AtomicLong());
        connection.close();
        assertThrows(AsynchronousCloseException.class, connection::connect);
    }

    /// Connects until a connect has to wait; that one is the last of the connections.
    private Future<?> fillBacklog() throws Exception {
        while (true) {
            Connection connection = new Connection(socket, new AtomicLong());
            connections.add(connection);
            Future<?> connecting = threads.submit(() -> {
                connection.connect();
                return null;
            });
            try {
                connecting.get(300, TimeUnit.MILLISECONDS);
            } catch (TimeoutException _) {
                return connecting;
            }
        }
    }
}
