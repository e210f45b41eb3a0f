package botmaker.wire;

import java.io.EOFException;
import java.net.ProtocolException;

/// Delimits a body on the wire (RFC 9112 §6.3): decodes it in place as the bytes arrive, wherever they are cut.
///
/// A body of a known length is one piece of data. So is one that ends with the connection, as the engine's hijacked streams do
/// (there truncation cannot be detected). The chunked transfer coding (§7.1) has a piece in each chunk:
///
/// ```
///   SIZE ─▶ EXTENSION ─▶ SIZE_LF ─▶ DATA ─▶ DATA_CR ─▶ DATA_LF ─▶ SIZE
///                           └─ size 0 ─▶ TRAILER_START ─▶ TRAILER ─▶ TRAILER_LF ─▶ TRAILER_START
///                                             └─ CR ─▶ END_LF ─▶ END
/// ```
public final class Framing {
    private static final long MAX_CHUNK = Integer.MAX_VALUE;
    private static final int MAX_OVERHEAD = 8 * 1024; // bytes of one extension, or of all trailers

    private enum State {
        SIZE, EXTENSION, SIZE_LF, DATA, DATA_CR, DATA_LF, TRAILER_START, TRAILER, TRAILER_LF, END_LF, END
    }

    private final State afterData;
    private final boolean endsWithInput;
    private State state;
    private boolean digits;
    private long size; // of what is left of a piece of data
    private int overhead;
    private int consumed;

    private Framing(State state, State afterData, long size, boolean endsWithInput) {
        this.state = state;
        this.afterData = afterData;
        this.size = size;
        this.endsWithInput = endsWithInput;
    }

    /// A body of so many bytes.
    public static Framing ofLength(long bytes) {
        return new Framing(bytes == 0 ? State.END : State.DATA, State.END, bytes, false);
    }

    /// A body that ends with its connection.
    public static Framing untilClose() {
        return new Framing(State.DATA, State.END, Long.MAX_VALUE, true);
    }

    /// A body in the chunked transfer coding.
    public static Framing chunked() {
        return new Framing(State.SIZE, State.DATA_CR, 0, false);
    }

    /// Decodes `bytes[from..to)` in place and returns how many body bytes are now at `from`.
    public int decode(byte[] bytes, int from, int to) throws ProtocolException {
        int out = from;
        int in = from;
        while (in < to && state != State.END) {
            if (state == State.DATA) {
                int count = (int) Math.min(size, to - in);
                System.arraycopy(bytes, in, bytes, out, count);
                in += count;
                out += count;
                size -= count;
                if (size == 0) {
                    state = afterData;
                }
            } else {
                state = step(bytes[in++]);
            }
        }
        consumed = in - from;
        return out - from;
    }

    /// Returns how many bytes the last [#decode] used; those behind them are no part of this body.
    public int consumed() {
        return consumed;
    }

    /// Returns whether the body is complete.
    public boolean complete() {
        return state == State.END;
    }

    /// Returns whether the body ends with its connection, so that a whole one looks like one that was broken off.
    public boolean endsWithInput() {
        return endsWithInput;
    }

    /// Handles the end of the connection.
    ///
    /// @throws EOFException when it is too early
    public void endOfInput() throws EOFException {
        if (endsWithInput) {
            state = State.END;
        } else if (!complete()) {
            throw new EOFException("the body is incomplete");
        }
    }

    private State step(byte next) throws ProtocolException {
        return switch (state) {
            case SIZE -> sizeDigit(next);
            case EXTENSION -> next == '\r' ? State.SIZE_LF : skip(next, State.EXTENSION);
            case SIZE_LF -> afterSize(next);
            case DATA_CR -> expect('\r', next, State.DATA_LF);
            case DATA_LF -> expect('\n', next, State.SIZE);
            case TRAILER_START -> next == '\r' ? State.END_LF : skip(next, State.TRAILER);
            case TRAILER -> next == '\r' ? State.TRAILER_LF : skip(next, State.TRAILER);
            case TRAILER_LF -> expect('\n', next, State.TRAILER_START);
            case END_LF -> expect('\n', next, State.END);
            case DATA, END -> throw new IllegalStateException(state.name());
        };
    }

    private State sizeDigit(byte next) throws ProtocolException {
        int digit = Character.digit(next, 16);
        if (digit >= 0) {
            digits = true;
            size = size * 16 + digit;
            if (size > MAX_CHUNK) {
                throw new ProtocolException("a chunk is larger than " + MAX_CHUNK + " bytes");
            }
            return State.SIZE;
        }
        if (!digits) {
            throw new ProtocolException("a chunk has no size");
        }
        return switch (next) {
            case '\r' -> State.SIZE_LF;
            case ';', ' ', '\t' -> State.EXTENSION;
            default -> throw new ProtocolException("a chunk size is not a hexadecimal number");
        };
    }

    private State afterSize(byte next) throws ProtocolException {
        overhead = 0;
        digits = false;
        return expect('\n', next, size == 0 ? State.TRAILER_START : State.DATA);
    }

    private State skip(byte next, State following) throws ProtocolException {
        if (next == '\n') {
            throw new ProtocolException("a bare line feed between chunks");
        }
        if (++overhead > MAX_OVERHEAD) {
            throw new ProtocolException("a chunk extension or trailer is too long");
        }
        return following;
    }

    private static State expect(char wanted, byte next, State following) throws ProtocolException {
        if (next != wanted) {
            throw new ProtocolException("a chunk does not end where it should");
        }
        return following;
    }
}
