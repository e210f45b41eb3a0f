package botmaker.docker;

import java.io.EOFException;
import java.net.ProtocolException;

/// Delimits a response body on the wire (RFC 9112 §6.3): extracts its bytes from the raw ones.
sealed interface Framing permits Framing.Length, Framing.UntilClose, ChunkedFraming {

    /// Decodes `bytes[from..to)` in place and returns how many body bytes are now at `from`.
    int decode(byte[] bytes, int from, int to) throws ProtocolException;

    /// Returns whether the body is complete.
    boolean complete();

    /// Handles the end of the connection, which may be too early.
    void endOfInput() throws EOFException;

    /// A body of a known number of bytes.
    final class Length implements Framing {
        private long rest;

        Length(long bytes) {
            this.rest = bytes;
        }

        @Override
        public int decode(byte[] bytes, int from, int to) {
            int count = (int) Math.min(rest, to - from);
            rest -= count;
            return count;
        }

        @Override
        public boolean complete() {
            return rest == 0;
        }

        @Override
        public void endOfInput() throws EOFException {
            if (rest > 0) {
                throw new EOFException(rest + " bytes are missing");
            }
        }
    }

    /// A body that ends with the connection, as the engine's hijacked streams do. Truncation cannot be detected here.
    final class UntilClose implements Framing {
        private boolean complete;

        @Override
        public int decode(byte[] bytes, int from, int to) {
            return to - from;
        }

        @Override
        public boolean complete() {
            return complete;
        }

        @Override
        public void endOfInput() {
            complete = true;
        }
    }
}
