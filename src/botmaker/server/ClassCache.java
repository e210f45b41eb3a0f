package botmaker.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import botmaker.file.IoFailures;
import botmaker.file.PrivateFiles;
import botmaker.file.TreeDeletion;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// The broker's classes as the Java virtual machine keeps them after a trial run (JEP 483): with them a broker starts in two thirds of the time.
///
/// The virtual machine runs what it kept, whatever the jar is by now, and crashes over a damaged file. Hence a cache's name has two
/// hashes, and a cache is used only if both match: that of jar, virtual machine and flags, and that of its own content. Without a cache
/// Java reads the jar.
final class ClassCache {
    private static final System.Logger LOG = System.getLogger(ClassCache.class.getName());
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final File NOTHING = new File("/dev/null");
    /// Java reads the jar where it cannot use the cache, which is nothing to report.
    private static final String SILENT = "-Xlog:aot=off";
    private static final List<String> MACHINE = List.of("java.home", "java.vm.name", "java.vm.version", "java.vendor.version", "os.arch");

    private final Path dir;
    private final List<String> java;
    private final Optional<Path> jar;

    /// @param dir       created when a cache is made; all that was in it is removed then
    /// @param java      the program with its flags, without the class path
    /// @param classPath absolute; where it is more than one jar, there is no cache
    ClassCache(Path dir, List<String> java, String classPath) {
        this.dir = dir.toAbsolutePath();
        this.java = List.copyOf(java);
        this.jar = Optional.of(Path.of(classPath)).filter(Files::isRegularFile);
    }

    /// Returns the flags of a start with the cache; none if there is no cache for this jar and virtual machine, or it cannot be read.
    List<String> flags() {
        try {
            return find().map(cache -> List.of("-XX:AOTCache=" + cache, SILENT)).orElse(List.of());
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "the cache of the broker''s classes is not used: {0}", IoFailures.sentence(e));
            return List.of();
        }
    }

    /// Makes the cache unless there is one, with the lowest priority: it takes six seconds of a processor. Removes all others.
    ///
    /// @param main the main class and its arguments. It gets a data directory of its own, and must end where its standard input does
    /// @throws IOException if it cannot be made
    void make(List<String> main) throws IOException, InterruptedException {
        if (jar.isEmpty() || find().isPresent()) {
            return;
        }
        remove();
        PrivateFiles.createDirectory(dir, 0700);
        Path work = dir.resolve("new");
        PrivateFiles.createDirectory(work, 0700);
        String key = key(jar.get());
        Path made = work.resolve("cache");
        List<String> command = new ArrayList<>(List.of("nice", "-n", "19"));
        command.addAll(java);
        command.addAll(List.of("-XX:AOTCacheOutput=" + made, "-cp", jar.get().toString()));
        command.addAll(main);
        run(command, work);
        Files.setPosixFilePermissions(made, PrivateFiles.permissions(0600));
        String content = hash(made);
        if (key.equals(key(jar.get()))) { // the jar is still the same
            PrivateFiles.rename(made, dir.resolve(key + "." + content));
        }
        TreeDeletion.delete(work);
    }

    /// Removes the cache.
    void remove() throws IOException {
        TreeDeletion.delete(dir);
    }

    private static void run(List<String> command, Path data) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).directory(data.toFile()).redirectErrorStream(true)
                .redirectOutput(Redirect.DISCARD).redirectInput(Redirect.from(NOTHING));
        builder.environment().keySet().removeIf(name -> name.startsWith("BOTMAKER_"));
        builder.environment().put("BOTMAKER_DATA_DIR", data.toString());
        Process process = builder.start();
        try {
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IOException("the trial run of the broker failed");
            }
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly); // Java writes the file in a process of its own
            process.destroyForcibly();
        }
    }

    private Optional<Path> find() throws IOException {
        if (jar.isEmpty() || !Files.isDirectory(dir)) {
            return Optional.empty();
        }
        String key = key(jar.get());
        try (DirectoryStream<Path> found = Files.newDirectoryStream(dir, key + ".*")) {
            for (Path file : found) {
                if (file.endsWith(key + "." + hash(file))) {
                    return Optional.of(file);
                }
            }
        }
        return Optional.empty();
    }

    /// Identifies what a cache is made of.
    private String key(Path of) throws IOException {
        List<String> parts = new ArrayList<>(java);
        parts.add(of.toString());
        parts.add(hash(of));
        MACHINE.forEach(property -> parts.add(System.getProperty(property, "")));
        return hash(new ByteArrayInputStream(String.join("\n", parts).getBytes(UTF_8)));
    }

    private static String hash(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return hash(in);
        }
    }

    private static String hash(InputStream content) throws IOException {
        try {
            DigestInputStream in = new DigestInputStream(content, MessageDigest.getInstance("SHA-256"));
            in.transferTo(OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(in.getMessageDigest().digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JDK has no SHA-256", e);
        }
    }
}
