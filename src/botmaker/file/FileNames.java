package botmaker.file;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/// Converts paths from and to the kernel's bytes, each byte as one character (ISO 8859-1). As decoded text they would depend on the
/// locale, and names that are not valid text would be lost. A URI is the only form in which Java exposes the bytes.
public final class FileNames {
    /// A path that does not exist, so that converting paths below it to URIs accesses no file.
    private static final Path NOWHERE = Path.of("/proc/self/nowhere");
    private static final String PREFIX = NOWHERE.toUri().getRawPath() + "/";

    private FileNames() {
    }

    /// Returns the bytes of a path, with slashes between its names. Accesses no file.
    public static String raw(Path path) {
        String text = path.toString();
        if (text.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            return text;
        }
        Path rest = path.getNameCount() == 0 ? Path.of("") : path.subpath(0, path.getNameCount());
        String encoded = NOWHERE.resolve(rest).toUri().getRawPath().substring(PREFIX.length());
        return (path.isAbsolute() ? "/" : "") + URLDecoder.decode(encoded.replace("+", "%2B"), ISO_8859_1);
    }

    /// Returns the path with these bytes.
    ///
    /// @throws InvalidPathException if there is none
    public static Path path(String raw) {
        boolean absolute = raw.startsWith("/");
        String encoded = URLEncoder.encode(raw, ISO_8859_1).replace("+", "%20").replace("%2F", "/");
        try {
            Path path = Path.of(URI.create("file://" + (absolute ? "" : PREFIX) + encoded));
            return absolute ? path : path.subpath(NOWHERE.getNameCount(), path.getNameCount());
        } catch (IllegalArgumentException e) {
            throw new InvalidPathException("(bytes)", "no path: " + e.getMessage());
        }
    }

    /// Returns a printable name: one line of at most 200 characters, whatever the bytes are.
    public static String printable(Path path) {
        String text = path.toString().replaceAll("[\\p{Cntrl}\\p{Cf}\\p{Zl}\\p{Zp}\\x{FFFD}]", "?");
        return text.length() <= 200 ? text : text.substring(0, 200) + "…";
    }
}
