package botmaker.file;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/// Converts file names from and to the kernel's bytes. As text they would depend on the locale, and names that are not valid text
/// would be lost. A URI is the only form in which Java exposes the bytes.
public final class FileNames {
    /// A path that does not exist, so that converting paths below it to URIs accesses no file.
    private static final Path NOWHERE = Path.of("/proc/self/nowhere");
    private static final String PREFIX = NOWHERE.toUri().getRawPath() + "/";

    private FileNames() {
    }

    /// Returns the bytes of a path, with slashes between its names. Accesses no file.
    public static byte[] bytes(Path path) {
        String text = path.toString();
        if (text.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            return text.getBytes(US_ASCII);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        if (path.isAbsolute()) {
            bytes.write('/');
        }
        Path rest = path.getNameCount() == 0 ? Path.of("") : path.subpath(0, path.getNameCount());
        String encoded = NOWHERE.resolve(rest).toUri().getRawPath();
        for (int i = PREFIX.length(); i < encoded.length(); i++) {
            char c = encoded.charAt(i);
            if (c == '%') {
                bytes.write(Integer.parseInt(encoded, i + 1, i + 3, 16));
                i += 2;
            } else {
                bytes.write(c);
            }
        }
        return bytes.toByteArray();
    }

    /// Returns the path with these bytes.
    ///
    /// @throws InvalidPathException if there is none
    public static Path path(byte[] bytes) {
        boolean absolute = bytes.length > 0 && bytes[0] == '/';
        StringBuilder encoded = new StringBuilder("file://").append(absolute ? "" : PREFIX);
        for (byte b : bytes) {
            encoded.append(b == '/' ? "/" : "%%%02X".formatted(b & 0xff));
        }
        try {
            Path path = Path.of(URI.create(encoded.toString()));
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
