package botmaker.wire;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.util.Arrays;

/// Reads the messages of one connection, one after the other: heads, and bodies as they arrive. For one thread at a time.
public final class MessageReader {
    private static final int LEAST = 1024;
    private static final int BUFFER = 8 * 1024; // while larger pieces arrive, of heads aside

    private final InputStream in;
    private byte[] bytes = new byte[LEAST];
    private int position;
    private int limit;
    private long received;

    /// @param in is read as far as a message needs, and a bit further
    public MessageReader(InputStream in) {
        this.in = in;
    }

    /// Returns how many bytes have arrived and were not taken yet.
    public int available() {
        return limit - position;
    }

    /// Returns how many bytes have arrived so far.
    public long received() {
        return received;
    }

    /// Returns the next byte, which must have arrived, without taking it.
    public byte peek() {
        return bytes[position];
    }

    /// Waits for more bytes, for which there must be room: a read of a head or body took what had arrived. Returns false at the end of
    /// the input.
    public boolean fill() throws IOException {
        if (position == limit) {
            makeRoom(limit == bytes.length ? BUFFER : limit < LEAST ? LEAST : bytes.length);
        }
        int count = in.read(bytes, limit, bytes.length - limit);
        if (count < 0) {
            return false;
        }
        limit += count;
        received += count;
        return true;
    }

    /// Begins again with a buffer of that size: all that arrived was taken.
    private void makeRoom(int size) {
        if (bytes.length != size) {
            bytes = new byte[size];
        }
        position = 0;
        limit = 0;
    }

    /// Reads a head.
    ///
    /// @param most the most bytes that it may have
    /// @throws EOFException if the input ends before the head does
    public MessageHead head(int most) throws IOException {
        compact();
        int seen = 0;
        int end;
        while ((end = MessageHead.end(bytes, 0, seen, Math.min(limit, most))) < 0) {
            seen = limit;
            if (limit >= most) {
                throw new ProtocolException("its header is larger than " + most + " bytes");
            }
            if (limit == bytes.length) {
                bytes = Arrays.copyOf(bytes, 2 * bytes.length);
            }
            if (!fill()) {
                throw new EOFException("the header is incomplete");
            }
        }
        MessageHead head = MessageHead.parse(bytes, 0, end);
        position = end;
        if (bytes.length > BUFFER && available() <= BUFFER) {
            bytes = Arrays.copyOf(Arrays.copyOfRange(bytes, position, limit), BUFFER);
            limit -= position;
            position = 0;
        }
        return head;
    }

    /// Reads at least one byte of a body; returns −1 when it is complete.
    ///
    /// @param framing of that body; keeps how far it was read
    /// @throws EOFException if the input ends before the body does
    public int read(Framing framing, byte[] into, int from, int length) throws IOException {
        while (!framing.complete()) {
            int count = framing.decode(bytes, position, position + Math.min(available(), length));
            System.arraycopy(bytes, position, into, from, count);
            position += framing.consumed();
            if (framing.complete() && available() == 0) {
                makeRoom(LEAST); // the next message may be long in coming
            }
            if (count > 0) {
                return count;
            }
            if (available() == 0 && !framing.complete() && !fill()) {
                framing.endOfInput();
            }
        }
        return -1;
    }

    /// Takes what has arrived and was not taken yet.
    public byte[] takeRest() {
        byte[] rest = Arrays.copyOfRange(bytes, position, limit);
        position = limit;
        return rest;
    }

    private void compact() {
        System.arraycopy(bytes, position, bytes, 0, limit - position);
        limit -= position;
        position = 0;
    }
}
