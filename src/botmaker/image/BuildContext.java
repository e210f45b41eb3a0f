package botmaker.image;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import botmaker.error.Failure;
import botmaker.json.JsonParseException;
import botmaker.json.JsonTypeException;
import botmaker.json.JsonValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The directory that the image is built from, on this host: a Dockerfile and what it copies.
record BuildContext(Path directory) {
    private static final int MOST = 16 << 20;
    private static final Pattern BASE = Pattern.compile("^ARG +BASE_IMAGE=(\\S+) *$", Pattern.MULTILINE);

    boolean exists() {
        return Files.isRegularFile(directory.resolve("Dockerfile"));
    }

    /// The base image that the Dockerfile asks for where it can be told another; empty where it cannot.
    Optional<String> base() throws IOException {
        Matcher argument = BASE.matcher(Files.readString(directory.resolve("Dockerfile")));
        return argument.find() ? Optional.of(argument.group(1)) : Optional.empty();
    }

    /// The version of OpenClaw that it installs, where it says so.
    Optional<String> version() throws IOException {
        Path packages = directory.resolve("app/package.json");
        if (!Files.exists(packages)) {
            return Optional.empty();
        }
        try {
            return Optional.of(JsonValue.parse(Files.readAllBytes(packages)).get("dependencies").get("openclaw").string());
        } catch (JsonParseException | JsonTypeException e) {
            throw new IOException(packages + " names no version of OpenClaw: " + e.getMessage());
        }
    }

    /// All of it as an archive, with the certificates that the build shall trust beside it.
    ///
    /// @throws Failure.Conflict where a link or a device is in it: nothing from outside the directory is sent
    byte[] tar(byte[] hostCertificates) throws IOException {
        TarArchive tar = new TarArchive(MOST);
        tar.file("host-ca.crt", hostCertificates, false);
        List<Path> all;
        try (Stream<Path> walk = Files.walk(directory)) {
            all = walk.filter(path -> !path.equals(directory)).sorted().toList();
        }
        for (Path path : all) {
            String name = directory.relativize(path).toString();
            BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class, NOFOLLOW_LINKS);
            if (attributes.isDirectory()) {
                tar.directory(name);
            } else if (!attributes.isRegularFile()) {
                throw new Failure.Conflict("The build context holds " + name + ", which is neither a file nor a directory.");
            } else if (attributes.size() > tar.room()) {
                throw new Failure.Conflict("The build context is larger than " + (MOST >> 20) + " MiB.");
            } else if (!name.equals("host-ca.crt")) {
                tar.file(name, Files.readAllBytes(path), Files.isExecutable(path));
            }
        }
        return tar.complete();
    }
}
