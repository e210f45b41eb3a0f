package botmaker.file;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileWatchTest {
    private final AtomicInteger told = new AtomicInteger();

    @TempDir
    private Path directory;

    private Path file;
    private FileWatch watch;

    private interface Change {
        void make() throws IOException;
    }

    @BeforeEach
    void watch() throws IOException {
        file = Files.writeString(directory.resolve("file"), "one");
        watch = new FileWatch(List.of(file, directory.resolve("absent")), told::incrementAndGet);
    }

    private void assertTold(Change change) throws IOException {
        int before = told.get();
        change.make();
        watch.look();
        assertEquals(before, told.get(), "told before it settled");
        watch.look();
        assertEquals(before + 1, told.get());
        watch.look();
        watch.look();
        assertEquals(before + 1, told.get(), "told twice");
    }

    @Test
    void every_kind_of_change_is_told_once_when_it_has_settled() throws IOException {
        assertTold(() -> Files.writeString(file, "another"));
        FileTime time = Files.getLastModifiedTime(file);
        assertTold(() -> {
            Files.writeString(file, "same siz");
            Files.setLastModifiedTime(file, time);
        });
        assertTold(() -> Files.move(Files.writeString(directory.resolve("new"), "x"), file, StandardCopyOption.ATOMIC_MOVE));
        assertTold(() -> Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------")));
        assertTold(() -> Files.delete(file));
        Path target = Files.writeString(directory.resolve("target"), "x");
        assertTold(() -> Files.createSymbolicLink(file, target));
        assertTold(() -> Files.writeString(target, "through the link"));
        assertTold(() -> Files.writeString(directory.resolve("absent"), "there"));
    }

    @Test
    void a_file_that_is_still_written_is_not_told() throws IOException {
        for (int i = 1; i < 5; i++) {
            Files.writeString(file, "x".repeat(i));
            watch.look();
        }
        assertEquals(0, told.get());
        watch.look();
        assertEquals(1, told.get());
    }

    @Test
    void what_changed_before_the_watch_began_is_told() throws Exception {
        CountDownLatch changed = new CountDownLatch(1);
        try (FileWatch late = new FileWatch(List.of(file), changed::countDown)) {
            Files.writeString(file, "meanwhile");
            late.start();
            assertEquals(true, changed.await(60, TimeUnit.SECONDS));
        }
    }

    @Test
    void a_change_that_cannot_be_taken_over_does_not_end_the_watch() throws IOException {
        FileWatch failing = new FileWatch(List.of(file), () -> {
            if (told.incrementAndGet() == 1) {
                throw new IllegalStateException("first");
            }
            throw new OutOfMemoryError("of the test");
        });
        for (String text : List.of("a", "bc")) {
            Files.writeString(file, text);
            failing.look();
            failing.look();
        }
        assertEquals(2, told.get());
    }
}
