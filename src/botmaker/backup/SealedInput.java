package botmaker.backup;

import java.io.IOException;
import java.io.InputStream;
import javax.crypto.AEADBadTagException;

/// Decrypts what [SealedOutput] encrypted. No byte comes out that was not verified, and the end only where it was the end.
final class SealedInput extends InputStream {
    private final InputStream in;
    private final Seal seal;
    private final byte[] sealed = new byte[Seal.CHUNK + Seal.TAG + 1];
    private int carried;
    private byte[] plain = {};
    private int at;
    private int number;
    private boolean ended;

    /// @param in behind the header; not closed here
    SealedInput(InputStream in, Seal seal) {
        this.in = in;
        this.seal = seal;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
        while (at == plain.length) {
            if (ended) {
                return -1;
            }
            next();
        }
        int part = Math.min(length, plain.length - at);
        System.arraycopy(plain, at, bytes, from, part);
        at += part;
        return part;
    }

    /// The byte behind a chunk tells whether there is another.
    private void next() throws IOException {
        int count = carried + in.readNBytes(sealed, carried, sealed.length - carried);
        ended = count < sealed.length;
        try {
            plain = seal.decrypt(sealed, ended ? count : count - 1, number, ended);
        } catch (AEADBadTagException e) {
            throw new IOException("the backup is damaged or cut off (in part %d, behind byte %d): nothing of it is used"
                    .formatted(number, Seal.HEADER + (long) number * (Seal.CHUNK + Seal.TAG)), e);
        }
        at = 0;
        number++;
        sealed[0] = sealed[sealed.length - 1];
        carried = 1;
    }
}
