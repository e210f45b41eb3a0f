package botmaker.bench;

import botmaker.bench.Report.Bound;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// How large the jar is.
final class Jar implements Bench.Part {
    @Override
    public void run(Report report, Bench.Size size) throws IOException {
        report.target("jar, MB", Bound.AT_MOST, 4, Series.of(Files.size(Path.of("build", "botmaker.jar")) / 1e6));
    }
}
