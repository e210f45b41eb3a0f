package botmaker.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;

/// The client's end of a WebSocket (RFC 6455): sends and reads messages of text, one at a time. For one thread.
public final class WebSocket {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"; // of every WebSocket (RFC 6455 §1.3)
    private static final int SWITCHING = 101;
    private static final int FIN = 0x80;
    private static final int MASKED = 0x80;
    private static final int CONTINUATION = 0;
    private static final int TEXT = 1;
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int PONG = 10;
    private static final int MOST_CONTROL = 125;

    private final MessageReader reader;
    private final OutputStream out;
    private final Framing bytes = Framing.untilClose();
    private long left;

    private WebSocket(MessageReader reader, OutputStream out, long most) {
        this.reader = reader;
        this.out = out;
        this.left = most;
    }

    /// Asks a server to speak WebSocket.
    ///
    /// @param fields of the request, with `Host`
    /// @param most   bytes that the server may send altogether
    /// @throws ProtocolException if it does not
    public static WebSocket open(MessageReader reader, OutputStream out, String path, HeaderFields fields, long most) throws IOException {
        byte[] random = new byte[16];
        RANDOM.nextBytes(random);
        String key = Base64.getEncoder().encodeToString(random);
        out.write(fields.and(HeaderFields.of("Connection", "Upgrade", "Upgrade", "websocket", "Sec-WebSocket-Version", "13", "Sec-WebSocket-Key", key))
                .head("GET " + path + " HTTP/1.1"));
        ResponseHead head = ResponseHead.of(reader.head(ResponseHead.MAX_BYTES));
        if (head.status() != SWITCHING || !head.header("Sec-WebSocket-Accept").equals(Optional.of(accepting(key)))) {
            throw new ProtocolException("the server does not speak WebSocket (status " + head.status() + ")");
        }
        return new WebSocket(reader, out, most);
    }

    private static String accepting(String key) {
        try {
            return Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-1").digest((key + GUID).getBytes(US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Sends a message.
    public void send(String text) throws IOException {
        frame(TEXT, text.getBytes(UTF_8));
    }

    private void frame(int opcode, byte[] payload) throws IOException {
        byte[] mask = new byte[4];
        RANDOM.nextBytes(mask);
        ByteBuffer frame = ByteBuffer.allocate(14 + payload.length).put((byte) (FIN | opcode));
        if (payload.length <= MOST_CONTROL) {
            frame.put((byte) (MASKED | payload.length));
        } else if (payload.length <= 0xffff) {
            frame.put((byte) (MASKED | 126)).putShort((short) payload.length);
        } else {
            frame.put((byte) (MASKED | 127)).putLong(payload.length);
        }
        frame.put(mask);
        for (int i = 0; i < payload.length; i++) {
            frame.put((byte) (payload[i] ^ mask[i % mask.length]));
        }
        out.write(frame.array(), 0, frame.position());
    }

    /// Waits for the next message.
    ///
    /// @throws EOFException      if the server ends the connection
    /// @throws ProtocolException if it sends anything but text, or too much
    public String read() throws IOException {
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        boolean begun = false;
        while (true) {
            int first = take(1)[0] & 0xff;
            int opcode = first & 0x0f;
            byte[] payload = take(length(opcode));
            if ((first & 0x70) != 0) {
                throw new ProtocolException("a frame has a bit that means nothing here");
            }
            switch (opcode) {
                case PING -> frame(PONG, payload);
                case PONG -> { }
                case CLOSE -> throw new EOFException("the server closed the WebSocket");
                case TEXT, CONTINUATION -> {
                    if (begun != (opcode == CONTINUATION)) {
                        throw new ProtocolException("a message begins in the middle of another");
                    }
                    begun = true;
                    message.writeBytes(payload);
                    if ((first & FIN) != 0) {
                        return text(message.toByteArray());
                    }
                }
                default -> throw new ProtocolException("a frame is neither text nor control");
            }
        }
    }

    private static String text(byte[] bytes) throws ProtocolException {
        try {
            return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException _) {
            throw new ProtocolException("a message is not UTF-8");
        }
    }

    private long length(int opcode) throws IOException {
        int second = take(1)[0] & 0xff;
        if ((second & MASKED) != 0 || opcode >= CLOSE && second > MOST_CONTROL) {
            throw new ProtocolException("a frame has a form that no server sends");
        }
        return switch (second) {
            case 126 -> ByteBuffer.wrap(take(2)).getShort() & 0xffff;
            case 127 -> ByteBuffer.wrap(take(8)).getLong();
            default -> second;
        };
    }

    private byte[] take(long count) throws IOException {
        if (count < 0 || count > left) {
            throw new ProtocolException("the server sends too much");
        }
        left -= count;
        byte[] taken = new byte[(int) count];
        for (int at = 0; at < taken.length; ) {
            int more = reader.read(bytes, taken, at, taken.length - at);
            if (more < 0) {
                throw new EOFException("the server ended the connection");
            }
            at += more;
        }
        return taken;
    }
}
