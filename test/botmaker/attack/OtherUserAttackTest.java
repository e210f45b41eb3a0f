package botmaker.attack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import botmaker.file.PrivateFiles;
import botmaker.support.OrdinaryUser;
import botmaker.support.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Another user of the host, and a process that has a bot's uid. Needs root, and `setpriv` of util-linux.
@Tag("docker")
@Timeout(300)
class OtherUserAttackTest {
    private static final int NOBODY = 65_534;

    @TempDir
    private static Path temp;

    private static Victim victim;
    private static List<Integer> uids;

    @BeforeAll
    static void start() throws Exception {
        assumeTrue(PrivateFiles.isRoot(), "being somebody else needs root");
        Files.setPosixFilePermissions(temp, PosixFilePermissions.fromString("rwxr-xr-x"));
        victim = Victim.start(temp, Map.of());
        String other = Victim.make(victim.server(), "taken over");
        uids = List.of(NOBODY, (int) Files.getAttribute(victim.state(other), "unix:uid"));
    }

    @AfterAll
    static void stop() throws Exception {
        if (victim != null) {
            victim.close();
        }
    }

    private static void denied(int uid, String... command) throws IOException {
        String said = OrdinaryUser.run(uid, command);
        assertTrue(!said.startsWith("0:") && said.matches("(?s).*(Permission denied|not permitted|Operation not).*"),
                uid + " " + List.of(command) + ": " + said);
    }

    @Test
    void reading_and_writing_its_files() throws Exception {
        List<Path> files;
        try (Stream<Path> all = Files.walk(victim.data())) {
            files = all.toList();
        }
        assertTrue(files.size() > 15, files.toString());
        for (int uid : uids) {
            denied(uid, "ls", victim.data().toString());
            for (Path file : List.of("botmaker.db", "botmaker.db-wal", "admin-password", "lock", "secrets/" + victim.bot() + "/ai-api-key",
                    "secrets/" + victim.bot() + "/gateway-token", "bots/" + victim.bot() + "/config/openclaw.json").stream().map(victim.data()::resolve).toList()) {
                assertTrue(Files.exists(file), file.toString());
                denied(uid, "cat", file.toString());
                denied(uid, "cp", "/dev/null", file.toString());
                denied(uid, "mv", "-f", file.toString(), temp.resolve("stolen").toString());
            }
            denied(uid, "mv", victim.data().toString(), temp.resolve("elsewhere").toString());
            denied(uid, "chmod", "755", victim.data().toString());
        }
    }

    @Test
    void looking_into_the_process_and_stopping_it() throws Exception {
        String pid = Long.toString(victim.server().process().pid());
        for (int uid : uids) {
            for (String file : List.of("environ", "mem", "maps", "root/", "cwd/", "fd/", "auxv", "stack")) {
                denied(uid, "sh", "-c", "head -c 1 /proc/" + pid + "/" + file + " && ls /proc/" + pid + "/" + file);
            }
            denied(uid, "kill", "-9", pid);
            denied(uid, "sh", "-c", "echo 1000 >/proc/" + pid + "/oom_score_adj");
            String attached = OrdinaryUser.run(uid, Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(), pid, "VM.system_properties");
            assertFalse(attached.startsWith("0:"), attached);
        }
        String secret = Files.readString(victim.data().resolve("admin-password")).strip();
        String said = OrdinaryUser.run(NOBODY, "sh", "-c", "cat /proc/" + pid + "/cmdline; ps -ef 2>/dev/null || true");
        assertFalse(said.contains(secret) || said.contains(Victim.KEY), "the command line tells");
        assertTrue(victim.server().process().isAlive());
    }

    /// In a directory where everybody may make files, somebody was there first.
    @Test
    void being_there_before_the_data_directory() throws Exception {
        Path open = Files.createDirectory(temp.resolve("open"));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
        assertEquals("0:", OrdinaryUser.run(NOBODY, "sh", "-c", "mkdir -m 700 " + open + "/own; mkdir -m 777 " + open + "/bait; ln -s bait "
                + open + "/link; ln -s nowhere " + open + "/dangling; : >" + open + "/file; mkfifo " + open + "/fifo"));
        for (String name : List.of("own", "bait", "link", "dangling", "file", "fifo")) {
            String refused = refusal(open.resolve(name));
            assertTrue(refused.contains("it does not serve"), name + ": " + refused);
        }
        try (Stream<Path> made = Files.list(open.resolve("bait"))) {
            assertEquals(List.of(), made.toList());
        }
        assertFalse(Files.exists(open.resolve("nowhere")));
    }

    private static String refusal(Path data) {
        List<String> said = new ArrayList<>();
        try (ServerProcess _ = ServerProcess.start(data, Map.of("BOTMAKER_OPENCLAW_IMAGE", "none"))) {
            said.add("it serves from " + data);
        } catch (IOException e) {
            said.add(e.getMessage());
        }
        return String.join("", said);
    }
}
