package botmaker.image;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;

/// A tar archive in memory, in the format of POSIX.1-1988 (ustar). Everything belongs to root and is from 1970, so that the
/// same files give the same archive.
final class TarArchive {
    private static final int BLOCK = 512;
    private static final int NAME = 100;
    private static final int PREFIX = 155;

    private final int most;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    /// @param most bytes in all
    TarArchive(int most) {
        this.most = most;
    }

    /// Adds a file.
    ///
    /// @param path relative, with slashes
    /// @throws IOException when the path is too long for the format, or the archive would be too large
    void file(String path, byte[] content, boolean executable) throws IOException {
        header(path, content.length, executable ? 0755 : 0644, '0');
        bytes.writeBytes(content);
        bytes.writeBytes(new byte[(BLOCK - content.length % BLOCK) % BLOCK]);
    }

    void directory(String path) throws IOException {
        header(path + "/", 0, 0755, '5');
    }

    /// How many more bytes fit.
    int room() {
        return most - bytes.size();
    }

    byte[] complete() {
        bytes.writeBytes(new byte[2 * BLOCK]);
        return bytes.toByteArray();
    }

    private void header(String path, int size, int mode, char type) throws IOException {
        if (size > room()) {
            throw new IOException("there are more than " + (most >> 20) + " MiB in it");
        }
        byte[] name = path.getBytes(UTF_8);
        int split = 0;
        if (name.length > NAME) {
            split = path.indexOf('/', Math.max(0, path.length() - NAME - 1));
            if (split <= 0 || split > PREFIX || name.length != path.length()) {
                throw new IOException("the name " + path + " is too long");
            }
        }
        byte[] header = new byte[BLOCK];
        put(header, 0, split == 0 ? path : path.substring(split + 1));
        put(header, 100, "%07o".formatted(mode));
        put(header, 108, "0000000");
        put(header, 116, "0000000");
        put(header, 124, "%011o".formatted(size));
        put(header, 136, "00000000000");
        put(header, 148, "        "); // what the checksum counts in its own place
        header[156] = (byte) type;
        put(header, 257, "ustar");
        put(header, 263, "00");
        put(header, 345, path.substring(0, split));
        int sum = 0;
        for (byte b : header) {
            sum += b & 0xff;
        }
        put(header, 148, "%06o\0".formatted(sum));
        bytes.writeBytes(header);
    }

    private static void put(byte[] header, int at, String text) {
        byte[] field = text.getBytes(UTF_8);
        System.arraycopy(field, 0, header, at, field.length);
    }
}
