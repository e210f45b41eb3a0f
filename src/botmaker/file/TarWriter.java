package botmaker.file;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.OutputStream;

/// Writes a tar archive as GNU tar does: POSIX.1-1988 (ustar) headers, and GNU's `L` and `K` entries and base-256 numbers for names,
/// sizes and user ids that do not fit. Every tar reads that.
public final class TarWriter {
    static final int BLOCK = 512;
    static final int NAME = 100;
    /// The name of the entry before one whose name or target is longer than the header's field.
    static final String LONG = "././@LongLink";
    static final char LONG_NAME = 'L';
    static final char LONG_TARGET = 'K';

    private final OutputStream out;
    private long left;
    private int padding;

    /// @param out not closed here
    public TarWriter(OutputStream out) {
        this.out = out;
    }

    /// Adds an entry with its whole content.
    public void add(TarEntry entry, byte[] content) throws IOException {
        begin(entry);
        write(content, 0, content.length);
        end();
    }

    /// Begins an entry, whose content is then passed to [#write] until [#end].
    public void begin(TarEntry entry) throws IOException {
        end();
        if (entry.name().length > NAME - 1) {
            extension(LONG_NAME, entry.name());
        }
        if (entry.target().length > NAME - 1) {
            extension(LONG_TARGET, entry.target());
        }
        header(entry, entry.kind().flag);
        left = entry.size();
        padding = padding(left);
    }

    /// Adds content to the begun entry.
    public void write(byte[] bytes, int from, int count) throws IOException {
        if (count > left) {
            throw new IllegalStateException("more content than was announced");
        }
        out.write(bytes, from, count);
        left -= count;
    }

    /// Ends the begun entry.
    public void end() throws IOException {
        if (left > 0) {
            throw new IllegalStateException(left + " bytes fewer than were announced");
        }
        out.write(new byte[padding]);
        padding = 0;
    }

    /// Writes the end of the archive.
    public void finish() throws IOException {
        end();
        out.write(new byte[2 * BLOCK]);
        out.flush();
    }

    private void extension(char flag, byte[] text) throws IOException {
        header(TarEntry.file(LONG.getBytes(US_ASCII), 0, 0, 0, text.length + 1L, 0), flag);
        out.write(text);
        out.write(new byte[1 + padding(text.length + 1L)]); // it ends with a NUL
    }

    static int padding(long size) {
        return (int) (-size & BLOCK - 1);
    }

    private void header(TarEntry entry, char flag) throws IOException {
        byte[] header = new byte[BLOCK];
        put(header, 0, entry.name(), NAME - 1);
        number(header, 100, 8, entry.mode());
        number(header, 108, 8, entry.uid());
        number(header, 116, 8, entry.gid());
        number(header, 124, 12, entry.size());
        number(header, 136, 12, entry.seconds());
        put(header, 148, "        ".getBytes(US_ASCII), 8); // what the checksum counts in its own place
        header[156] = (byte) flag;
        put(header, 157, entry.target(), NAME - 1);
        put(header, 257, "ustar  ".getBytes(US_ASCII), 7);
        put(header, 148, "%06o\0".formatted(sum(header)).getBytes(US_ASCII), 7);
        out.write(header);
    }

    static int sum(byte[] header) {
        int sum = 0;
        for (byte b : header) {
            sum += b & 0xff;
        }
        return sum;
    }

    /// Writes octal digits if they suffice, otherwise base 256, marked by the highest bit.
    private static void number(byte[] header, int at, int length, long number) {
        String octal = Long.toOctalString(number);
        if (number >= 0 && octal.length() < length) {
            put(header, at, ("0".repeat(length - 1 - octal.length()) + octal).getBytes(US_ASCII), length);
            return;
        }
        for (int i = 0; i < length; i++) {
            int shift = 8 * (length - 1 - i);
            header[at + i] = (byte) (shift < Long.SIZE ? number >> shift : number >> Long.SIZE - 1);
        }
        header[at] |= (byte) 0x80;
    }

    private static void put(byte[] header, int at, byte[] text, int most) {
        System.arraycopy(text, 0, header, at, Math.min(text.length, most));
    }
}
