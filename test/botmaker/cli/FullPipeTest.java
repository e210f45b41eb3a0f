package botmaker.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.support.ServerProcess;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The jar, with standard output and standard error on a full pipe that nobody reads.
@Timeout(120)
class FullPipeTest {
    private static final int REQUESTS = 3000;

    private static final String BOT = """
            {"name": "one", "instructions": "Be brief.", "ai": {"provider": "openai-compatible", "model": "m",
             "baseUrl": "http://127.0.0.1:9/v1", "apiKey": "sk-example-0123456789"}, "reach": "legacy", "channel": {"type": "webchat"}}""";

    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @TempDir
    Path directory;

    /// The first line that did not fit into the pipe held up the start, requests and SIGTERM for good.
    @Test
    void requests_are_answered_and_SIGTERM_is_obeyed() throws Exception {
        int port = freePort();
        Process process = start(port);
        try {
            awaitPort(process, port);
            int refused = 0;
            for (int i = 0; i < REQUESTS / 100; i++) {
                refused += refusedOnOneConnection(port, 100);
            }
            assertEquals(REQUESTS, refused);
            for (int i = 0; i < 20; i++) {
                assertEquals(503, createBot(port));
            }
            assertTrue(process.getInputStream().available() > 4000, "the pipe is not full");

            process.destroy();
            assertTrue(process.waitFor(20, TimeUnit.SECONDS), "SIGTERM is not obeyed");
            assertEquals(143, process.exitValue());
        } finally {
            process.destroyForcibly();
        }
    }

    /// Fills the pipe before BotMaker writes its first line. Every request is logged.
    private Process start(int port) throws IOException {
        Path logging = Files.writeString(directory.resolve("logging.properties"), """
                handlers = java.util.logging.ConsoleHandler
                java.util.logging.ConsoleHandler.level = ALL
                botmaker.http.level = FINE
                """);
        String java = String.join(" ", ServerProcess.jar("-Djava.util.logging.config.file=" + logging));
        ProcessBuilder builder = new ProcessBuilder("sh", "-c",
                "timeout 1 cat /dev/zero; exec " + java).redirectErrorStream(true);
        builder.environment().putAll(Map.of("BOTMAKER_DATA_DIR", directory.resolve("data").toString(),
                "BOTMAKER_SERVER_PORT", Integer.toString(port), "BOTMAKER_DOCKER_SOCKET", directory.resolve("no.sock").toString()));
        return builder.start();
    }

    private static void awaitPort(Process process, int port) throws Exception {
        for (int i = 0; i < 600 && process.isAlive(); i++) {
            try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return;
            } catch (IOException notYet) {
                Thread.sleep(100);
            }
        }
        throw new AssertionError("it does not listen");
    }

    private static int refusedOnOneConnection(int port, int count) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(20_000);
            String request = "GET /api/bots HTTP/1.1\r\nHost: localhost\r\nAuthorization: Basic eDp5\r\nConnection: %s\r\n\r\n";
            int refused = 0;
            for (int i = 1; i < count; i++) {
                socket.getOutputStream().write(request.formatted("keep-alive").getBytes(UTF_8));
                refused += status(head(socket.getInputStream()));
            }
            socket.getOutputStream().write(request.formatted("close").getBytes(UTF_8));
            return refused + status(new String(socket.getInputStream().readAllBytes(), UTF_8));
        }
    }

    /// Makes BotMaker log that the engine is away before it answers.
    private int createBot(int port) throws Exception {
        String credentials = "admin:" + Files.readString(directory.resolve("data/admin-password")).strip();
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/bots")).timeout(Duration.ofSeconds(20))
                .header("Authorization", "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(UTF_8)))
                .header("Content-Type", "application/json").POST(BodyPublishers.ofString(BOT)).build();
        return client.send(request, BodyHandlers.ofString()).statusCode();
    }

    private static int status(String answer) {
        return List.of("401", "429").contains(answer.substring(9, 12)) ? 1 : 0;
    }

    private static String head(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        while (!head.toString(UTF_8).endsWith("\r\n\r\n")) {
            int b = in.read();
            if (b < 0) {
                throw new IOException("cut off: " + head);
            }
            head.write(b);
        }
        String text = head.toString(UTF_8);
        int length = Integer.parseInt(text.replaceFirst("(?is).*content-length: *([0-9]+).*", "$1"));
        in.readNBytes(length);
        return text;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
