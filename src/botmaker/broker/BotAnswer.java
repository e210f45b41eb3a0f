package botmaker.broker;

import static java.nio.charset.StandardCharsets.US_ASCII;

import botmaker.wire.HeaderFields;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ProtocolException;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/// The answer to a bot, as bytes (RFC 9112 §4, §7.1). For the thread of its connection.
final class BotAnswer implements Outbound {
    private static final int RECORD = 16 * 1024 - 32; // bytes that fit into a record of TLS; this JDK adds up to 17
    private static final int START = 6; // bytes before the data of a chunk: its size
    private static final byte[] LAST_CHUNK = "0\r\n\r\n".getBytes(US_ASCII);
    private static final byte[] LINE_END = "\r\n".getBytes(US_ASCII);
    private static final int FEW = 1024; // bytes of an event and what frames it
    private static final byte[] NOTHING = {};
    private static final int MOST_DATA = RECORD - START - LINE_END.length;
    private static final long CHUNKED = -1;
    private static final long SWITCHED = -2;

    private final OutputStream out;
    private final boolean toHead;
    private final BooleanSupplier closes;
    private boolean begun;
    private boolean ended;
    private boolean closing;
    private long left; // of the body, or CHUNKED, or SWITCHED
    private byte[] chunk = NOTHING;
    private int data; // bytes of the body in the chunk

    /// @param toHead whether the request is a HEAD, whose answer has no body
    /// @param closes whether the connection ends with this answer; asked when it begins
    BotAnswer(OutputStream out, boolean toHead, BooleanSupplier closes) {
        this.out = out;
        this.toHead = toHead;
        this.closes = closes;
    }

    @Override
    public void begin(int status, HeaderFields fields) throws IOException {
        if (begun || status < 200 || status > 599) {
            throw new IllegalStateException("an answer begins once, with a final status");
        }
        begun = true;
        closing = closes.getAsBoolean();
        HeaderFields sent = fields.endToEnd();
        Optional<String> length = sent.first("content-length");
        if (toHead || status == 204 || status == 304) {
            left = 0;
        } else if (length.isPresent()) {
            left = Long.parseLong(length.get());
        } else {
            left = CHUNKED;
            sent = sent.and("Transfer-Encoding", "chunked");
        }
        out.write((closing ? sent.and("Connection", "close") : sent).head("HTTP/1.1 " + status + " "));
    }

    @Override
    public void switchToWebSocket(HeaderFields fields) throws IOException {
        if (begun) {
            throw new IllegalStateException("an answer begins once");
        }
        begun = true;
        closing = true;
        left = SWITCHED;
        out.write(fields.endToEnd().and("Connection", "Upgrade").and("Upgrade", "websocket").head("HTTP/1.1 101 Switching Protocols"));
    }

    @Override
    public void add(byte[] bytes, int from, int to) throws IOException {
        if (!begun || ended) {
            throw new IllegalStateException("an answer that has not begun, or has ended");
        }
        if (toHead) {
            return;
        }
        if (left == SWITCHED) {
            out.write(bytes, from, to - from);
            return;
        }
        if (left != CHUNKED) {
            if (to - from > left) {
                throw new ProtocolException("an answer is longer than its length");
            }
            left -= to - from;
        }
        for (int at = from; at < to; ) {
            int length = Math.min(to - at, MOST_DATA - data);
            reserve(START + data + length + LINE_END.length);
            System.arraycopy(bytes, at, chunk, START + data, length);
            data += length;
            at += length;
            if (data == MOST_DATA) {
                flush();
            }
        }
    }

    private void reserve(int length) {
        if (length > chunk.length) {
            chunk = Arrays.copyOf(chunk, length <= FEW ? length : RECORD);
        }
    }

    @Override
    public void flush() throws IOException {
        if (data == 0) {
            return;
        }
        byte[] full = chunk;
        int length = data;
        chunk = NOTHING; // the next one may be long in coming
        data = 0;
        if (left != CHUNKED) {
            out.write(full, START, length);
            return;
        }
        byte[] size = (Integer.toHexString(length) + "\r\n").getBytes(US_ASCII);
        System.arraycopy(size, 0, full, START - size.length, size.length);
        System.arraycopy(LINE_END, 0, full, START + length, LINE_END.length);
        out.write(full, START - size.length, size.length + length + LINE_END.length);
    }

    @Override
    public void end() throws IOException {
        if (!begun || ended) {
            throw new IllegalStateException("an answer that has not begun, or has ended");
        }
        if (left > 0) {
            throw new ProtocolException("an answer is shorter than its length");
        }
        flush();
        if (left == CHUNKED) {
            out.write(LAST_CHUNK);
        }
        ended = true;
    }

    @Override
    public boolean hasBegun() {
        return begun;
    }

    /// Returns whether it was sent whole.
    boolean hasEnded() {
        return ended;
    }

    /// Returns whether the client was told that the connection ends.
    boolean closesConnection() {
        return closing;
    }
}
