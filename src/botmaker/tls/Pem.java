package botmaker.tls;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/// One block of a PEM file (RFC 7468 §2). Not a record: it may hold a key, which nothing may print.
final class Pem {
    private static final int MAX_BYTES = 256 * 1024;
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]{1,40})-----(.*?)-----END \\1-----", Pattern.DOTALL);

    private final String label;
    private final String text;

    private Pem(String label, String text) {
        this.label = label;
        this.text = text;
    }

    /// Returns the blocks of a file in order; text around them is ignored.
    static List<Pem> read(Path file) throws IOException {
        try {
            if (!Files.isRegularFile(file) && Files.exists(file) || Files.size(file) > MAX_BYTES) {
                throw new IOException(file + " is not a PEM file");
            }
            String all = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
            return BLOCK.matcher(all).results().map(Pem::of).toList();
        } catch (NoSuchFileException e) {
            throw new IOException(file + " does not exist", e);
        }
    }

    private static Pem of(MatchResult block) {
        return new Pem(block.group(1), block.group(2));
    }

    /// Returns the label: `CERTIFICATE`, `PRIVATE KEY`, …
    String label() {
        return label;
    }

    /// Returns whether it is encrypted, as PKCS#8 or in OpenSSL's older format (RFC 1421 §4.6).
    boolean encrypted() {
        return label.startsWith("ENCRYPTED") || text.contains("ENCRYPTED");
    }

    /// @throws IllegalArgumentException if it is not Base64
    byte[] content() {
        return Base64.getMimeDecoder().decode(text);
    }
}
