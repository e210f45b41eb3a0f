package botmaker.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import botmaker.docker.Engine;
import botmaker.docker.EngineException;
import botmaker.error.Failure;
import botmaker.file.FileNames;
import botmaker.file.Tar;
import botmaker.json.JsonException;
import botmaker.json.JsonValue;
import java.io.ByteArrayInputStream;
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
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Builds the image from its build context. Only `openclaw-image/build.sh` can do what this cannot: make a Debian to build on
/// where no registry can be reached.
///
/// @param directory   the build context: a Dockerfile and what it copies
/// @param ownBase     the Debian that `build.sh` makes
/// @param environment this process's: proxies, `BASE_IMAGE` for another base, `SSL_CERT_FILE` for the certificates
record ImageBuild(Engine engine, Path directory, String reference, String ownBase, Map<String, String> environment) {
    private static final System.Logger LOG = System.getLogger(ImageBuild.class.getName());

    /// The image's label that names the inputs of its build.
    private static final String INPUTS = "openclaw.image.inputs";

    /// The Dockerfile's label of the stage that is not the image.
    private static final Map<String, String> STAGE = Map.of("openclaw.image.stage", "build");
    private static final List<String> CERTIFICATES =
            List.of("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt");

    private static final int MAX_BYTES = 16 << 20;
    private static final String TRUSTED = "host-ca.crt";
    private static final Pattern BASE = Pattern.compile("^ARG +BASE_IMAGE=(\\S+) *$", Pattern.MULTILINE);

    /// Returns whether the engine has this very image.
    boolean isCurrent() throws IOException {
        String inputs = inputs();
        return engine.images().find(reference).filter(image -> inputs.equals(image.labels().get(INPUTS))).isPresent();
    }

    void run(Consumer<ImageWork.Progress> progress) throws IOException {
        Map<String, String> arguments = new TreeMap<>();
        Optional<String> version = version();
        if (version.isPresent()) {
            requireSameVersion(version.get());
            arguments.put("OPENCLAW_VERSION", version.get());
            arguments.put("INPUTS", inputs());
        }
        Stream.of("http_proxy", "https_proxy", "no_proxy").filter(name -> !given(name).isEmpty())
                .forEach(name -> arguments.put(name, given(name)));
        Optional<String> base = base();
        if (base.isPresent()) {
            arguments.put("BASE_IMAGE", given("BASE_IMAGE").isEmpty() ? chooseBase(base.get(), progress) : given("BASE_IMAGE"));
        }
        String step = "Building " + reference;
        progress.accept(new ImageWork.Progress(step, "", 0, 0));
        byte[] tar = tar(hostCertificates());
        engine.images().build(new ByteArrayInputStream(tar), arguments, reference, new ImageWork.Progress.OfBuild(step, progress));
        if (version.isPresent()) {
            removeStages();
        }
    }

    private String given(String variable) {
        return environment.getOrDefault(variable, "");
    }

    /// Pulls the base that the Dockerfile names; falls back to what is on this host.
    private String chooseBase(String official, Consumer<ImageWork.Progress> progress) {
        String step = "Pulling the base image " + official;
        progress.accept(new ImageWork.Progress(step, "", 0, 0));
        try {
            engine.images().pull(official, new ImageWork.Progress.OfPull(step, progress));
            return official;
        } catch (EngineException e) {
            if (engine.images().find(official).isPresent()) {
                return official; // an older one, whose packages the build updates
            }
            if (engine.images().find(ownBase).isPresent()) {
                return ownBase;
            }
            throw new Failure.Conflict(("The base image %s cannot be pulled (%s). Run “make image” on the host, once as root: it "
                    + "makes a base without a registry.").formatted(official, e.getMessage()));
        }
    }

    /// Reads the certificates that this host trusts. A build needs them where the host is behind a proxy that inspects TLS.
    private byte[] hostCertificates() throws IOException {
        Path bundle = Stream.concat(Stream.of(given("SSL_CERT_FILE")), CERTIFICATES.stream())
                .filter(name -> !name.isEmpty()).map(Path::of).filter(Files::isRegularFile).findFirst()
                .orElseThrow(() -> new Failure.Conflict(
                        "This host has no bundle of trusted certificates. Install the package ca-certificates."));
        return Files.readAllBytes(bundle);
    }

    /// Removes the stage that the image is copied from, which has no name and most of a gigabyte.
    private void removeStages() {
        try {
            engine.images().pruneUnnamed(STAGE);
        } catch (Failure | EngineException e) {
            LOG.log(System.Logger.Level.WARNING, "the build's intermediate images cannot be removed: {0}", e.getMessage());
        }
    }

    /// Refuses to give the image of another version this name.
    private void requireSameVersion(String version) {
        if (reference.startsWith("openclaw:") && !tag(reference).equals(version)) {
            throw new Failure.Conflict(("The build context %s makes OpenClaw %s, but the setting openclaw.image is %s. Set one to "
                    + "match the other.").formatted(directory, version, reference));
        }
    }

    /// Returns the tag of an image name, `latest` where it has none.
    static String tag(String reference) {
        String last = reference.substring(reference.lastIndexOf('/') + 1);
        return last.contains(":") ? last.substring(last.indexOf(':') + 1) : "latest";
    }

    // ---- the build context

    /// Returns whether there is a Dockerfile.
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
        } catch (JsonException e) {
            throw new IOException(packages + " does not name a version of OpenClaw: " + e.getMessage());
        }
    }

    /// Returns one hash of everything that decides what is in the image. The image carries it as a label, so that an image
    /// that is current need not be built again.
    String inputs() throws IOException {
        List<Path> files = new ArrayList<>(Stream.of("Dockerfile", "bot-link", "app/.npmrc").map(directory::resolve).toList());
        files.addAll(visible(directory.resolve("app"), "*"));
        files.addAll(visible(directory.resolve("node"), "*"));
        files.addAll(visible(directory.resolve("extra-ca"), "*.crt"));
        StringBuilder list = new StringBuilder();
        for (Path file : files) {
            if (Files.isRegularFile(file)) {
                list.append(sha256(Files.readAllBytes(file))).append("  ").append(directory.relativize(file)).append('\n');
            }
        }
        return sha256(list.append("base ").append(given("BASE_IMAGE")).append('\n').toString().getBytes(UTF_8));
    }

    /// Returns everything in it as a tar archive, with the certificates that the build shall trust. All entries belong to
    /// root and are from 1970, so that the same files give the same archive.
    ///
    /// @throws Failure.Conflict where it holds a link or a device, since nothing from outside the directory is sent
    byte[] tar(byte[] hostCertificates) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Tar.Writer tar = new Tar.Writer(bytes);
        addFile(tar, TRUSTED, hostCertificates, false);
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
            } else if (!name.equals(TRUSTED)) {
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
