package botmaker.backup;

import java.io.IOException;
import java.io.OutputStream;

/// Encrypts what is written to it. Only [#finish] makes it complete: what is left unfinished, cannot be read.
final class SealedOutput extends OutputStream {
    private final OutputStream out;
    private final Seal seal;
    private final byte[] plain = new byte[Seal.CHUNK];
    private int count;
    private int number;

    /// @param out not closed here
    SealedOutput(OutputStream out, Seal seal) throws IOException {
        this.out = out;
        this.seal = seal;
        out.write(seal.header());
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
        int at = from;
        while (at < from + length) {
            if (count == plain.length) { // now it is known that this one is not the last
                chunk(false);
            }
            int part = Math.min(from + length - at, plain.length - count);
            System.arraycopy(bytes, at, plain, count, part);
            count += part;
            at += part;
        }
    }

    /// Writes the last chunk.
    void finish() throws IOException {
        chunk(true);
        out.flush();
    }

    private void chunk(boolean last) throws IOException {
        out.write(seal.encrypt(plain, count, number, last));
        count = 0;
        if (++number == 0) {
            throw new IOException("there is too much for one backup");
        }
    }
}
