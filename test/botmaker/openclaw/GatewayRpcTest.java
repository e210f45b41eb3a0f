package botmaker.openclaw;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.json.Json;
import botmaker.json.JsonValue;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Calls to a gateway that this test plays, as a bot that was taken over would.
@Timeout(60)
class GatewayRpcTest {
    private static final String HELLO = "{\"type\":\"res\",\"id\":\"1\",\"ok\":true,\"payload\":{\"auth\":{\"scopes\":[\"operator.pairing\"]}}}";
    private static final String ANSWER = "{\"type\":\"res\",\"id\":\"2\",\"ok\":true,\"payload\":{\"a\":1}}";

    private ServerSocket listening;
    private final BlockingQueue<String> received = new LinkedBlockingQueue<>();

    @BeforeEach
    void listen() throws IOException {
        listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void close() throws IOException {
        listening.close();
    }

    /// What the gateway does on the connection after it has become a WebSocket.
    private interface Script {
        void run(DataInputStream in, OutputStream out) throws IOException;
    }

    private void plays(Script script) {
        Thread.ofVirtual().start(() -> {
            try (Socket client = listening.accept()) {
                DataInputStream in = new DataInputStream(client.getInputStream());
                String key = "";
                for (String line = line(in); !line.isEmpty(); line = line(in)) {
                    received.add(line);
                    key = line.startsWith("Sec-WebSocket-Key: ") ? line.substring(19) : key;
                }
                client.getOutputStream().write(("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
                        + accept(key) + "\r\n\r\n").getBytes(ISO_8859_1));
                script.run(in, client.getOutputStream());
                in.readAllBytes();
            } catch (IOException _) {
                // the client left
            }
        });
    }

    private static String line(DataInputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int one = in.readUnsignedByte(); one != '\n'; one = in.readUnsignedByte()) {
            line.write(one);
        }
        return line.toString(ISO_8859_1).strip();
    }

