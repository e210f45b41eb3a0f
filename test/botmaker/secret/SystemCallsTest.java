package botmaker.secret;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import botmaker.file.PrivateFiles;
import botmaker.support.ChildJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Watches and kills a process that writes secrets, at the level of its system calls. Needs `strace`.
class SystemCallsTest {
    /// Without a file of its own in `/tmp`, which it would delete by calls that are counted here.
    private static final String SHELL = "umask 000; export JDK_JAVA_OPTIONS=-XX:-UsePerfData";

    @TempDir
    private Path temp;
    private Path root;
    private Path trace;

    @BeforeEach
    void requireStrace() {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/strace")), "needs strace");
        root = temp.resolve("secrets");
        trace = temp.resolve("trace");
    }

    /// The files are never open to others, not even between two calls and with a umask that would allow it; and
    /// nothing gets its final name before it is on the disk.
    @Test
    void secrets_are_born_closed_and_durable_before_they_are_seen() throws IOException {
        String outcome = strace("trace=open,openat,creat,mkdir,mkdirat,chmod,fchmod,fchmodat,fsync,rename,renameat,renameat2");
        assertTrue(outcome.startsWith("0:") && outcome.endsWith("created\nreplaced\ndeleted"), outcome);
        List<String> calls = calls();
        List<String> created = new ArrayList<>();
        for (String call : calls) {
            assertFalse(call.contains("chmod") || call.startsWith("creat("), call);
            if (call.startsWith("mkdir")) {
                assertTrue(call.contains(", 0700)"), call);
            }
            if (call.startsWith("open") && call.contains("O_CREAT")) {
                assertTrue(call.contains("O_EXCL") && call.contains(", 0600)"), call);
                created.add(call);
            }
        }
        assertEquals(3, created.size(), calls::toString);
        assertEquals(List.of("mkdir secrets", "mkdir .tmp",
                        "create .tmp/ai-api-key", "fsync .tmp/ai-api-key", "create .tmp/gateway-token", "fsync .tmp/gateway-token",
                        "fsync .tmp", "rename .tmp bot1", "fsync secrets",
                        "create .tmp", "fsync .tmp", "rename .tmp bot1/ai-api-key", "fsync bot1", "fsync secrets",
                        "rename bot1 .tmp-bot1", "fsync secrets", "fsync secrets"),
                calls.stream().flatMap(this::inShort).toList());
    }

    /// A kill at any of these calls leaves the old secrets or the new ones, and what else is left can be told and removed.
    @ParameterizedTest
    @CsvSource({"fsync,1,none", "fsync,2,none", "fsync,3,none", "rename,1,none", "fsync,4,old", "fsync,5,old",
            "rename,2,old", "fsync,6,new", "fsync,7,new", "rename,3,new", "fsync,8,none", "unlink,1,none", "unlink,2,none",
            "rmdir,1,none",
            "fsync,9,none"})
    void a_kill_leaves_all_or_nothing(String call, int number, String expected) throws IOException {
        String outcome = strace("inject=" + call + ":signal=KILL:when=" + number);
        assertTrue(outcome.startsWith("137:"), outcome);
        SecretStore store = new SecretStore(root);
        store.deleteLeftovers();
        if (expected.equals("none")) {
            assertEquals(Set.of(), store.owners());
        } else {
            assertEquals(Optional.of(Secret.of(expected + " key")), store.read("bot1", SecretWriter.KEY));
            assertEquals(Optional.of(Secret.of("token")), store.read("bot1", SecretWriter.TOKEN));
            assertEquals(Set.of(SecretWriter.KEY, SecretWriter.TOKEN), store.list("bot1").keySet());
        }
        try (Stream<Path> entries = Files.list(root)) {
            assertEquals(store.owners().size(), entries.count());
        }
    }

    private String strace(String expression) throws IOException {
        List<String> command = new ArrayList<>(List.of("strace", "-f", "-y", "-qq", "-o", trace.toString(), "-e", expression));
        command.addAll(ChildJvm.commandAfter(SHELL, SecretWriter.class, root, PrivateFiles.currentUid(), PrivateFiles.currentGid(),
                "delete"));
        return ChildJvm.run(command);
    }

    /// The traced calls that have to do with the store, without process ids.
    private List<String> calls() throws IOException {
        try (Stream<String> lines = Files.lines(trace)) {
            return lines.map(line -> line.replaceFirst("^[0-9]+ +", "")).filter(line -> line.contains(root.toString())).toList();
        }
    }

    /// `rename("…/secrets/.tmp-1", "…/secrets/bot1") = 0` as `rename .tmp bot1`; nothing for plain reading.
    private Stream<String> inShort(String call) {
        Map<String, String> names = Map.of("mkdir", "mkdir", "mkdirat", "mkdir", "open", "create", "openat", "create",
                "fsync", "fsync", "rename", "rename", "renameat", "rename", "renameat2", "rename");
        String name = names.get(call.substring(0, call.indexOf('(')));
        if (name.equals("create") && !call.contains("O_CREAT")) {
            return Stream.of();
        }
        String arguments = call.replaceFirst(" = .*", "").replaceFirst("^[a-z0-9]+\\(", "");
        List<String> paths = Pattern.compile("secrets[^\">]*").matcher(arguments).results()
                .map(match -> match.group().replaceFirst("^secrets/", "").replaceFirst("-[0-9a-f-]{36}", "")).toList();
        return Stream.of(name + " " + String.join(" ", paths));
    }
}
