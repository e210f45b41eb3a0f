package botmaker.crash;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;

/// Counts the system calls of a process that change the files of a data directory or go to the engine, and strikes at
/// chosen ones (`faults.c`, which the C compiler makes into a library that is loaded before libc).
final class Faults {
    // As in faults.c.
    private static final int CHANGES = 1;
    private static final int NEEDS_ROOM = 2;
    private static final int READS = 4;
    private static final int ASKS = 8;
    private static final int ASKED = 16;
    private static final int ANSWERS = 32;
    private static final int ARMED = 0;
    private static final int MASK = 1;
    private static final int ERROR = 2;
    private static final int FIRST = 3;
    private static final int LAST = 4;
    private static final int COUNT = 5;
    private static final int HITS = 6;

    /// What happens at the calls that are chosen.
    enum Kind {
        /// Every change of a file, every request that changes something in the engine, before it is sent and right after, and
        /// every answer.
        KILL(0, CHANGES | ASKS | ASKED | ANSWERS),
        /// Every change of a file and every opening.
        EIO(5, CHANGES | READS),
        /// Every call that needs room on the disk.
        ENOSPC(28, NEEDS_ROOM);

        private final int error;
        private final int mask;

        Kind(int error, int mask) {
            this.error = error;
            this.mask = mask;
        }
    }

    private final Path library;
    private final Path shared;
    private final Path log;
    private final Path root;
    private final LongBuffer control;

    private Faults(Path directory, Path root) throws IOException {
        this.library = directory.resolve("faults.so");
        this.shared = directory.resolve("control");
        this.log = directory.resolve("calls");
        this.root = root;
        try (FileChannel file = FileChannel.open(shared, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            this.control = file.map(FileChannel.MapMode.READ_WRITE, 0, 4096).order(ByteOrder.nativeOrder()).asLongBuffer();
        }
    }

    /// @param directory keeps what this needs
    /// @param root      the files below it count, no others
    static Faults in(Path directory, Path root) throws IOException, InterruptedException {
        Path source = directory.resolve("faults.c");
        try (InputStream in = Faults.class.getResourceAsStream("faults.c")) {
            Files.copy(in, source, StandardCopyOption.REPLACE_EXISTING);
        }
        Faults faults = new Faults(directory, root.toRealPath());
        Process cc = new ProcessBuilder("cc", "-shared", "-fPIC", "-O2", "-Wall", "-Werror", "-o",
                faults.library.toString(), source.toString(), "-ldl").redirectErrorStream(true).start();
        String said = new String(cc.getInputStream().readAllBytes());
        if (cc.waitFor() != 0) {
            throw new IOException("cc: " + said);
        }
        return faults;
    }

    /// What a process must find in its environment to be struck.
    Map<String, String> environment() {
        return Map.of("LD_PRELOAD", library.toString(), "FAULTS_ROOT", root.toString(),
                "FAULTS_CONTROL", shared.toString(), "FAULTS_LOG", log.toString());
    }

    /// From now on calls are counted from 1, and those from the first to the last are struck; none where the first is 0.
    void arm(Kind kind, long first, long last) throws IOException {
        disarm();
        if (Files.exists(log)) {
            try (FileChannel file = FileChannel.open(log, StandardOpenOption.WRITE)) {
                file.truncate(0); // not replaced: the process has it open
            }
        }
        control.put(MASK, kind.mask).put(ERROR, kind.error).put(FIRST, first).put(LAST, last).put(COUNT, 0).put(HITS, 0);
        control.put(ARMED, 1);
    }

    void disarm() {
        control.put(ARMED, 0);
    }

    long count() {
        return control.get(COUNT);
    }

    boolean hit() {
        return control.get(HITS) > 0;
    }

    /// The calls since they were last armed, in words: `12 ! rename secrets/.tmp-…` is the twelfth, which was struck.
    List<String> calls() throws IOException {
        return Files.exists(log) ? Files.readAllLines(log) : List.of();
    }

    /// The calls that were struck, without what is random in them.
    String struck() throws IOException {
        return calls().stream().filter(call -> call.matches("[0-9]+ ! .*")).map(Faults::plain).findFirst().orElse("nothing");
    }

    /// `rename secrets/.tmp-5c3…` as `rename secrets/.tmp-*`.
    static String plain(String call) {
        return call.replaceFirst("^[0-9]+ (! )?", "").replaceAll("[0-9a-f]{8}-[0-9a-f-]{27}", "*")
                .replaceAll("[0-9a-f]{64}", "CONTAINER").replaceAll("[0-9a-f]{16}", "BOT").replaceAll("-next-[0-9]+", "-next-N");
    }
}