    private static String accept(String key) {
        try {
            return Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-1")
                    .digest((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(ISO_8859_1)));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    /// Reads a frame of the client, which is masked, and returns its payload.
    private String frame(DataInputStream in) throws IOException {
        int first = in.readUnsignedByte();
        int second = in.readUnsignedByte();
        assertTrue(second > 127, "it is not masked");
        int length = second == 254 ? in.readUnsignedShort() : second & 127;
        byte[] mask = in.readNBytes(4);
        byte[] payload = in.readNBytes(length);
        for (int i = 0; i < length; i++) {
            payload[i] ^= mask[i % 4];
        }
        String text = new String(payload, UTF_8);
        received.add((first & 15) + " " + text);
        return text;
    }

    private static byte[] of(int first, byte[] payload) {
        ByteBuffer frame = ByteBuffer.allocate(10 + payload.length).put((byte) first);
        if (payload.length < 126) {
            frame.put((byte) payload.length);
        } else {
            frame.put((byte) 127).putLong(payload.length);
        }
        frame.put(payload);
        return Arrays.copyOf(frame.array(), frame.position());
    }

    private static byte[] text(String message) {
        return of(0x81, message.getBytes(UTF_8));
    }

    private GatewayRpc open(Duration time) throws Exception {
        Gateway.Door door = new Gateway.Address(InetAddress.getLoopbackAddress(), listening.getLocalPort());
        return GatewayRpc.open(new Gateway(door, "token-canary"), Set.of("operator.pairing"), System.nanoTime() + time.toNanos());
    }

    private GatewayRpc open() throws Exception {
        return open(Duration.ofSeconds(30));
    }

    private String next() throws InterruptedException {
        return received.poll(30, TimeUnit.SECONDS);
    }

    @Test
    void it_signs_in_with_the_token_and_calls_among_events_pings_and_pieces() throws Exception {
        plays((in, out) -> {
            out.write(text("{\"type\":\"event\",\"event\":\"connect.challenge\",\"payload\":{\"nonce\":\"n\"}}"));
            frame(in);
            out.write(text(HELLO));
            frame(in);
            out.write(text("{\"type\":\"event\",\"event\":\"tick\"}"));
            out.write(text("{\"type\":\"res\",\"id\":\"9\",\"ok\":true,\"payload\":\"of another call\"}"));
            out.write(of(0x01, ANSWER.substring(0, 20).getBytes(UTF_8)));
            out.write(of(0x89, "still there?".getBytes(UTF_8)));
            out.write(of(0x80, ANSWER.substring(20).getBytes(UTF_8)));
            frame(in);
        });
        try (GatewayRpc rpc = open()) {
            assertTrue(rpc.may("operator.pairing"));
            assertFalse(rpc.may("operator.admin"));
            String parameter = "é".repeat(300);
            assertEquals("{\"a\":1}", rpc.call("x.y", Json.object().put("p", parameter).build()).toString());
            assertEquals("GET / HTTP/1.1", next());
            String line;
            while (!(line = next()).startsWith("1 ")) {
                assertFalse(line.contains("canary"), line);
            }
            JsonValue connect = JsonValue.parse(line.substring(2));
            assertEquals("token-canary", connect.get("params").get("auth").get("token").string());
            assertEquals("[\"operator.pairing\"]", connect.get("params").get("scopes").toString());
            JsonValue call = JsonValue.parse(next().substring(2));
            assertEquals("x.y", call.get("method").string());
            assertEquals(parameter, call.get("params").get("p").string());
            assertEquals("10 still there?", next());
        }
    }

    @Test
    void a_refusal_has_its_code() throws Exception {
        plays((in, out) -> {
            frame(in);
            out.write(text("{\"type\":\"res\",\"id\":\"1\",\"ok\":false,\"error\":{\"code\":\"UNAVAILABLE\",\"message\":\"sk-canary\"}}"));
        });
        GatewayRpc.Refused refused = assertThrows(GatewayRpc.Refused.class, this::open);
        assertEquals("UNAVAILABLE", refused.code());
        assertFalse(refused.getMessage().contains("canary"));
    }

    static Stream<byte[]> whatNoGatewaySends() {
        return Stream.of(
                text("no JSON"),
                of(0x81, new byte[] {(byte) 0xff}), // not UTF-8
                of(0x82, new byte[] {1}), // bytes
                of(0xc1, "{}".getBytes(UTF_8)), // compressed
                of(0x80, "{}".getBytes(UTF_8)), // the end of no message
                new byte[] {1, 1, '{', (byte) 0x81, 1, '{'}, // a message in a message
                new byte[] {(byte) 0x81, (byte) 0x81, 0, 0, 0, 0, '{'}, // masked
                new byte[] {(byte) 0x89, 126, 1, 0}, // a long ping
                new byte[] {(byte) 0x81, 127, -1, -1, -1, -1, -1, -1, -1, -1},
                new byte[] {(byte) 0x81, 127, 0, 0, 0, 1, 0, 0, 0, 0},
                of(0x88, new byte[] {3, (byte) 0xe8}),
                of(0x83, new byte[0]),
                new byte[] {(byte) 0x81, 20, '{'});
    }

    @ParameterizedTest
    @MethodSource("whatNoGatewaySends")
    void what_no_gateway_sends_ends_the_connection(byte[] frame) {
        plays((in, out) -> {
            frame(in);
            out.write(frame);
            in.close();
        });
        assertThrows(IOException.class, this::open);
    }

    /// Each is small, but they never end.
    @Test
    void events_without_end_are_not_read_without_end() {
        plays((in, out) -> {
            byte[] event = text("{\"type\":\"event\",\"x\":\"" + "x".repeat(60_000) + "\"}");
            while (true) {
                out.write(event);
            }
        });
        assertThrows(IOException.class, this::open);
    }

    @Test
    void who_answers_too_late_or_not_at_all_is_given_up() throws Exception {
        plays((in, _) -> frame(in));
        assertThrows(TimeoutException.class, () -> open(Duration.ofSeconds(1)));
        listening.close();
        assertThrows(ConnectException.class, this::open);
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Accept: wrong\r\n\r\n", "x\r\n\r\n"})
    void who_speaks_no_websocket_gets_no_token(String head) {
        Thread.ofVirtual().start(() -> {
            try (Socket client = listening.accept()) {
                client.getOutputStream().write(head.getBytes(ISO_8859_1));
                received.add(new String(client.getInputStream().readAllBytes(), ISO_8859_1));
            } catch (IOException e) {
                received.add(e.toString());
            }
        });
        assertThrows(IOException.class, this::open);
        assertFalse(received.stream().anyMatch(it -> it.contains("canary")), received::toString);
    }
}
