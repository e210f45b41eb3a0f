package botmaker.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import botmaker.file.PrivateFiles;
import botmaker.json.JsonValue;
import botmaker.support.ChildJvm;
import botmaker.support.OrdinaryUser;
import botmaker.support.RunningApp;
import botmaker.support.TalkativeBot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// PROMISES 11 and 12, for everything that a running BotMaker keeps: closed from the first moment on, and to everybody else.
@Tag("docker")
@Timeout(300)
class DataDirectoryTest {
    private static final int NOBODY = 65_534;
    private static final String BOT = """
            {"name": "%s", "instructions": "Be brief.", "ai": {"provider": "openai-compatible", "model": "m", "baseUrl": "http://127.0.0.1:9/v1",
             "apiKey": "sk-example-0123456789"}, "reach": "legacy", "channel": {"type": "webchat"}}""";
    /// The name, flags and mode of a file or directory that a call makes.
    private static final Pattern MAKES = Pattern.compile("(open|openat|creat|mkdir|mkdirat|mknod|mknodat)\\(.*\"([^\"]*)\"(.*?), (0[0-7]+)(\\)| <unfinished).*");

    @TempDir
    Path temp;

    @Test
    void whatever_a_whole_life_creates_is_born_closed_under_umask_000() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/strace")), "strace is missing: apt-get install strace");
        Path data = temp.resolve("data");
        Path trace = temp.resolve("trace");
        List<String> command = new ArrayList<>(List.of("strace", "-f", "-y", "-qq", "-o", trace.toString(), "-e",
                "trace=open,openat,creat,mkdir,mkdirat,mknod,mknodat,chmod,fchmod,fchmodat"));
        command.addAll(ChildJvm.commandAfter("umask 000", Served.class, data));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(temp.resolve("out").toFile());
        Process process = builder.start();
        try {
            assertTrue(process.waitFor(240, TimeUnit.SECONDS), "it does not end");
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        assertEquals(0, process.exitValue(), Files.readString(temp.resolve("out")));

        Set<String> seen = new TreeSet<>();
        try (Stream<String> lines = Files.lines(trace)) {
            lines.filter(line -> line.contains(data.toString())).forEach(line -> judge(line, seen));
        }
        assertTrue(seen.containsAll(Set.of("admin-password", "botmaker.db", "botmaker.db-wal", "lock", "secrets", "bots", "state", "config",
                "ai-api-key", "gateway-token", "openclaw.json")), seen::toString);
    }

    /// A whole life of a BotMaker and two bots, in a process of its own.
    static final class Served {
        public static void main(String[] arguments) throws Exception {
            try (RunningApp app = RunningApp.start(Path.of(arguments[0]), TalkativeBot.settings())) {
                String id = make(app, "first");
                make(app, "second");
                String bot = "/api/bots/" + id;
                expect(200, app.send("PUT", bot + "/secrets/ai-api-key", "{\"value\": \"sk-another-0123456789\"}").statusCode());
                expect(200, app.send("PATCH", bot, "{\"ai\": {\"model\": \"n\"}, \"limits\": {\"pids\": 100}}").statusCode());
                expect(200, app.send("PUT", bot + "/instructions", "{\"text\": \"Be kind.\"}").statusCode());
                expect(200, app.post(bot + "/stop", "").statusCode());
                expect(202, app.post(bot + "/recreate", "").statusCode());
                expect(204, app.send("DELETE", bot + "?keep=state", "").statusCode());
            }
            System.exit(0);
        }

        private static void expect(int status, int actual) {
            if (status != actual) {
                throw new AssertionError(actual + " where " + status + " was expected");
            }
        }
    }

    private static String make(RunningApp app, String name) throws Exception {
        var created = app.post("/api/bots", BOT.formatted(name));
        assertEquals(201, created.statusCode(), created.body());
        return JsonValue.parse(created.body()).get("id").string();
    }

