package botmaker.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;

import botmaker.error.Failure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import org.junit.jupiter.api.Test;

class IoFailuresTest {
    @Test
    void no_space_and_no_quota_are_a_full_disk() {
        for (IOException e : new IOException[] {new IOException("No space left on device"),
                new FileSystemException("/a", null, "No space left on device"), new IOException("Disk quota exceeded")}) {
            Failure.DiskFull full = assertInstanceOf(Failure.DiskFull.class, IoFailures.translate(e, "cannot store it"));
            assertEquals("cannot store it: the disk is full; free some space and try again", full.getMessage());
        }
    }

    @Test
    void other_failures_say_what_and_why() {
        RuntimeException e = IoFailures.translate(new AccessDeniedException("/data/x"), "cannot store it");
        assertInstanceOf(UncheckedIOException.class, e);
        assertEquals("cannot store it: /data/x: permission denied; check who owns it, and the user that BotMaker runs as",
                e.getMessage());
    }

    @Test
    void a_file_name_cannot_add_a_line_to_a_log() {
        RuntimeException e = IoFailures.translate(new FileSystemException("a\nERROR b\u001b[31m", null, "bad"), "cannot delete");
        assertEquals("cannot delete: a?ERROR b?[31m: bad", e.getMessage());
    }

    @Test
    void a_file_in_the_way_is_a_conflict_and_a_failing_disk_is_not() {
        RuntimeException wrong = IoFailures.translate(new FileSystemException("/a", null, "Operation not permitted"), "cannot delete it");
        assertEquals("Remove it.", assertInstanceOf(Failure.Conflict.class, IoFailures.conflict(wrong, "Remove it.")).getMessage());
        for (IOException e : new IOException[] {new IOException("/a: Input/output error"),
                new FileSystemException("/a", null, "Input/output error"), new IOException("No space left on device")}) {
            RuntimeException disk = IoFailures.translate(e, "cannot delete it");
            assertSame(disk, IoFailures.conflict(disk, "Remove it."));
        }
    }
}
