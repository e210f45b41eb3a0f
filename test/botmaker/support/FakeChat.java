package botmaker.support;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import botmaker.json.Json;
import botmaker.json.JsonException;
import botmaker.json.JsonValue;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A chat service with calls over HTTP/1.1 and, if it has one, a WebSocket, as far as one bot in a private chat needs them.
public abstract class FakeChat implements FakeInternet.Site {
    private static final Pattern PLAIN = Pattern.compile("(?i)^(content-length|authorization|sec-websocket-key|transfer-encoding): (.*)$");

    /// A call of the bot.
    ///
    /// @param body its JSON, or its form as an object; null if it has none
    protected record Call(String method, String path, String query, String authorization, JsonValue body) { }

    protected static final String FILE_NAME = "note.txt";
    protected static final String FILE = "the secret ingredient is nutmeg";

    private final List<String> calls = new CopyOnWriteArrayList<>();
    private final BlockingQueue<String> sent = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> connections = new LinkedBlockingQueue<>();
    private volatile Optional<Line> line = Optional.empty();
    private volatile String token = "";
    private volatile boolean fetched;

    /// From now on, no other token is taken.
    public final void requireToken(String required) {
        token = required;
    }

    /// Whether the bot has fetched the file that a person sent.
    public final boolean wasFetched() {
        return fetched;
    }

    protected final boolean isToken(String presented) {
        return presented.equals(token);
    }

    /// The calls so far: method and path.
    public final List<String> calls() {
        return List.copyOf(calls);
    }

    /// Waits for a text of the bot with these words.
    public final void awaitReply(String words, Duration timeout) throws InterruptedException {
        long end = System.nanoTime() + timeout.toNanos();
        while (true) {
            String text = sent.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (text == null) {
                throw new AssertionError("the bot did not say " + words + "; it called " + calls.stream().distinct().toList());
            }
            if (text.contains(words)) {
                return;
            }
        }
    }

    /// Waits until the bot has signed in at the WebSocket; returns how.
    public final String awaitConnection(Duration timeout) throws InterruptedException {
        return Optional.ofNullable(connections.poll(timeout.toNanos(), TimeUnit.NANOSECONDS))
                .orElseThrow(() -> new AssertionError("the bot did not connect; it called " + calls.stream().distinct().toList()));
    }

    /// Forgets what the bot said and how it connected, before another one comes.
    public final void forget() {
        sent.clear();
        connections.clear();
        fetched = false;
    }

    /// Someone writes to the bot in a private chat.
    public abstract void userSays(String text) throws IOException;

    /// Someone sends the bot a text file named [#FILE_NAME], with a text.
    public abstract void userSendsFile(String text) throws IOException;

    /// Breaks the WebSocket off.
    public final void cut() throws IOException {
        line.orElseThrow().socket.close();
    }

    protected final void connected(String how) {
        connections.add(how);
    }

    protected final void say(String text) {
        sent.add(text);
    }

    protected final void push(JsonValue message) throws IOException {
        line.orElseThrow().write(message);
    }

    /// Whether a call fetches the file.
    protected abstract boolean isFile(Call call);

    /// The answer to a call; empty for one that is not known.
    protected abstract Optional<JsonValue> answer(Call call);

    /// A call without the right token is answered with 401, and whatever else is wrong.
    protected abstract boolean isAuthorized(Call call);

    /// A WebSocket was opened.
    protected void opened() throws IOException { }

    /// The bot sent a message over the WebSocket.
    protected void received(JsonValue message) throws IOException { }

    private record Line(Socket socket) {
        synchronized void write(JsonValue message) throws IOException {
            byte[] payload = message.toString().getBytes(UTF_8);
            ByteArrayOutputStream frame = new ByteArrayOutputStream();
            frame.write(0x81);
            if (payload.length < 126) {
                frame.write(payload.length);
            } else {
                frame.write(126);
                frame.writeBytes(ByteBuffer.allocate(2).putShort((short) payload.length).array());
            }
            frame.writeBytes(payload);
            socket.getOutputStream().write(frame.toByteArray());
        }
    }

