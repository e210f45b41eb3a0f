package botmaker.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import botmaker.support.ChildJvm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackupLockTest {
    @TempDir
    Path data;

    @Test
    void it_is_held_until_it_is_closed() throws Exception {
        DirectoryLock.prepareForBackups(data);
        DirectoryLock.prepareForBackups(data);
        assertFalse(DirectoryLock.isBackupRunning(data));

        try (DirectoryLock _ = DirectoryLock.forBackup(data).orElseThrow()) {
            assertTrue(DirectoryLock.isBackupRunning(data));
        }
        assertFalse(DirectoryLock.isBackupRunning(data));
    }

    /// A backup changes nothing in a data directory.
    @Test
    void a_directory_that_nobody_serves_from_is_left_as_it_is() throws Exception {
        assertEquals(Optional.empty(), DirectoryLock.forBackup(data));
        try (var entries = Files.list(data)) {
            assertEquals(0, entries.count());
        }
    }

    /// A snapshot of a data directory is often read-only.
    @Test
    void a_backup_does_not_write_to_it() throws Exception {
        DirectoryLock.prepareForBackups(data);
        String lock = data.resolve("backup.lock").toString();
        assumeTrue(ChildJvm.run("chattr", "+i", lock).equals("0:"), "the file system has no such attribute, or this is not root");
        try {
            DirectoryLock.forBackup(data).orElseThrow().close();
        } finally {
            assertEquals("0:", ChildJvm.run("chattr", "-i", lock));
        }
    }
}
