package botmaker.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import botmaker.error.Failure;
import botmaker.file.FileNames;
import botmaker.file.Tar;
import botmaker.json.JsonParseException;
import botmaker.json.JsonTypeException;
import botmaker.json.JsonValue;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The directory on this host that the image is built from: a Dockerfile and what it copies.
record BuildContext(Path directory) {
    private static final int MAX_BYTES = 16 << 20;
    private static final String CERTIFICATES = "host-ca.crt";
    private static final Pattern BASE = Pattern.compile("^ARG +BASE_IMAGE=(\\S+) *$", Pattern.MULTILINE);

    boolean exists() {
        return Files.isRegularFile(directory.resolve("Dockerfile"));
    }

    /// Returns the base image that the Dockerfile names as the default of its argument; empty without that argument.
    Optional<String> base() throws IOException {
        Matcher argument = BASE.matcher(Files.readString(directory.resolve("Dockerfile")));
        return argument.find() ? Optional.of(argument.group(1)) : Optional.empty();
    }

    /// Returns the version of OpenClaw that it installs; empty where it names none.
    Optional<String> version() throws IOException {
        Path packages = directory.resolve("app/package.json");
        if (!Files.exists(packages)) {
            return Optional.empty();
        }
        try {
            return Optional.of(JsonValue.parse(Files.readAllBytes(packages)).get("dependencies").get("openclaw").string());
        } catch (JsonParseException | JsonTypeException e) {
            throw new IOException(packages + " does not name a version of OpenClaw: " + e.getMessage());
        }
    }

    /// Returns one hash of everything that decides what is in the image. The image carries it as a label, so that an image
    /// that is current need not be built again.
    ///
    /// @param baseImage a base that replaces the Dockerfile's; empty for none
    String inputs(String baseImage) throws IOException {
        List<Path> files = new ArrayList<>(List.of(directory.resolve("Dockerfile"), directory.resolve("app/.npmrc")));
        files.addAll(visible(directory.resolve("app"), "*"));
        files.addAll(visible(directory.resolve("node"), "*"));
        files.addAll(visible(directory.resolve("extra-ca"), "*.crt"));
        StringBuilder list = new StringBuilder();
        for (Path file : files) {
            if (Files.isRegularFile(file)) {
                list.append(sha256(Files.readAllBytes(file))).append("  ").append(directory.relativize(file)).append('\n');
            }
        }
        return sha256(list.append("base ").append(baseImage).append('\n').toString().getBytes(UTF_8));
    }

    /// Returns everything in it as a tar archive, with the certificates that the build shall trust. All entries belong to
    /// root and are from 1970, so that the same files give the same archive.
    ///
    /// @throws Failure.Conflict where it holds a link or a device, since nothing from outside the directory is sent
    byte[] tar(byte[] hostCertificates) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Tar.Writer tar = new Tar.Writer(bytes);
        addFile(tar, CERTIFICATES, hostCertificates, false);
        List<Path> all;
        try (Stream<Path> walk = Files.walk(directory)) {
            all = walk.filter(path -> !path.equals(directory)).sorted().toList();
        }
        for (Path path : all) {
            String name = FileNames.raw(directory.relativize(path));
            BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class, NOFOLLOW_LINKS);
            if (attributes.isDirectory()) {
                tar.add(Tar.Entry.directory(name + "/", 0755, 0, 0, 0), new byte[0]);
            } else if (!attributes.isRegularFile()) {
                throw new Failure.Conflict("The build context contains " + path + ", which is neither a file nor a directory. Remove it.");
            } else if (attributes.size() > MAX_BYTES - bytes.size()) {
                throw new Failure.Conflict("The build context " + directory + " is larger than " + (MAX_BYTES >> 20) + " MiB.");
            } else if (!name.equals(CERTIFICATES)) {
                addFile(tar, name, Files.readAllBytes(path), Files.isExecutable(path));
            }
        }
        tar.finish();
        return bytes.toByteArray();
    }

    private static void addFile(Tar.Writer tar, String name, byte[] content, boolean executable) throws IOException {
        tar.add(Tar.Entry.file(name, executable ? 0755 : 0644, 0, 0, content.length, 0), content);
    }

    /// Lists the files that match, without hidden ones.
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
