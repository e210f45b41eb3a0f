package botmaker.image;

import static java.nio.charset.StandardCharsets.UTF_8;

import botmaker.file.TarEntry;
import botmaker.file.TarWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;

/// A tar archive in memory. Everything belongs to root and is from 1970, so that the same files give the same archive.
final class TarArchive {
    private final int most;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final TarWriter tar = new TarWriter(bytes);

    /// @param most bytes in all
    TarArchive(int most) {
        this.most = most;
    }

    /// Adds a file.
    ///
    /// @param path relative, with slashes
    /// @throws IOException when the archive would be too large
    void file(String path, byte[] content, boolean executable) throws IOException {
        if (content.length > room()) {
            throw new IOException("there are more than " + (most >> 20) + " MiB in it");
        }
        tar.add(TarEntry.file(path.getBytes(UTF_8), executable ? 0755 : 0644, 0, 0, content.length, 0), content);
    }

    void directory(String path) throws IOException {
        tar.add(TarEntry.directory((path + "/").getBytes(UTF_8), 0755, 0, 0, 0), new byte[0]);
    }

    /// How many more bytes fit.
    int room() {
        return most - bytes.size();
    }

    byte[] complete() throws IOException {
        tar.finish();
        return bytes.toByteArray();
    }
}
