package botmaker.store;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import botmaker.file.PrivateFiles;
import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.sqlite.JDBC;
import org.sqlite.util.LibraryLoaderUtil;
import org.sqlite.util.OSInfo;

/// Keeps SQLite's native library beside the database, where sqlite-jdbc then finds it.
///
/// Left alone, sqlite-jdbc writes a new copy to the temporary directory at every start: that may be mounted `noexec`,
/// and each killed process leaves its copy there for ever.
final class NativeLibrary {
    private static final int BUFFER = 32 << 10;
    private static final int WRITABLE_BY_OTHERS = 0022;

    private NativeLibrary() {
    }

    /// To be called before the first connection. Does nothing where the operator has set sqlite-jdbc's own
    /// properties, and leaves platforms without a library in the jar to sqlite-jdbc. Where `directory` is itself
    /// `noexec`, sqlite-jdbc falls back to the temporary directory.
    static void provide(Path directory) throws IOException {
        use(directory, true);
    }

    /// The same for somebody who only reads: uses the library where it is, and writes nothing there. In a directory that others may
    /// write to it could become another after it was looked at, so there sqlite-jdbc makes its copy.
    static void use(Path directory) throws IOException {
        int mode = (int) Files.getAttribute(directory, "unix:mode");
        if ((int) Files.getAttribute(directory, "unix:uid") == PrivateFiles.currentUid() && (mode & WRITABLE_BY_OTHERS) == 0) {
            use(directory, false);
        }
    }

    private static void use(Path directory, boolean write) throws IOException {
        if (System.getProperty("org.sqlite.lib.path") != null || System.getProperty("org.sqlite.tmpdir") != null) {
            return;
        }
        URL library = JDBC.class.getResource(resource());
        if (library != null && library.openConnection() instanceof JarURLConnection packaged) {
            packaged.setUseCaches(false);
            try (JarFile jar = packaged.getJarFile()) {
                JarEntry entry = packaged.getJarEntry();
                Path file = directory.resolve(LibraryLoaderUtil.getNativeLibName());
                boolean there = holds(file, jar, entry);
                if (!there && write) {
                    try (InputStream content = jar.getInputStream(entry)) {
                        PrivateFiles.replace(file, content.readAllBytes(), 0600);
                    }
                }
                if (there || write) {
                    System.setProperty("org.sqlite.lib.path", directory.toString());
                }
            }
        }
    }

    /// Where sqlite-jdbc has the library in its jar for this Linux. It could be asked, but would run `uname` to learn that this is no
    /// Android.
    private static String resource() {
        return "/org/sqlite/native/" + (OSInfo.isMusl() ? "Linux-Musl" : "Linux") + "/" + OSInfo.getArchName()
                + "/" + LibraryLoaderUtil.getNativeLibName();
    }

    /// Whether a file is the entry of the jar, byte by byte: not an older version's, not half a file, and not another's, which came
    /// with a data directory from elsewhere and would be run as this user. The jar's checksum of the entry is easily forged.
    private static boolean holds(Path file, JarFile jar, JarEntry entry) throws IOException {
        if (!Files.isRegularFile(file, NOFOLLOW_LINKS) || Files.size(file) != entry.getSize()) {
            return false;
        }
        byte[] kept = new byte[BUFFER];
        byte[] wanted = new byte[BUFFER];
        try (InputStream copy = Files.newInputStream(file); InputStream original = jar.getInputStream(entry)) {
            int length;
            do {
                length = original.readNBytes(wanted, 0, BUFFER);
                if (!Arrays.equals(wanted, 0, length, kept, 0, copy.readNBytes(kept, 0, BUFFER))) {
                    return false;
                }
            } while (length > 0);
            return true;
        }
    }
}
