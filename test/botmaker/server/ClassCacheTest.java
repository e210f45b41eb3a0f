package botmaker.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.file.PrivateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// With the jar that ships and a real cache, which is made once for all of them.
@Timeout(300)
class ClassCacheTest {
    private static final List<String> JAVA = Stream.concat(Stream.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()),
            BrokerProcess.FLAGS.stream()).toList();
    private static final List<String> BROKER = List.of("botmaker.cli.Main", "broker", "--child");

    @TempDir
    private static Path scratch;
    private static Path jar;
    private static Path dir;
    private static Path file;

    private byte[] wholeJar;
    private byte[] wholeFile;

    @BeforeAll
    static void make() throws Exception {
        jar = scratch.resolve("botmaker.jar");
        dir = scratch.resolve("classes");
        Files.copy(Path.of("build", "botmaker.jar"), jar);
        Files.createDirectories(dir.resolve("new"));
        Files.writeString(dir.resolve("that of an older release"), "");
        cache(jar.toString()).make(BROKER);
        try (Stream<Path> all = Files.list(dir)) {
            List<Path> files = all.toList();
            assertEquals(1, files.size(), files.toString());
            file = files.getFirst();
        }
    }

    @BeforeEach
    void keep() throws IOException {
        wholeJar = Files.readAllBytes(jar);
        wholeFile = Files.readAllBytes(file);
    }

    @AfterEach
    void putBack() throws IOException {
        change(jar, wholeJar);
        change(file, wholeFile);
        assertEquals(List.of("-XX:AOTCache=" + file, "-Xlog:aot=off"), cache(jar.toString()).flags());
    }

    private static ClassCache cache(String classPath) {
        return new ClassCache(dir, JAVA, classPath);
    }

    /// Writes other content, as if nothing had happened at that time.
    private static void change(Path file, byte[] content) throws IOException {
        FileTime time = Files.getLastModifiedTime(file);
        Path other = file.resolveSibling(".other");
        Files.write(other, content);
        Files.setLastModifiedTime(other, time);
        Files.setPosixFilePermissions(other, Files.getPosixFilePermissions(file));
        Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);
    }

    /// Starts the jar, and returns whether its classes came from the cache. It must say its version and nothing else.
    private static boolean isUsed(List<String> flags) throws Exception {
        Path log = scratch.resolve("log");
        List<String> command = new ArrayList<>(JAVA);
        command.addAll(flags);
        command.addAll(List.of("-Xlog:class+load:file=" + log, "-cp", jar.toString(), "botmaker.cli.Main", "--version"));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertTrue(process.waitFor(60, TimeUnit.SECONDS));
        assertEquals(0, process.exitValue(), said);
        assertTrue(said.matches("BotMaker [0-9.]+\n"), said);
        String loaded = Files.readString(log);
        assertTrue(loaded.contains(" botmaker.cli.Main source: "), loaded);
        return loaded.contains(" botmaker.cli.Main source: shared objects file");
    }

    @Test
    void classes_come_from_it_and_only_this_user_can_read_it() throws Exception {
        assertTrue(isUsed(cache(jar.toString()).flags()));
        assertEquals(0700, PrivateFiles.mode(Files.getPosixFilePermissions(dir)));
        assertEquals(0600, PrivateFiles.mode(Files.getPosixFilePermissions(file)));
    }

    @Test
    void it_is_made_once() throws Exception {
        Object before = Files.getAttribute(file, "unix:ino");
        cache(jar.toString()).make(BROKER);
        assertEquals(before, Files.getAttribute(file, "unix:ino"));
    }

    /// The virtual machine itself would run the old classes.
    @Test
    void that_of_another_jar_is_not_used_even_if_size_and_time_are_the_same() throws Exception {
        List<String> old = cache(jar.toString()).flags();
        FileTime time = Files.getLastModifiedTime(jar);
        byte[] other = wholeJar.clone();
        other[10] ^= 1; // the time of the first entry
        change(jar, other);
        assertEquals(time, Files.getLastModifiedTime(jar));
        assertEquals(wholeJar.length, Files.size(jar));
        assertEquals(List.of(), cache(jar.toString()).flags());
        assertTrue(isUsed(old), "the virtual machine compares jars by now");
    }

    @Test
    void half_a_cache_is_not_used_and_stops_no_start() throws Exception {
        List<String> whole = cache(jar.toString()).flags();
        for (int length : new int[] {wholeFile.length / 2, 100, 0}) {
            Files.write(file, Arrays.copyOf(wholeFile, length));
            assertEquals(List.of(), cache(jar.toString()).flags());
            assertFalse(isUsed(whole)); // if it is cut off after the look
        }
    }

    @Test
    void a_damaged_cache_is_not_used() throws Exception {
        byte[] damaged = wholeFile.clone();
        damaged[damaged.length / 2] ^= 1;
        Files.write(file, damaged);
        assertEquals(List.of(), cache(jar.toString()).flags());
    }

    @Test
    void that_of_other_flags_is_not_used() {
        List<String> others = new ArrayList<>(JAVA);
        others.remove("-XX:+UseSerialGC");
        assertEquals(List.of(), new ClassCache(dir, others, jar.toString()).flags());
    }

    @Test
    void a_class_path_that_is_no_jar_has_none() throws Exception {
        Path none = scratch.resolve("none");
        for (String classPath : List.of(jar + ":" + jar, scratch.toString(), scratch.resolve("missing.jar").toString())) {
            ClassCache cache = new ClassCache(none, JAVA, classPath);
            cache.make(BROKER);
            assertEquals(List.of(), cache.flags());
        }
        assertFalse(Files.exists(none));
    }

    @Test
    void a_trial_run_that_fails_leaves_no_cache() throws Exception {
        Path other = scratch.resolve("failed");
        ClassCache cache = new ClassCache(other, JAVA, jar.toString());
        assertThrows(IOException.class, () -> cache.make(List.of("botmaker.cli.Main", "nonsense")));
        assertEquals(List.of(), cache.flags());
        cache.remove();
        assertFalse(Files.exists(other));
    }
}
