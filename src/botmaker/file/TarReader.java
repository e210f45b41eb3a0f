package botmaker.file;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;

/// Reads archives that [TarWriter] wrote, and refuses all others.
public final class TarReader {
    private static final int LONGEST = 64 << 10;

    private final InputStream in;
    private long left;
    private int padding;

    /// @param in not closed here
    public TarReader(InputStream in) {
        this.in = in;
    }

    /// Returns the next entry and skips unread content of the last one; empty at the end of the archive.
    ///
    /// @throws IOException if the archive is invalid or ends too early
    public Optional<TarEntry> next() throws IOException {
        in.skipNBytes(left + padding);
        left = 0;
        padding = 0;
        byte[] name = {};
        byte[] target = {};
        while (true) {
            byte[] header = block();
            if (isZero(header)) {
                if (!isZero(block())) {
                    throw damaged("half an end");
                }
                return Optional.empty();
            }
            check(header);
            char flag = (char) header[156];
            long size = number(header, 124, 12);
            switch (flag) {
                case TarWriter.LONG_NAME -> name = text(size);
                case TarWriter.LONG_TARGET -> target = text(size);
                default -> {
                    left = size;
                    padding = TarWriter.padding(size);
                    return Optional.of(new TarEntry(
                            name.length > 0 ? name : field(header, 0), kind(flag), (int) number(header, 100, 8) & 0777,
                            id(header, 108), id(header, 116), size, number(header, 136, 12),
                            target.length > 0 ? target : field(header, 157)));
                }
            }
        }
    }

    /// Reads content of the last entry.
    ///
    /// @return the number of bytes, or -1 at its end
    public int read(byte[] buffer) throws IOException {
        if (left == 0) {
            return -1;
        }
        int count = in.readNBytes(buffer, 0, (int) Math.min(buffer.length, left));
        if (count == 0) {
            throw new EOFException("the archive ends within a file");
        }
        left -= count;
        return count;
    }

    private byte[] text(long size) throws IOException {
        if (size < 1 || size > LONGEST) {
            throw damaged("a name of " + size + " bytes");
        }
        byte[] text = in.readNBytes((int) size);
        in.skipNBytes(TarWriter.padding(size));
        if (text.length < size) {
            throw new EOFException("the archive ends within a name");
        }
        return Arrays.copyOf(text, text.length - 1);
    }

    private byte[] block() throws IOException {
        byte[] block = in.readNBytes(TarWriter.BLOCK);
        if (block.length < TarWriter.BLOCK) {
            throw new EOFException("the archive has no end");
        }
        return block;
    }

    private static void check(byte[] header) throws IOException {
        long told = number(header, 148, 8);
        Arrays.fill(header, 148, 156, (byte) ' ');
        if (told != TarWriter.sum(header)) {
            throw damaged("a wrong checksum");
        }
    }

    private static TarEntry.Kind kind(char flag) throws IOException {
        for (TarEntry.Kind kind : TarEntry.Kind.values()) {
            if (kind.flag == flag) {
                return kind;
            }
        }
        throw damaged("an entry of another kind");
    }

    private static byte[] field(byte[] header, int at) {
        int end = at;
        while (end < at + TarWriter.NAME && header[end] != 0) {
            end++;
        }
        return Arrays.copyOfRange(header, at, end);
    }

    private static long number(byte[] header, int at, int length) throws IOException {
        if (header[at] < 0) {
            long number = 0;
            for (int i = Math.max(0, length - Long.BYTES); i < length; i++) {
                number = number << 8 | header[at + i] & (i == 0 ? 0x7f : 0xff);
            }
            return nonNegative(number);
        }
        String text = new String(header, at, length, US_ASCII).replace('\0', ' ').strip();
        try {
            return nonNegative(Long.parseLong(text, 8));
        } catch (NumberFormatException e) {
            throw damaged("no number where one must be");
        }
    }

    /// Reads a user or group id. BotMaker assigns none of 2³¹ − 1 or more, and `chown(2)` takes the largest, -1, for no change.
    private static int id(byte[] header, int at) throws IOException {
        long id = number(header, at, 8);
        if (id >= Integer.MAX_VALUE) {
            throw damaged("the user or group id " + id);
        }
        return (int) id;
    }

    private static long nonNegative(long number) throws IOException {
        if (number < 0) {
            throw damaged("a negative number");
        }
        return number;
    }

    private static boolean isZero(byte[] block) {
        return Arrays.equals(block, new byte[block.length]);
    }

    private static IOException damaged(String what) {
        return new IOException("not an archive that BotMaker wrote: " + what);
    }
}