    @Override
    public final void serve(Socket socket) throws IOException {
        while (true) {
            String head = FakeInternet.head(socket.getInputStream());
            String[] start = head.lines().findFirst().orElseThrow().split(" ");
            String[] target = start[1].split("\\?", 2);
            Call call = new Call(start[0], target[0], target.length > 1 ? target[1] : "", field(head, "authorization"),
                    body(head, socket.getInputStream()));
            calls.add(call.method + " " + call.path);
            String key = field(head, "sec-websocket-key");
            if (!key.isEmpty()) {
                upgrade(socket, key);
                return;
            }
            boolean right = isAuthorized(call);
            if (right && isFile(call)) {
                fetched = true;
                socket.getOutputStream().write(("HTTP/1.1 200 X\r\nContent-Type: text/plain\r\nContent-Length: " + FILE.length() + "\r\n\r\n" + FILE)
                        .getBytes(ISO_8859_1));
                continue;
            }
            Optional<JsonValue> answer = right ? answer(call) : Optional.of(Json.object().put("error", "unauthorized").build());
            byte[] bytes = answer.map(JsonValue::toString).orElse("{\"ok\":false,\"error\":\"unknown_method\",\"errcode\":\"M_NOT_FOUND\"}").getBytes(UTF_8);
            socket.getOutputStream().write(("HTTP/1.1 " + (!right ? "401" : answer.isPresent() ? "200" : "404") + " X\r\nContent-Type: application/json\r\n"
                    + "Content-Length: " + bytes.length + "\r\n\r\n").getBytes(ISO_8859_1));
            socket.getOutputStream().write(bytes);
        }
    }

    private static String field(String head, String name) {
        return head.lines().map(PLAIN::matcher).filter(Matcher::matches).filter(it -> it.group(1).toLowerCase(Locale.ROOT).equals(name))
                .map(it -> it.group(2)).findFirst().orElse("");
    }

    private static JsonValue body(String head, InputStream in) throws IOException {
        String length = field(head, "content-length");
        byte[] bytes = length.isEmpty() ? new byte[0] : in.readNBytes(Integer.parseInt(length));
        String text = new String(bytes, UTF_8);
        try {
            return text.isEmpty() ? Json.NULL : JsonValue.parse(bytes);
        } catch (JsonException form) {
            var json = Json.object();
            for (String pair : text.split("&")) {
                String[] parts = pair.split("=", 2);
                json.put(URLDecoder.decode(parts[0], UTF_8).replaceAll("\\W", "_"), parts.length > 1 ? URLDecoder.decode(parts[1], UTF_8) : "");
            }
            return json.build();
        }
    }

    private void upgrade(Socket socket, String key) throws IOException {
        byte[] accept;
        try {
            accept = MessageDigest.getInstance("SHA-1").digest((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(ISO_8859_1));
        } catch (NoSuchAlgorithmException e) {
            throw new IOException(e);
        }
        socket.getOutputStream().write(("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: "
                + Base64.getEncoder().encodeToString(accept) + "\r\n\r\n").getBytes(ISO_8859_1));
        line = Optional.of(new Line(socket));
        opened();
        InputStream in = socket.getInputStream();
        while (true) {
            byte[] start = in.readNBytes(2);
            if (start.length < 2) {
                throw new EOFException();
            }
            int length = start[1] & 0x7f;
            if (length == 126) {
                length = ByteBuffer.wrap(in.readNBytes(2)).getShort() & 0xffff;
            }
            byte[] mask = in.readNBytes(4);
            byte[] payload = in.readNBytes(length);
            for (int i = 0; i < payload.length; i++) {
                payload[i] ^= mask[i % 4];
            }
            if ((start[0] & 0x0f) == 1) {
                received(JsonValue.parse(payload));
            } else if ((start[0] & 0x0f) == 9) {
                socket.getOutputStream().write(new byte[] {(byte) 0x8a, 0});
            }
        }
    }
}