    private static void judge(String line, Set<String> seen) {
        String call = line.replaceFirst("^[0-9]+ +", "");
        // A copy of a bot's state is born closed, too, and gets the modes that the bot gave its files when it is complete.
        assertFalse(call.matches("f?chmod.*") && !call.contains("/state-copy"), call);
        Matcher makes = MAKES.matcher(call);
        if (!makes.matches() || call.startsWith("open") && !call.contains("O_CREAT")) {
            return;
        }
        String name = Path.of(makes.group(2)).getFileName().toString().replaceFirst("^\\.(.+)\\.[0-9a-f-]{36}$", "$1");
        if (name.equals("botmaker.db") && seen.contains(name)) {
            return; // SQLite asks for a file to be made that was made before, closed
        }
        boolean directory = call.startsWith("mkdir");
        seen.add(name);
        // What a bot's own user reads and may not write: it lies inside that bot's closed directory, and holds no secret.
        boolean config = call.matches(".*/bots/[0-9a-f]{16}(/|>, \")config(-next)?[/>\"].*");
        assertEquals(config ? directory ? "0755" : "0644" : directory ? "0700" : "0600", makes.group(4), call);
        boolean sqlites = name.matches("botmaker\\.db-(wal|shm|journal)");
        assertTrue(directory || sqlites || name.equals("lock") || call.contains("O_EXCL"), call);
    }

    @Test
    void nobody_else_reads_anything_of_a_running_botmaker_nor_one_bot_of_another() throws Exception {
        assumeTrue(PrivateFiles.isRoot(), "being somebody else needs root");
        Path data = temp.resolve("data");
        Files.setPosixFilePermissions(temp, PosixFilePermissions.fromString("rwxr-xr-x"));
        try (RunningApp app = RunningApp.start(data, TalkativeBot.settings())) {
            String first = make(app, "first");
            String second = make(app, "second");
            int own = owner(data, first);
            int other = owner(data, second);
            assertTrue(own != other && own != 0 && other != 0, own + " " + other);
            Files.writeString(data.resolve("bots").resolve(first).resolve("state/memory"), "what it remembers");
            modes(data);
            try (Stream<Path> all = Files.walk(data)) {
                for (Path path : all.filter(it -> isClosed(data, it)).toList()) {
                    // Mounted where everybody gets to, so that it is this very file that refuses, not a directory above it.
                    closedTo(path, path.toString().contains(first) ? List.of(other, NOBODY) : List.of(own, other, NOBODY), second);
                }
            }
            Path key = data.resolve("secrets").resolve(first).resolve("ai-api-key");
            assertEquals("0:sk-example-0123456789", mounted(key, place -> OrdinaryUser.run(own, "cat", place)), "but the bot itself does");
        }
    }

    private static int owner(Path data, String bot) throws IOException {
        return (int) Files.getAttribute(data.resolve("bots").resolve(bot).resolve("state"), "unix:uid");
    }

    /// The configuration is for the bot to read; it is inside a closed directory. The library of SQLite is no secret.
    private static boolean isClosed(Path data, Path path) {
        String inside = data.relativize(path).toString();
        return !inside.contains("/config") && !inside.endsWith(".so") && !inside.endsWith("/memory");
    }

    private static void modes(Path data) throws IOException {
        try (Stream<Path> all = Files.walk(data)) {
            for (Path path : all.filter(it -> isClosed(data, it)).toList()) {
                assertTrue(Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_EXECUTE)
                        .containsAll(Files.getPosixFilePermissions(path)), path + " is open");
            }
        }
    }

    private void closedTo(Path path, List<Integer> users, String second) throws IOException {
        for (int user : users) {
            boolean theirs = path.toString().contains(second) && user == owner(temp.resolve("data"), second);
            if (!theirs) {
                String answer = mounted(path, place -> OrdinaryUser.run(user, Files.isDirectory(path) ? "ls" : "cat", place));
                assertTrue(answer.contains("Permission denied"), user + " at " + path + ": " + answer);
            }
        }
    }

    private interface Try {
        String on(String place) throws IOException;
    }

    private String mounted(Path path, Try attempt) throws IOException {
        Path place = temp.resolve("mounted-" + Files.isDirectory(path));
        if (!Files.exists(place)) {
            if (Files.isDirectory(path)) {
                Files.createDirectory(place);
            } else {
                Files.createFile(place);
            }
        }
        assertEquals("0:", ChildJvm.run("mount", "--bind", path.toString(), place.toString()));
        try {
            return attempt.on(place.toString());
        } finally {
            assertEquals("0:", ChildJvm.run("umount", "--lazy", place.toString()));
        }
    }
}
