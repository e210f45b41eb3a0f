package botmaker.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// What a Java process uses, as Linux and its virtual machine tell.
record Vitals(long pid) {
    private static final double TICKS_PER_SECOND = 100; // USER_HZ, the same on every Linux that Java knows
    /// A line of a histogram: number, instances, bytes, class.
    private static final Pattern CLASS = Pattern.compile("^ *\\d+: +\\d+ +(\\d+) +(\\S+)", Pattern.MULTILINE);
    /// What the collector leaves in place of the dead where it does not move the living.
    private static final String FILLER = "jdk.internal.vm.Filler";
    private static final double BYTES = 1024 * 1024;

    /// Of all its threads, user and system, since it began.
    double cpuSeconds() throws IOException {
        String stat = Files.readString(proc("stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_PER_SECOND;
    }

    double residentMegabytes() throws IOException {
        return Files.readAllLines(proc("status")).stream().filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", ""))).findFirst().orElseThrow() / 1024.0;
    }

    long descriptors() throws IOException {
        return entries("fd");
    }

    long threads() throws IOException {
        return entries("task");
    }

    /// What is reachable, after a collection that this asks for. The collector's own figure counts, in an old generation that is
    /// mostly empty, five hundredths of it in dead objects that it did not bother to move away.
    double heapMegabytes() throws IOException, InterruptedException {
        String histogram = Programs.output(List.of(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                Long.toString(pid), "GC.class_histogram"));
        long bytes = CLASS.matcher(histogram).results()
                .filter(line -> !line.group(2).contains(FILLER))
                .mapToLong(line -> Long.parseLong(line.group(1))).sum();
        if (bytes == 0) {
            throw new IOException("jcmd tells the heap in a way of its own");
        }
        return bytes / BYTES;
    }

    private long entries(String directory) throws IOException {
        try (Stream<Path> entries = Files.list(proc(directory))) {
            return entries.count();
        }
    }

    private Path proc(String name) {
        return Path.of("/proc", Long.toString(pid), name);
    }
}
