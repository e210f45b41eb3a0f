package botmaker.broker;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A bot at Mattermost's WebSocket, from its socket to a server that a test plays.
@Timeout(90)
final class WebSocketTest {
    private static final String TOKEN = "realrealrealrealrealreal12";
    private static final String PLACEHOLDER = "placeholderplaceholder1234";
    private static final byte[] MASK = {1, (byte) 200, 0x55, 7};
    private static final String HANDSHAKE = "GET /api/v4/websocket HTTP/1.1\r\nHost: chat.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            + "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n";

    @TempDir
    Path dir;
    private final BlockingQueue<String> heads = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> frames = new LinkedBlockingQueue<>();
    private final BlockingQueue<Socket> served = new LinkedBlockingQueue<>();
    private ChatScene scene;

    @BeforeEach
    void open() throws IOException {
        scene = new ChatScene(dir, "mattermost", "", Map.of(PLACEHOLDER, TOKEN), List.of("chat.test"), Optional.of(socket -> {
            heads.add(Scene.Server.request(socket).orElseThrow());
            Scene.Server.say(socket, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: x\r\n\r\n");
            served.add(socket);
            for (Optional<String> frame; (frame = read(socket.getInputStream())).isPresent(); ) {
                frames.add(frame.get());
            }
            frames.add("(end)");
        }));
    }

    @AfterEach
    void close() throws IOException {
        scene.close();
    }

    /// Reads a masked frame; empty at the end.
    private static Optional<String> read(InputStream in) throws IOException {
        byte[] start = in.readNBytes(2);
        if (start.length < 2) {
            return Optional.empty();
        }
        int length = start[1] & 0x7f;
        if (length >= 126) {
            length = new BigInteger(1, in.readNBytes(length == 126 ? 2 : 8)).intValueExact();
        }
        byte[] mask = in.readNBytes(4);
        byte[] payload = in.readNBytes(length);
        for (int i = 0; i < payload.length; i++) {
            payload[i] ^= mask[i % 4];
        }
        return Optional.of((start[0] & 0x0f) + " " + new String(payload, UTF_8));
    }

    private static byte[] frame(int first, String text) {
        byte[] payload = text.getBytes(UTF_8);
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.write(first);
        if (payload.length < 126) {
            frame.write(0x80 | payload.length);
        } else if (payload.length < 1 << 16) {
            frame.write(0x80 | 126);
            frame.writeBytes(ByteBuffer.allocate(2).putShort((short) payload.length).array());
        } else {
            frame.write(0x80 | 127);
            frame.writeBytes(ByteBuffer.allocate(8).putLong(payload.length).array());
        }
        frame.writeBytes(MASK);
        for (int i = 0; i < payload.length; i++) {
            frame.write(payload[i] ^ MASK[i % 4]);
        }
        return frame.toByteArray();
    }

    private static byte[] text(String text) {
        return frame(0x81, text);
    }

    private static String challenge(String token) {
        return "{\"seq\":1,\"action\":\"authentication_challenge\",\"data\":{\"token\":\"" + token + "\"}}";
    }

    private Scene.Client connected() throws IOException {
        Scene.Client bot = scene.bot().send(HANDSHAKE + "\r\n");
        String head = bot.until("\r\n\r\n");
        assertTrue(head.startsWith("HTTP/1.1 101 ") && head.contains("Upgrade: websocket\r\n") && head.contains("Sec-WebSocket-Accept: x\r\n"), head);
        return bot;
    }

    private String next() throws InterruptedException {
        return Optional.ofNullable(frames.poll(20, TimeUnit.SECONDS)).orElse("(nothing)");
    }

    @Test
    void the_token_is_put_into_the_first_message_and_all_others_pass_both_ways() throws Exception {
        Scene.Client bot = connected();
        assertFalse(heads.take().contains("Sec-WebSocket-Extensions"), "extensions are asked for");
        bot.socket().getOutputStream().write(text(challenge(PLACEHOLDER)));
        assertEquals("1 " + challenge(TOKEN), next());
        bot.socket().getOutputStream().write(text("{\"action\":\"user_typing\",\"text\":\"" + "x".repeat(3000) + "\"}"));
        assertEquals("1 {\"action\":\"user_typing\",\"text\":\"" + "x".repeat(3000) + "\"}", next());
        bot.socket().getOutputStream().write(frame(0x89, "ping"));
        assertEquals("9 ping", next());

        Socket server = served.take();
        server.getOutputStream().write(("\u0081\u0005hello" + "\u0081\u001c\"" + TOKEN + "\"").getBytes(ISO_8859_1));
        assertEquals("\u0081\u0005hello\u0081\u001c\"" + "*".repeat(26) + "\"", new String(bot.socket().getInputStream().readNBytes(37), ISO_8859_1));
        bot.socket().getOutputStream().write(frame(0x88, "\u0003\u00e8"));
        assertTrue(next().startsWith("8 "));
        assertEquals("(end)", next());
        assertEquals(List.of(), scene.refusals());
    }

    @Test
    void it_ends_on_both_sides_when_one_side_ends() throws Exception {
        Scene.Client left = connected();
        left.socket().close();
        assertEquals("(end)", next());

        Scene.Client bot = connected();
        served.take();
        served.take().close();
        assertEquals("", bot.rest());
    }

    @Test
    void a_message_that_arrives_byte_by_byte_is_one() throws Exception {
        Scene.Client bot = connected();
        byte[] message = text(challenge(PLACEHOLDER));
        for (int i = 0; i < message.length; i++) {
            bot.socket().getOutputStream().write(message[i]);
            if (i % 16 == 0) {
                Thread.sleep(20); // what is sent meanwhile does not arrive together
            }
        }
        assertEquals("1 " + challenge(TOKEN), next());
    }

    @Test
    void frames_of_every_size_pass_up_to_the_largest() throws Exception {
        Scene.Client bot = connected();
        for (int size : List.of(2, 125, 126, 1 << 8, (1 << 16) - 1, 1 << 16)) {
            String text = '"' + "x".repeat(size - 2) + '"';
            bot.socket().getOutputStream().write(text(text));
            assertEquals("1 " + text, next(), "of " + size + " bytes");
        }
        bot.socket().getOutputStream().write(frame(0x89, "x".repeat(125)));
        assertEquals("9 " + "x".repeat(125), next());
        bot.socket().getOutputStream().write(frame(0x8a, ""));
        assertEquals("10 ", next());
        byte[] two = (new String(text("1"), ISO_8859_1) + new String(text("2"), ISO_8859_1)).getBytes(ISO_8859_1);
        bot.socket().getOutputStream().write(two);
        assertEquals("1 1 1 2", next() + " " + next());
        assertEquals(List.of(), scene.refusals());
    }

    @Test
    void half_a_frame_does_not_pass() throws Exception {
        byte[] whole = text(challenge(PLACEHOLDER));
        for (int count : List.of(1, 2, 5, whole.length - 1)) {
            Scene.Client bot = connected();
            bot.socket().getOutputStream().write(whole, 0, count);
            bot.socket().close();
            assertEquals("(end)", next(), "after " + count + " bytes");
        }
        assertEquals(List.of(), scene.refusals());
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "{'action':'authentication_challenge','data':{'token':'foreign'}}",
        "{'action':'authentication_challenge','data':{'Token':'foreign'}}",
        "{'action':'authentication_challenge','data':{'TO\\u004bEN':'foreign'}}",
        "{'action':'authentication_challenge','data':{'token':'PLACEHOLDER','Token':'foreign'}}",
        "{'action':'authentication_challenge','data':{'token':'PLACEHOLDER','token':'foreign'}}",
        "{'data':{'token':'foreign'},'Data':{'token':'PLACEHOLDER'}}",
        "{'data':{'token':['PLACEHOLDER']}}",
        "{'data':{'token':'PLACEHOLDER'},'x':'PLACEHOLDER'}",
        "{'data':{'token':'\\u0070laceholderplaceholder1234'}}",
        "{'data':{'token':'\\u0070laceholderplaceholder1234'},'status':'PLACEHOLDER'}",
        "{'status':'PLACEHOLDER','data':{'token':'\\u0070laceholderplaceholder1234'}}",
        "{'PLACEHOLDER':1,'data':{'token':'\\u0070laceholderplaceholder1234'}}",
        "{'data':{'token':'PLACEHOLDER'}",
        "[[{'token':'foreign'}]]",
    })
    void a_message_with_another_token_ends_the_connection(String message) throws Exception {
        Scene.Client bot = connected();
        bot.socket().getOutputStream().write(text(message.replace('\'', '"').replace("PLACEHOLDER", PLACEHOLDER)));
        String rest = bot.rest();
        assertTrue(rest.startsWith("\u0088") && rest.contains("BotMaker: "), rest);
        assertFalse(rest.contains("foreign") || rest.contains(PLACEHOLDER), rest);
        assertEquals("(end)", next());
        assertEquals(1, scene.refusals().size());
        assertTrue(List.of("credential", "body").contains(scene.refusals().getFirst()), scene.refusals().toString());
    }

