package botmaker.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.broker.Scene.Client;
import botmaker.file.PrivateFiles;
import botmaker.json.Json;
import botmaker.wire.ChannelSocket;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What the dashboard asks the broker.
@Timeout(60)
final class ControlTest {
    @TempDir
    Path dir;

    private String ask(String request) throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.connect(UnixDomainSocketAddress.of(dir.resolve("control")));
        try (ChannelSocket socket = new ChannelSocket(channel, Duration.ofSeconds(30))) {
            return new Client(socket).send(request + " HTTP/1.1\r\nHost: control\r\n\r\n").rest();
        }
    }

    @Test
    void it_tells_the_state_and_reloads_for_its_own_user_only() throws Exception {
        AtomicInteger reloads = new AtomicInteger();
        try (LinkSocket _ = Control.open(dir.resolve("control"), () -> Json.object().put("reloads", reloads.get()).build(),
                reloads::incrementAndGet)) {
            assertEquals(PrivateFiles.permissions(0600), Files.getPosixFilePermissions(dir.resolve("control")));
            assertTrue(ask("GET /status").endsWith("{\"reloads\":0}"));
            assertTrue(ask("POST /reload").endsWith("{\"reloads\":1}"));
            assertEquals("", ask("POST /other").replace(" (broken)", ""));
            assertTrue(ask("GET /status").endsWith("{\"reloads\":1}"), "it goes on");
        }
        assertFalse(Files.exists(dir.resolve("control")));
    }
}
