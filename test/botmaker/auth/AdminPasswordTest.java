package botmaker.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdminPasswordTest {
    @TempDir
    private Path data;

    private Path file() {
        return data.resolve("admin-password");
    }

    @Test
    void it_is_made_once_and_read_back() throws IOException {
        AdminPassword made = AdminPassword.in(file());
        String password = Files.readString(file()).strip();
        assertTrue(password.matches("[a-z2-9_]{26}"), password);
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file())));
        assertTrue(made.matches(password));
        assertTrue(AdminPassword.in(file()).matches(password));
        assertEquals(password, Files.readString(file()).strip());
        assertFalse(made.matches(password + "x"));
        assertFalse(made.matches(""));
        try (var files = Files.list(data)) {
            assertEquals(1, files.count());
        }
    }

    @Test
    void only_one_that_was_made_here_counts_as_beyond_guessing() throws IOException {
        assertFalse(AdminPassword.in(file()).guessable());
        assertFalse(AdminPassword.in(file()).guessable());
        for (String own : new String[] {"correct horse battery staple", "correcthorsebatterystaple!", "short-but-16-long"}) {
            Files.writeString(file(), own);
            assertTrue(AdminPassword.in(file()).guessable(), own);
        }
    }

    @Test
    void no_two_are_alike() throws IOException {
        Set<String> passwords = new HashSet<>();
        for (int i = 0; i < 20; i++) {
            AdminPassword.in(data.resolve("p" + i));
            passwords.add(Files.readString(data.resolve("p" + i)));
        }
        assertEquals(20, passwords.size());
    }

    @Test
    void it_prints_nothing() throws IOException {
        String shown = AdminPassword.in(file()).toString();
        assertFalse(shown.contains(Files.readString(file()).strip()), shown);
    }

    @Test
    void a_file_that_others_may_read_is_refused() throws IOException {
        AdminPassword.in(file());
        Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-r-----"));
        assertThrows(IOException.class, () -> AdminPassword.in(file()));
    }

    @Test
    void a_link_an_empty_file_and_a_directory_are_refused() throws IOException {
        Path other = data.resolve("other");
        AdminPassword.in(other);
        Files.createSymbolicLink(file(), other);
        assertThrows(IOException.class, () -> AdminPassword.in(file()));
        Files.delete(file());
        Files.createFile(file(), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        assertThrows(IOException.class, () -> AdminPassword.in(file()));
        Files.delete(file());
        Files.createDirectory(file());
        assertThrows(IOException.class, () -> AdminPassword.in(file()));
    }
}
