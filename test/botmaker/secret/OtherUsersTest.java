package botmaker.secret;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import botmaker.file.PrivateFiles;
import botmaker.support.ChildJvm;
import botmaker.support.OrdinaryUser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Real users of the host try to read; needs root, and `setpriv` of util-linux.
class OtherUsersTest {
    private static final int BOT_A = 1_900_000_001;
    private static final int BOT_B = 1_900_000_002;
    private static final SecretName KEY = new SecretName("ai-api-key");

    @TempDir
    private Path temp;

    @Test
    void nobody_but_the_owner_reads_a_secret_and_that_only_where_it_is_mounted() throws IOException {
        assumeTrue(PrivateFiles.isRoot(), "being somebody else needs root");
        Files.setPosixFilePermissions(temp, PosixFilePermissions.fromString("rwxr-xr-x"));
        SecretStore store = new SecretStore(temp.resolve("secrets"));
        store.create("bota", Map.of(KEY, Secret.of("a's key")), BOT_A, BOT_A);
        store.create("botb", Map.of(KEY, Secret.of("b's key")), BOT_B, BOT_B);
        for (int uid : List.of(BOT_A, BOT_B, 65_534)) {
            assertDenied(OrdinaryUser.run(uid, "ls", temp.resolve("secrets").toString()));
            assertDenied(OrdinaryUser.run(uid, "ls", store.directory("botb").toString()));
            assertDenied(OrdinaryUser.run(uid, "cat", store.directory("botb").resolve("ai-api-key").toString()));
        }
        Path mounted = Files.createDirectory(temp.resolve("mounted")); // as /run/secrets in bot A's container
        assertEquals("0:", ChildJvm.run("mount", "--bind", store.directory("bota").toString(), mounted.toString()));
        try {
            String file = mounted.resolve("ai-api-key").toString();
            assertEquals("0:a's key", OrdinaryUser.run(BOT_A, "cat", file));
            assertDenied(OrdinaryUser.run(BOT_B, "cat", file));
            assertDenied(OrdinaryUser.run(BOT_B, "ls", mounted.toString()));
            store.replace("bota", KEY, Secret.of("a's new key"), BOT_A, BOT_A);
            assertEquals("0:a's new key", OrdinaryUser.run(BOT_A, "cat", file));
            assertDenied(OrdinaryUser.run(BOT_B, "cat", file));
        } finally {
            assertEquals("0:", ChildJvm.run("umount", "--lazy", mounted.toString()));
        }
    }

    @Test
    void an_ordinary_user_keeps_its_own_secrets_and_cannot_give_them_away() throws IOException {
        try (OrdinaryUser user = OrdinaryUser.in(temp)) {
            Path root = user.home().resolve("secrets");
            int uid = OrdinaryUser.UID;
            assertEquals("0:created\nreplaced", user.run("umask 000", SecretWriter.class, root, uid, uid));
            Path file = root.resolve("bot1/ai-api-key");
            assertEquals(uid, Files.getAttribute(file, "unix:uid"));
            assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
            String refused = user.run("true", SecretWriter.class, user.home().resolve("others"), uid + 1, uid);
            assertTrue(refused.startsWith("1:") && refused.contains("cannot store the secrets"), refused);
        }
    }

    private static void assertDenied(String answer) {
        assertTrue(answer.contains("Permission denied"), answer);
    }
}
