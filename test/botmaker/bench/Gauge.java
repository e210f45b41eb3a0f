package botmaker.bench;

import java.io.IOException;

/// What a Java process holds at a moment. Heap is what is left of it after a full collection, which this asks for.
///
/// @param descriptors open files, sockets included
/// @param threads     of the operating system; virtual ones show in the heap
/// @param heap        MB
/// @param resident    MB
public record Gauge(long descriptors, long threads, double heap, double resident) {
    /// Looks at a process of the same JDK.
    ///
    /// @throws IOException where there is no such process
    public static Gauge of(long pid) throws IOException, InterruptedException {
        Vitals vitals = new Vitals(pid);
        double resident = vitals.residentMegabytes(); // before the collection, which touches all of the heap
        return new Gauge(vitals.descriptors(), vitals.threads(), vitals.heapMegabytes(), resident);
    }

    /// Open files alone, which costs the process nothing.
    public static long descriptors(long pid) throws IOException {
        return new Vitals(pid).descriptors();
    }

    @Override
    public String toString() {
        return "%d descriptors, %d threads, heap %.1f MB, resident %.0f MB".formatted(descriptors, threads, heap, resident);
    }
}
