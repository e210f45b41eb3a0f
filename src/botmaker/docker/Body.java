package botmaker.docker;

import botmaker.wire.Framing;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.ProtocolException;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/// The decoded bytes of one response body, as far as they have arrived. For one thread.
final class Body {
    /// A read of fewer bytes than this means that the engine writes line by line and the reader keeps up.
    private static final int SMALL_READ = 8 * 1024;
    private static final long NAP_NANOS = 300_000;

    private final Connection connection;
    private final Framing framing;
    private final boolean gathering;
    private byte[] bytes;
    private int position;
    private int limit;
    private boolean smallRead;

    /// @param buffer    taken over, with the first raw bytes of the body in `[from..to)`
    /// @param gathering whether to pause briefly after a small read, so that the next one brings many lines: the
    ///                  engine writes each line separately, and waking up for each costs more than all the rest
    Body(Connection connection, Framing framing, byte[] buffer, int from, int to, boolean gathering) throws IOException {
        this.connection = connection;
        this.framing = framing;
        this.gathering = gathering;
        this.bytes = buffer;
        this.position = from;
        this.limit = from + framing.decode(buffer, from, to);
    }

    /// Returns how many bytes can be taken without waiting.
    int available() {
        return limit - position;
    }

    /// Returns whether all of the body has arrived.
    boolean complete() {
        return framing.complete();
    }

    /// Waits for at least one more raw byte (which may bring no body byte); returns false when the body is complete.
    boolean fill() throws IOException {
        if (framing.complete()) {
            return false;
        }
        makeRoom();
        if (gathering && smallRead) {
            LockSupport.parkNanos(NAP_NANOS);
        }
        int count = connection.read(bytes, limit, bytes.length - limit);
        if (count < 0) {
            framing.endOfInput();
            return false;
        }
        smallRead = count < SMALL_READ;
        limit += framing.decode(bytes, limit, limit + count);
        return true;
    }

    /// Waits until `count` bytes are available; returns false when the body ends before the first of them.
    boolean await(int count) throws IOException {
        while (available() < count) {
            if (!fill()) {
                if (available() == 0) {
                    return false;
                }
                throw new EOFException("the body ends too early");
            }
        }
        return true;
    }

    /// Returns the byte at `offset` from the next one, which must be available.
    byte peek(int offset) {
        return bytes[position + offset];
    }

    /// Takes the next `count` bytes, which must be available.
    byte[] take(int count) {
        byte[] taken = Arrays.copyOfRange(bytes, position, position + count);
        position += count;
        return taken;
    }

    /// Skips the next `count` bytes, which must be available.
    void skip(int count) {
        position += count;
    }

    /// Takes everything that remains; more than `most` bytes are an error.
    byte[] takeAll(int most) throws IOException {
        var all = new ByteArrayOutputStream();
        do {
            if (all.size() + available() > most) {
                throw new ProtocolException("it is larger than " + most + " bytes");
            }
            all.write(bytes, position, available());
            position = limit;
        } while (fill());
        return all.toByteArray();
    }

    /// Waits for a line and returns it without its line feed, which the last line may lack; empty when the body is complete.
    Optional<byte[]> takeLine(int most) throws IOException {
        int scanned = 0;
        while (true) {
            for (; scanned < available(); scanned++) {
                if (peek(scanned) == '\n') {
                    byte[] line = take(scanned);
                    skip(1);
                    return Optional.of(line);
                }
            }
            if (scanned > most) {
                throw new ProtocolException("a line is longer than " + most + " bytes");
            }
            if (!fill()) {
                return available() == 0 ? Optional.empty() : Optional.of(take(available()));
            }
        }
    }

    /// Takes everything before the first of the delimiters that stands in no JSON string and no inner JSON value (RFC 8259). The
    /// delimiter is the next byte then.
    byte[] takeBefore(String delimiters, int most) throws IOException {
        int depth = 0;
        boolean inString = false;
        for (int at = 0; at <= most; at++) {
            while (at >= available()) {
                if (!fill()) {
                    throw new ProtocolException("the list does not end");
                }
            }
            byte next = peek(at);
            if (inString) {
                if (next == '\\') {
                    at++;
                }
                inString = next != '"';
            } else if (depth == 0 && delimiters.indexOf(next) >= 0) {
                return take(at);
            } else if (next == '"') {
                inString = true;
            } else if (next == '[' || next == '{') {
                depth++;
            } else if (next == ']' || next == '}') {
                depth--;
            }
        }
        throw new ProtocolException("an element of the list is larger than " + most + " bytes");
    }

    private void makeRoom() {
        if (position == limit) {
            position = 0;
            limit = 0;
        } else if (bytes.length - limit < SMALL_READ) {
            byte[] roomy = position >= SMALL_READ ? bytes : new byte[2 * bytes.length];
            System.arraycopy(bytes, position, roomy, 0, limit - position);
            bytes = roomy;
            limit -= position;
            position = 0;
        }
    }
}
