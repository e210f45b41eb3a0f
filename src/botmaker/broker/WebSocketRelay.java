package botmaker.broker;

import static java.nio.charset.StandardCharsets.US_ASCII;

import botmaker.chat.Messages;
import botmaker.dialect.Refused.Reason;
import botmaker.dialect.Refused;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.Consumer;

/// Passes the frames of a WebSocket (RFC 6455 §5.2) between a bot and its chat service, both ways at once. What the bot sends is read: a
/// message is one frame of text of at most 64 KiB, in which the token takes the placeholder's place. What the service sends passes as it
/// comes, without the token.
///
/// A message that is refused ends the connection with a frame that says so.
final class WebSocketRelay {
    private static final int PIECE = 16 * 1024;
    private static final int MOST = 64 * 1024;
    private static final int MASK_BYTES = 4;
    private static final int LEAST_HELD = 6;
    private static final int FIN = 0x80;
    private static final int MASKED = 0x80;
    private static final int TEXT = 1;
    private static final int CLOSE = 8;
    private static final int PONG = 10;
    private static final int MOST_CONTROL = 125;
    private static final int POLICY_VIOLATION = 1008;

    private final BotTokens tokens;
    private final Inbound bot;
    private final Outbound toBot; // its writes are guarded by this
    private final UpstreamAnswer server;
    private final Consumer<Refused> told;

    /// @param told is given each refusal
    WebSocketRelay(BotTokens tokens, Inbound bot, Outbound toBot, UpstreamAnswer server, Consumer<Refused> told) {
        this.tokens = tokens;
        this.bot = bot;
        this.toBot = toBot;
        this.server = server;
        this.told = told;
    }

    /// Passes frames until either side ends the connection, or a message is refused. The caller closes both.
    void run() throws IOException {
        Thread back = Thread.ofVirtual().name("web-socket").start(this::passBack);
        try {
            while (passFrame()) {
                // the next one follows
            }
        } catch (Refused e) {
            told.accept(e);
            refuse(e);
        } finally {
            server.close();
            try {
                back.join();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /// Passes what the server sends until it ends, and then ends the bot's side. Tokens that a message reveals meanwhile are known from
    /// then on.
    private void passBack() {
        TokenMask mask = new TokenMask(tokens::revealed, LEAST_HELD);
        byte[] piece = new byte[PIECE];
        try {
            for (int count; (count = server.read(piece)) >= 0; ) {
                write(mask.pass(piece, count));
            }
            write(mask.rest());
        } catch (IOException _) {
            // the bot sees that it ended
        } finally {
            bot.endSoon();
        }
    }

    private synchronized void write(byte[] bytes) throws IOException {
        toBot.write(bytes, 0, bytes.length);
    }

    /// Passes one frame of the bot; returns whether another may follow.
    private boolean passFrame() throws IOException, Refused {
        byte[] start = new byte[2];
        int first = bot.readOn(start, 0, 1);
        if (first < 0) {
            return false;
        }
        readFully(start, 1);
        int opcode = start[0] & 0x0f;
        boolean control = opcode >= CLOSE;
        if ((start[0] & 0xf0) != FIN || (start[1] & MASKED) == 0 || !control && opcode != TEXT || opcode > PONG) {
            throw new Refused(Reason.BODY, "A message of the WebSocket is not one frame of text.");
        }
        byte[] extended = new byte[switch (start[1] & 0x7f) {
            case 126 -> 2;
            case 127 -> 8;
            default -> 0;
        }];
        readFully(extended, 0);
        long length = switch (extended.length) {
            case 2 -> ByteBuffer.wrap(extended).getShort() & 0xffff;
            case 8 -> ByteBuffer.wrap(extended).getLong();
            default -> start[1] & 0x7f;
        };
        if (length < 0 || length > (control ? MOST_CONTROL : MOST)) {
            throw new Refused(Reason.SIZE, "A message of the WebSocket is larger than " + MOST + " bytes.");
        }
        byte[] rest = new byte[MASK_BYTES + (int) length];
        readFully(rest, 0);
        if (!control) {
            byte[] text = masked(rest);
            Messages.replace(text, tokens);
            System.arraycopy(text, 0, rest, MASK_BYTES, text.length);
            System.arraycopy(masked(rest), 0, rest, MASK_BYTES, text.length);
        }
        server.write(ByteBuffer.allocate(start.length + extended.length + rest.length).put(start).put(extended).put(rest).array());
        return opcode != CLOSE;
    }

    /// Returns the payload behind its mask with the mask taken off, or put on.
    private static byte[] masked(byte[] maskAndPayload) {
        byte[] payload = Arrays.copyOfRange(maskAndPayload, MASK_BYTES, maskAndPayload.length);
        for (int i = 0; i < payload.length; i++) {
            payload[i] ^= maskAndPayload[i % MASK_BYTES];
        }
        return payload;
    }

    private void readFully(byte[] into, int from) throws IOException {
        for (int at = from; at < into.length; ) {
            int count = bot.readOn(into, at, into.length - at);
            if (count < 0) {
                throw new EOFException("the bot left in the middle of a frame");
            }
            at += count;
        }
    }

    private void refuse(Refused refused) throws IOException {
        byte[] words = ("BotMaker: " + refused.getMessage()).getBytes(US_ASCII);
        int length = Math.min(words.length, MOST_CONTROL - 2);
        write(ByteBuffer.allocate(4 + length).put((byte) (FIN | CLOSE)).put((byte) (2 + length)).putShort((short) POLICY_VIOLATION)
                .put(words, 0, length).array());
    }
}
