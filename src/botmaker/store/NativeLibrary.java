package botmaker.store;

import botmaker.file.PrivateFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.sqlite.JDBC;
import org.sqlite.util.LibraryLoaderUtil;
import org.sqlite.util.OSInfo;

/// Keeps SQLite's native library beside the database, where sqlite-jdbc then finds it.
///
/// Left alone, sqlite-jdbc writes a new copy to the temporary directory at every start: that may be mounted `noexec`,
/// and each killed process leaves its copy there for ever.
final class NativeLibrary {
    private NativeLibrary() {
    }

    /// To be called before the first connection. Does nothing where the operator has set sqlite-jdbc's own
    /// properties, and leaves platforms without a library in the jar to sqlite-jdbc. Where `directory` is itself
    /// `noexec`, sqlite-jdbc falls back to the temporary directory.
    static void provide(Path directory) throws IOException {
        if (System.getProperty("org.sqlite.lib.path") != null || System.getProperty("org.sqlite.tmpdir") != null) {
            return;
        }
        Optional<byte[]> library = packaged();
        if (library.isPresent()) {
            Path file = directory.resolve(LibraryLoaderUtil.getNativeLibName());
            if (!holds(file, library.get())) { // the very same bytes: not an older version's, not half a file
                PrivateFiles.replace(file, library.get(), 0600);
            }
            System.setProperty("org.sqlite.lib.path", directory.toString());
        }
    }

    /// The same for somebody who only reads: uses the library where it is, and writes nothing there.
    static void use(Path directory) throws IOException {
        Optional<byte[]> library = packaged();
        if (System.getProperty("org.sqlite.lib.path") == null && System.getProperty("org.sqlite.tmpdir") == null
                && library.isPresent() && holds(directory.resolve(LibraryLoaderUtil.getNativeLibName()), library.get())) {
            System.setProperty("org.sqlite.lib.path", directory.toString());
        }
    }

    /// The library in the jar, where sqlite-jdbc looks for it on Linux. It could be asked for the place, but would run `uname` to
    /// learn that this is no Android.
    private static Optional<byte[]> packaged() throws IOException {
        String resource = "/org/sqlite/native/" + (OSInfo.isMusl() ? "Linux-Musl" : "Linux") + "/" + OSInfo.getArchName()
                + "/" + LibraryLoaderUtil.getNativeLibName();
        try (InputStream in = JDBC.class.getResourceAsStream(resource)) {
            return in == null ? Optional.empty() : Optional.of(in.readAllBytes());
        }
    }

    private static boolean holds(Path file, byte[] content) throws IOException {
        try {
            return Files.size(file) == content.length && Arrays.equals(Files.readAllBytes(file), content);
        } catch (NoSuchFileException absent) {
            return false;
        }
    }
}