    @Test
    void what_is_not_one_frame_of_text_ends_the_connection() throws Exception {
        byte[] unmasked = "\u0081\u0002{}".getBytes(ISO_8859_1);
        byte[] large = Arrays.copyOf(new byte[] {(byte) 0x81, (byte) 0xff, 0, 0, 0, 0, 0, 1, 0, 1}, 40);
        byte[] endless = Arrays.copyOf(new byte[] {(byte) 0x81, (byte) 0xff, (byte) 0x80}, 40);
        byte[] endlessPing = Arrays.copyOf(new byte[] {(byte) 0x89, (byte) 0xff, (byte) 0x80}, 40);
        int count = 0;
        for (byte[] frame : List.of(frame(0x01, "{\"a\":"), frame(0x82, "{}"), frame(0xc1, "{}"), frame(0xa1, "{}"), frame(0x91, "{}"),
                frame(0x80, "{}"), unmasked, large, endless, endlessPing, frame(0x89, "x".repeat(126)), frame(0x83, "{}"), frame(0x87, "{}"),
                frame(0x8b, "{}"), frame(0x8f, "{}"), frame(0x09, "{}"), frame(0xc9, "{}"), text("no JSON"))) {
            Scene.Client bot = connected();
            bot.socket().getOutputStream().write(frame);
            String end = bot.rest();
            assertTrue(end.startsWith("\u0088"), "frame " + count);
            assertEquals(end.length() - 2, end.charAt(1), "the length of what ends the connection after frame " + count);
            assertTrue(end.length() <= 127 && end.startsWith("\u0003\u00f0BotMaker: ", 2), end);
            assertEquals("(end)", next(), "frame " + count);
            count++;
        }
        assertEquals(count, scene.activity.toJson().get(0).get("refused").elements().stream().mapToLong(it -> it.get("count").integer()).sum());
    }

    @ParameterizedTest
    @ValueSource(strings = {"Authorization: Bearer foreign\r\n", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n", "Sec-WebSocket-Version: 12\r\n",
        "X-Token: foreign\r\n"})
    void a_handshake_with_another_token_or_in_another_form_is_refused(String field) throws Exception {
        String got = scene.bot().send(HANDSHAKE + field + "\r\n").answer();
        assertTrue(got.startsWith("HTTP/1.1 4") && got.contains("x-botmaker-refused:"), got);
        assertTrue(heads.isEmpty());
    }

    @Test
    void a_handshake_may_have_the_token_in_its_header() throws Exception {
        scene.bot().send(HANDSHAKE + "Authorization: Bearer " + PLACEHOLDER + "\r\n\r\n").until("\r\n\r\n");
        assertTrue(heads.take().contains("Authorization: Bearer " + TOKEN + "\r\n"));
    }
}
