package botmaker.backup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.file.PrivateFiles;
import botmaker.store.Database;
import botmaker.support.OrdinaryUser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// An ordinary user keeps and restores what is its own, whatever the modes are, and gets what root has kept as its own.
class OrdinaryUserTest {
    @TempDir
    private Path temp;

    /// Makes, keeps and restores a house in a directory.
    static final class Keeping {
        public static void main(String[] arguments) throws IOException {
            Path home = Path.of(arguments[0]);
            House house = new House(home.resolve("data"), PrivateFiles.currentUid());
            try (Database database = house.open()) {
                Path state = house.bot(database, "0123456789abcdef");
                Files.setPosixFilePermissions(Files.writeString(state.resolve("read-only"), "a"), PosixFilePermissions.fromString("r--------"));
                Files.setPosixFilePermissions(Files.writeString(state.resolve("closed"), "b"), PosixFilePermissions.fromString("---------"));
                Files.writeString(Files.createDirectory(state.resolve("locked")).resolve("inside"), "c");
                Files.setPosixFilePermissions(state.resolve("locked"), PosixFilePermissions.fromString("r-x------"));
                Files.setPosixFilePermissions(Files.createDirectory(state.resolve("shut")), PosixFilePermissions.fromString("---------"));
            }
            house.backUp(home.resolve("backup.bm"));
            house.restore(home.resolve("backup.bm"), home.resolve("restored"));
            house.said.forEach(System.out::println);
        }
    }

    /// Restores what somebody else has kept.
    static final class Restoring {
        public static void main(String[] arguments) throws IOException {
            Path home = Path.of(arguments[0]);
            new House(home.resolve("unused"), 0).restore(home.resolve("root.bm"), home.resolve("from-root"));
        }
    }

    @Test
    void it_keeps_and_restores() throws Exception {
        try (OrdinaryUser user = OrdinaryUser.in(temp)) {
            String output = user.run("umask 000", Keeping.class, user.home());
            assertTrue(output.startsWith("0:"), output);
            assertTrue(output.contains("closed: left out") && output.contains("shut: left out"), output);
            assertEquals(2, output.lines().count(), output);
            Path state = user.home().resolve("restored/bots/0123456789abcdef/state");
            assertEquals("a", Files.readString(state.resolve("read-only")));
            assertEquals("r--------", House.mode(state.resolve("read-only")));
            assertEquals("c", Files.readString(state.resolve("locked/inside")));
            assertEquals("r-x------", House.mode(state.resolve("locked")));
            assertEquals("rwx------", House.mode(user.home().resolve("restored")));
            assertEquals("rw-------", House.mode(user.home().resolve("backup.bm")));
        }
    }

    @Test
    void it_gets_what_root_has_kept_as_its_own() throws Exception {
        try (OrdinaryUser user = OrdinaryUser.in(temp)) {
            House house = new House(temp.resolve("data"), 1_900_000_007);
            try (Database database = house.open()) {
                house.bot(database, "0123456789abcdef");
                house.backUp(temp.resolve("root.bm"));
            }
            Files.move(temp.resolve("root.bm"), user.home().resolve("root.bm"));
            PrivateFiles.chown(user.home().resolve("root.bm"), OrdinaryUser.UID, OrdinaryUser.UID);

            assertEquals("0:", user.run("true", Restoring.class, user.home()));

            Path secret = user.home().resolve("from-root/secrets/0123456789abcdef/ai-api-key");
            assertEquals(OrdinaryUser.UID, Files.getAttribute(secret, "unix:uid"));
            assertEquals("rw-------", House.mode(secret));
        }
    }
}
