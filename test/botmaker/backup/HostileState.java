package botmaker.backup;

import static org.junit.jupiter.api.Assertions.assertEquals;

import botmaker.file.FileNames;
import botmaker.support.ChildJvm;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;

/// Everything that a bot may put into its state to harm whoever copies it.
final class HostileState {
    private HostileState() {
    }

    /// @param outside what no link may lead to being read or written
    static void make(Path state, Path outside) throws IOException {
        Files.writeString(Files.createDirectories(state.resolve("workspace/a/b")).resolve("note"), "remember this");
        Files.setPosixFilePermissions(Files.writeString(state.resolve("run"), "#!/bin/sh\n"), PosixFilePermissions.fromString("r-x--x---"));
        Files.setLastModifiedTime(state.resolve("run"), FileTime.fromMillis(1_234_567_890_000L));
        Files.createSymbolicLink(state.resolve("out"), outside);
        Files.createSymbolicLink(state.resolve("up"), Path.of("../../../secrets"));
        Files.createSymbolicLink(state.resolve("loop"), Path.of("loop"));
        Files.createSymbolicLink(state.resolve("dangling"), Path.of("n".repeat(200)));
        Files.createLink(state.resolve("hard"), state.resolve("run"));
        try (var sparse = new RandomAccessFile(state.resolve("sparse").toFile(), "rw")) {
            sparse.seek(200L << 20);
            sparse.write("end".getBytes(StandardCharsets.UTF_8));
        }
        try (var endless = new RandomAccessFile(state.resolve("endless").toFile(), "rw")) {
            endless.setLength(8L << 40);
        }
        assertEquals("0:", ChildJvm.run("mkfifo", state.resolve("pipe").toString()));
        assertEquals("0:", ChildJvm.run("mknod", state.resolve("device").toString(), "c", "1", "5"));
        Files.write(state.resolve(FileNames.path("b\u00ff\n\u001b[m")), new byte[] {1, 2, 3});
        Files.writeString(state.resolve("x".repeat(255)), "long");
        Path deep = state;
        for (int level = 0; level < 150; level++) {
            deep = Files.createDirectory(deep.resolve("d"));
        }
        Files.writeString(deep.resolve("too"), "deep");
        Path wide = state;
        for (int level = 0; level < 14; level++) {
            wide = Files.createDirectory(wide.resolve("w".repeat(250)));
        }
        Files.createDirectory(state.resolve("empty"));
        Files.createFile(state.resolve("nothing"));
    }
}
