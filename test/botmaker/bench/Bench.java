package botmaker.bench;

import botmaker.json.Json;
import botmaker.support.TestImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Measures every target of BotMaker against its limit.
///
/// `Bench full|quick [PART ...]`: prints a table, and writes `build/bench.json`. Exit code 0 when all targets are met.
final class Bench {
    /// One thing to measure. It leaves nothing behind.
    interface Part {
        void run(Report report, Size size) throws IOException, InterruptedException;
    }

    /// How much is measured.
    ///
    /// @param rounds  of each comparison
    /// @param seconds of each load
    /// @param lines   of the log that is read
    /// @param bots    how many there are when they are listed
    record Size(int rounds, int seconds, int lines, List<Integer> bots, int dashboards) {
        static final Size FULL = new Size(5, 3, 200_000, List.of(1, 10, 50), 1_000);
        static final Size QUICK = new Size(3, 1, 50_000, List.of(10), 1_000);
    }

    private static final Map<String, Part> PARTS = new LinkedHashMap<>();
    /// Those that take longer, and run only when they are named.
    private static final Map<String, Part> LONG_PARTS = Map.of("load", new Load(), "scale", new Scale());

    static {
        PARTS.put("jar", new Jar());
        PARTS.put("start", new Starting());
        PARTS.put("list", new Listing());
        PARTS.put("dashboards", new Dashboards());
        PARTS.put("create", new Creating());
        PARTS.put("stuck", new StuckReaders());
        PARTS.put("logs", new Logs());
        PARTS.put("broker", new Brokering());
    }

    private Bench() { }

    public static void main(String[] words) throws IOException, InterruptedException {
        Size size = words[0].equals("quick") ? Size.QUICK : Size.FULL;
        List<String> names = words.length > 1 ? List.of(words).subList(1, words.length) : List.copyOf(PARTS.keySet());
        Report report = new Report();
        long begin = System.nanoTime();
        double load = loadAverage();
        try {
            for (String name : names) {
                Part part = PARTS.getOrDefault(name, LONG_PARTS.get(name));
                if (part == null) {
                    throw new IOException("there is no part " + name + "; there are " + PARTS.keySet() + " and " + LONG_PARTS.keySet());
                }
                System.out.println(name);
                part.run(report, size);
            }
        } finally {
            TestImage.removeAll();
        }
        report.print();
        double seconds = (System.nanoTime() - begin) / 1e9;
        report.write(Path.of("build", "bench.json"), Json.object().put("at", Instant.now().toString())
                .put("java", System.getProperty("java.vm.version"))
                .put("processors", Runtime.getRuntime().availableProcessors())
                .put("loadAverageBefore", load)
                .put("seconds", seconds)
                .put("size", words[0]));
        System.out.printf("%nin %.0f s; %d processors, load average before %.2f; build/bench.json%n",
                seconds, Runtime.getRuntime().availableProcessors(), load);
        System.exit(report.allMet() ? 0 : 1);
    }

    private static double loadAverage() throws IOException {
        return Double.parseDouble(Files.readString(Path.of("/proc/loadavg")).split(" ")[0]);
    }
}
