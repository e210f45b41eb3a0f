package botmaker.store;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import botmaker.file.PrivateFiles;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.sqlite.JDBC;
import org.sqlite.util.LibraryLoaderUtil;
import org.sqlite.util.OSInfo;

/// Keeps SQLite's native library beside the database, where sqlite-jdbc then finds it.
///
/// Left alone, sqlite-jdbc writes a new copy to the temporary directory at every start: that may be mounted `noexec`,
/// and each killed process leaves its copy there for ever.
final class NativeLibrary {
    private static final int WRITABLE_BY_OTHERS = 0022;

    private NativeLibrary() {
    }

    /// Writes the library to a directory and lets sqlite-jdbc load it there; to be called before the first connection. Does nothing if
    /// the operator has set sqlite-jdbc's own properties, or the jar has no library for this platform. If `directory` is mounted
    /// `noexec`, sqlite-jdbc falls back to the temporary directory.
    static void provide(Path directory) throws IOException {
        use(directory, true);
    }

    /// Lets sqlite-jdbc load the library if the directory holds it, and writes nothing. In a directory that others may write to, the
    /// file could be replaced after the check; there, sqlite-jdbc makes its own copy.
    static void use(Path directory) throws IOException {
        int mode = (int) Files.getAttribute(directory, "unix:mode");
        if ((int) Files.getAttribute(directory, "unix:uid") == PrivateFiles.currentUid() && (mode & WRITABLE_BY_OTHERS) == 0) {
            use(directory, false);
        }
    }

    private static void use(Path directory, boolean write) throws IOException {
        URL library = JDBC.class.getResource(resource());
        if (library == null || System.getProperty("org.sqlite.lib.path") != null || System.getProperty("org.sqlite.tmpdir") != null) {
            return;
        }
        URLConnection packaged = library.openConnection();
        packaged.setUseCaches(false);
        try (InputStream in = packaged.getInputStream()) {
            byte[] content = in.readAllBytes();
            Path file = directory.resolve(LibraryLoaderUtil.getNativeLibName());
            boolean there = holds(file, content);
            if (!there && write) {
                PrivateFiles.replace(file, content, 0600);
            }
            if (there || write) {
                System.setProperty("org.sqlite.lib.path", directory.toString());
            }
        }
    }

    /// Returns the path of the library for this Linux in sqlite-jdbc's jar. sqlite-jdbc would run `uname` to learn that this is no
    /// Android.
    private static String resource() {
        return "/org/sqlite/native/" + (OSInfo.isMusl() ? "Linux-Musl" : "Linux") + "/" + OSInfo.getArchName()
                + "/" + LibraryLoaderUtil.getNativeLibName();
    }

    /// Returns whether a file has this content, byte by byte: it may be an older version's, half a file, or another's, which came
    /// with a data directory from elsewhere and would be run as this user. A checksum is easily forged.
    private static boolean holds(Path file, byte[] content) throws IOException {
        return Files.isRegularFile(file, NOFOLLOW_LINKS) && Files.size(file) == content.length
                && Arrays.equals(Files.readAllBytes(file), content);
    }
}
