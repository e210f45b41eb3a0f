package botmaker.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// What a Java process holds at a moment. Heap is what is left of it after a full collection, which this asks for.
///
/// @param descriptors open files, sockets included
/// @param threads     of the operating system; virtual ones show in the heap
/// @param heap        MB
/// @param resident    MB
public record Gauge(long descriptors, long threads, double heap, double resident) {
    /// As the serial collector tells it: both generations.
    private static final Pattern USED = Pattern.compile("^(?:DefNew|Tenured) .*used (\\d+)K", Pattern.MULTILINE);
    private static final double KB_IN_MB = 1024;

    /// Looks at a process of the same JDK that uses the serial collector.
    ///
    /// @throws IOException where there is no such process
    public static Gauge of(long pid) throws IOException {
        long descriptors = descriptors(pid);
        long threads = status(pid, "Threads");
        double resident = status(pid, "VmRSS") / KB_IN_MB;
        return new Gauge(descriptors, threads, heap(pid), resident);
    }

    /// Open files alone, which costs the process nothing.
    public static long descriptors(long pid) throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc", Long.toString(pid), "fd"))) {
            return open.count();
        }
    }

    private static long status(long pid, String name) throws IOException {
        return Files.readAllLines(Path.of("/proc", Long.toString(pid), "status")).stream()
                .filter(line -> line.startsWith(name + ":"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst().orElseThrow(() -> new IOException("no " + name));
    }

    private static double heap(long pid) throws IOException {
        Process jcmd = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                Long.toString(pid), "GC.run\nGC.heap_info").redirectErrorStream(true).start();
        String told = new String(jcmd.getInputStream().readAllBytes());
        long used = 0;
        Matcher found = USED.matcher(told);
        while (found.find()) {
            used += Long.parseLong(found.group(1));
        }
        if (used == 0) {
            throw new IOException("jcmd says: " + told);
        }
        return used / KB_IN_MB;
    }

    @Override
    public String toString() {
        return "%d descriptors, %d threads, heap %.1f MB, resident %.0f MB".formatted(descriptors, threads, heap, resident);
    }
}
