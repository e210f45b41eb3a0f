package botmaker.bench;

import botmaker.bench.Report.Bound;
import java.io.IOException;

/// What a process has more of after some work than before it: nothing, where nothing leaks.
record Growth(long pid, Gauge before) {
    /// The collector's and compiler's own threads come and go, and so does what a pool keeps.
    private static final int A_FEW = 4;
    private static final int MEGABYTES = 4;

    static Growth begin(Vitals vitals) throws IOException, InterruptedException {
        return new Growth(vitals.pid(), Gauge.of(vitals.pid()));
    }

    /// @param what was done since
    void end(Report report, String what) throws IOException, InterruptedException {
        Thread.sleep(1_000); // connections end
        Gauge after = Gauge.of(pid);
        report.target("descriptors more after " + what, Bound.AT_MOST, A_FEW, Series.of(after.descriptors() - before.descriptors()));
        report.target("threads more after " + what, Bound.AT_MOST, A_FEW, Series.of(after.threads() - before.threads()));
        report.target("heap more after " + what + ", MB", Bound.AT_MOST, MEGABYTES, Series.of(after.heap() - before.heap()));
    }
}
