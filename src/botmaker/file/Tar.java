package botmaker.file;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Optional;

/// Tar archives as GNU tar writes them: POSIX.1-1988 (ustar) headers, and GNU's `L` and `K` entries and base-256 numbers for names,
/// sizes and user ids that do not fit. Every tar reads that.
public final class Tar {
    private static final int BLOCK = 512;
    private static final int NAME = 100;
    /// The name of the entry before one whose name or target is longer than the header's field.
    private static final String LONG = "././@LongLink";
    private static final char LONG_NAME = 'L';
    private static final char LONG_TARGET = 'K';

    private Tar() {
    }

    /// The kinds of entries by their type flag.
    public enum Kind {
        FILE('0'), LINK('2'), DIRECTORY('5');

        private final char flag;

        Kind(char flag) {
            this.flag = flag;
        }
    }

    /// One entry of an archive.
    ///
    /// @param name    relative, with slashes, as [FileNames#raw] returns it
    /// @param mode    permission bits
    /// @param uid     its owner; 0 for the user who unpacks it
    /// @param gid     its group; 0 likewise
    /// @param size    of the content that follows, in bytes; 0 except for files
    /// @param seconds the time of its last change, in seconds since 1970
    /// @param target  a link's target, as [FileNames#raw] returns it; empty otherwise
    public record Entry(String name, Kind kind, int mode, int uid, int gid, long size, long seconds, String target) {
        public static Entry file(String name, int mode, int uid, int gid, long size, long seconds) {
            return new Entry(name, Kind.FILE, mode, uid, gid, size, seconds, "");
        }

        public static Entry directory(String name, int mode, int uid, int gid, long seconds) {
            return new Entry(name, Kind.DIRECTORY, mode, uid, gid, 0, seconds, "");
        }
    }

    private static int padding(long size) {
        return (int) (-size & BLOCK - 1);
    }

    private static int sum(byte[] header) {
        int sum = 0;
        for (byte b : header) {
            sum += b & 0xff;
        }
        return sum;
    }

    /// Writes an archive.
    public static final class Writer {
        private final OutputStream out;
        private long left;
        private int padding;

        /// @param out not closed here
        public Writer(OutputStream out) {
            this.out = out;
        }

        /// Adds an entry with its whole content.
        public void add(Entry entry, byte[] content) throws IOException {
            begin(entry);
            write(content, 0, content.length);
            end();
        }

        /// Begins an entry, whose content is then passed to [#write] until [#end].
        public void begin(Entry entry) throws IOException {
            end();
            extend(LONG_NAME, entry.name());
            extend(LONG_TARGET, entry.target());
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

        /// Writes an entry with a text that is too long for its field.
        private void extend(char flag, String text) throws IOException {
            if (text.length() > NAME - 1) {
                header(Entry.file(LONG, 0, 0, 0, text.length() + 1L, 0), flag);
                out.write(text.getBytes(ISO_8859_1));
                out.write(new byte[1 + padding(text.length() + 1L)]); // it ends with a NUL
            }
        }

        private void header(Entry entry, char flag) throws IOException {
            byte[] header = new byte[BLOCK];
            put(header, 0, entry.name(), NAME - 1);
            number(header, 100, 8, entry.mode());
            number(header, 108, 8, entry.uid());
            number(header, 116, 8, entry.gid());
            number(header, 124, 12, entry.size());
            number(header, 136, 12, entry.seconds());
            put(header, 148, "        ", 8); // what the checksum counts in its own place
            header[156] = (byte) flag;
            put(header, 157, entry.target(), NAME - 1);
            put(header, 257, "ustar  ", 7);
            put(header, 148, "%06o\0".formatted(sum(header)), 7);
            out.write(header);
        }

        /// Writes octal digits if they suffice, otherwise base 256, marked by the highest bit.
        private static void number(byte[] header, int at, int length, long number) {
            String octal = Long.toOctalString(number);
            if (number >= 0 && octal.length() < length) {
                put(header, at, "0".repeat(length - 1 - octal.length()) + octal, length);
                return;
            }
            for (int i = 0; i < length; i++) {
                int shift = 8 * (length - 1 - i);
                header[at + i] = (byte) (shift < Long.SIZE ? number >> shift : number >> Long.SIZE - 1);
            }
            header[at] |= (byte) 0x80;
        }

        private static void put(byte[] header, int at, String text, int most) {
            System.arraycopy(text.getBytes(ISO_8859_1), 0, header, at, Math.min(text.length(), most));
        }
    }

    /// Reads archives that [Writer] wrote, and refuses all others.
    public static final class Reader {
        private static final int LONGEST = 64 << 10;

        private final InputStream in;
        private long left;
        private int padding;

        /// @param in not closed here
        public Reader(InputStream in) {
            this.in = in;
        }

        /// Returns the next entry and skips unread content of the last one; empty at the end of the archive.
        ///
        /// @throws IOException if the archive is invalid or ends too early
        public Optional<Entry> next() throws IOException {
            in.skipNBytes(left + padding);
            left = 0;
            padding = 0;
            String name = "";
            String target = "";
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
                    case LONG_NAME -> name = text(size);
                    case LONG_TARGET -> target = text(size);
                    default -> {
                        left = size;
                        padding = padding(size);
                        return Optional.of(new Entry(
                                name.isEmpty() ? field(header, 0) : name, kind(flag), (int) number(header, 100, 8) & 0777,
                                id(header, 108), id(header, 116), size, number(header, 136, 12),
                                target.isEmpty() ? field(header, 157) : target));
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

        private String text(long size) throws IOException {
            if (size < 1 || size > LONGEST) {
                throw damaged("a name of " + size + " bytes");
            }
            String text = new String(exactly((int) size), 0, (int) size - 1, ISO_8859_1);
            in.skipNBytes(padding(size));
            return text;
        }

        private byte[] block() throws IOException {
            return exactly(BLOCK);
        }

        private byte[] exactly(int count) throws IOException {
            byte[] bytes = in.readNBytes(count);
            if (bytes.length < count) {
                throw new EOFException("the archive has no end");
            }
            return bytes;
        }

        private static void check(byte[] header) throws IOException {
            long told = number(header, 148, 8);
            Arrays.fill(header, 148, 156, (byte) ' ');
            if (told != sum(header)) {
                throw damaged("a wrong checksum");
            }
        }

        private static Kind kind(char flag) throws IOException {
            return Arrays.stream(Kind.values()).filter(kind -> kind.flag == flag).findFirst()
                    .orElseThrow(() -> damaged("an entry of another kind"));
        }

        private static String field(byte[] header, int at) {
            String field = new String(header, at, NAME, ISO_8859_1);
            return field.substring(0, (field + '\0').indexOf('\0'));
        }

        private static long number(byte[] header, int at, int length) throws IOException {
            try {
                long number = 0;
                if (header[at] < 0) {
                    for (int i = Math.max(0, length - Long.BYTES); i < length; i++) {
                        number = number << 8 | header[at + i] & (i == 0 ? 0x7f : 0xff);
                    }
                } else {
                    number = Long.parseLong(new String(header, at, length, ISO_8859_1).replace('\0', ' ').strip(), 8);
                }
                if (number < 0) {
                    throw damaged("a negative number");
                }
                return number;
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

        private static boolean isZero(byte[] block) {
            return Arrays.equals(block, new byte[block.length]);
        }

        private static IOException damaged(String what) {
            return new IOException("not an archive that BotMaker wrote: " + what);
        }
    }
}
