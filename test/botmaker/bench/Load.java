package botmaker.bench;

import botmaker.bench.Report.Bound;
import botmaker.docker.Engine;
import botmaker.support.TestImage;
import java.io.IOException;

/// Ten minutes of as many requests as go through: what the server uses must not grow.
final class Load implements Bench.Part {
    private static final int MINUTES = 10;
    private static final int BOTS = 50;

    @Override
    public void run(Report report, Bench.Size size) throws IOException, InterruptedException {
        try (House house = House.of(TestImage.ensure(new Engine(Talker.SOCKET)))) {
            for (int n = 0; n < BOTS; n++) {
                house.create("load" + n, false);
            }
            Wrk.rate(house.server(), "/api/bots", 20);
            Growth growth = Growth.begin(house.vitals());
            Series resident = new Series();
            Series rate = new Series();
            for (int minute = 0; minute < MINUTES; minute++) {
                rate.add(Wrk.rate(house.server(), "/api/bots", 60));
                resident.add(house.vitals().residentMegabytes());
            }
            report.figure("/api/bots with " + BOTS + ", requests/s in each minute", rate);
            report.figure("resident under load, after each of ten minutes, MB", resident);
            growth.end(report, "ten minutes of load");
            Thread.sleep(Listing.REST_MS);
            report.target("resident, idle after ten minutes of load, MB", Bound.AT_MOST, 110, Series.of(house.vitals().residentMegabytes()));
        }
    }
}
