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
    private static final Pattern USED = Pattern.compile("(?i)(?:DefNew|def new generation|Tenured|tenured generation).*?used (\\d+)K");

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

    /// After a collection: what is in use, not what is garbage.
    double heapMegabytes() throws IOException, InterruptedException {
        Programs.output(jcmd("GC.run"));
        Matcher used = USED.matcher(Programs.output(jcmd("GC.heap_info")));
        long kilobytes = used.results().mapToLong(part -> Long.parseLong(part.group(1))).sum();
        if (kilobytes == 0) {
            throw new IOException("jcmd tells the heap in a way of its own");
        }
        return kilobytes / 1024.0;
    }

    private List<String> jcmd(String command) {
        return List.of(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(), Long.toString(pid), command);
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
