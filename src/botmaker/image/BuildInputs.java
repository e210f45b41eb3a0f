package botmaker.image;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/// One hash of everything that decides what is in the image, as the context's own `build.sh` computes it: so that neither
/// builds again what the other has built.
///
/// ```
/// { sha256sum Dockerfile app/.npmrc app/* node/* extra-ca/*.crt; echo "base $BASE_IMAGE"; } | sha256sum
/// ```
final class BuildInputs {
    private BuildInputs() { }

    static String of(Path context, String baseImage) throws IOException {
        List<Path> files = new ArrayList<>(List.of(context.resolve("Dockerfile"), context.resolve("app/.npmrc")));
        files.addAll(visible(context.resolve("app"), "*"));
        files.addAll(visible(context.resolve("node"), "*"));
        files.addAll(visible(context.resolve("extra-ca"), "*.crt"));
        StringBuilder list = new StringBuilder();
        for (Path file : files) {
            if (Files.isRegularFile(file)) {
                list.append(sha256(Files.readAllBytes(file))).append("  ").append(context.relativize(file)).append('\n');
            }
        }
        return sha256(list.append("base ").append(baseImage).append('\n').toString().getBytes(UTF_8));
    }

    /// What a shell's pattern gives, in the order of `LC_ALL=C`.
    private static List<Path> visible(Path directory, String pattern) throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory, pattern)) {
            entries.forEach(files::add);
        }
        return files.stream().filter(file -> !file.getFileName().toString().startsWith(".")).sorted().toList();
    }

    private static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every JDK has it
        }
    }
}
