package botmaker.bench;

import botmaker.bench.Report.Bound;
import botmaker.docker.Engine;
import botmaker.support.ServerProcess;
import botmaker.support.TestImage;
import java.io.IOException;

/// `GET /api/bots` against `/health` of the same server, and what the server uses before and after.
final class Listing implements Bench.Part {
    private static final int MOST_MEGABYTES = 110;
    /// The virtual machine gives its compilers' memory back every two seconds. The heap shrinks when all of it is collected, which
    /// BotMaker does every ten minutes and the look at its growth did just now.
    static final int REST_MS = 5_000;
    /// Of the slowest hundredth each round tells little, so there are more of them, and shorter ones.
    private static final int TAIL_ROUNDS = 4;

    @Override
    public void run(Report report, Bench.Size size) throws IOException, InterruptedException {
        try (House house = House.of(TestImage.ensure(new Engine(Talker.SOCKET)))) {
            Thread.sleep(3_000);
            report.target("resident, idle after the start, MB", Bound.AT_MOST, MOST_MEGABYTES, Series.of(house.vitals().residentMegabytes()));
            Wrk.rate(house.server(), "/api/bots", 5 * size.seconds()); // the compiler's time
            Wrk.rate(house.server(), "/health", 2 * size.seconds());
            double rate = rates(report, size, house);
            Growth growth = Growth.begin(house.vitals());
            tail(report, size, house.server(), rate / 2);
            Wrk.rate(house.server(), "/api/bots", 2 * size.seconds());
            growth.end(report, "load on " + size.bots().getLast() + " bots");
            Thread.sleep(REST_MS);
            report.target("resident, idle after the load, MB", Bound.AT_MOST, MOST_MEGABYTES, Series.of(house.vitals().residentMegabytes()));
        }
    }

    /// @return the highest rate with the most bots
    private static double rates(Report report, Bench.Size size, House house) throws IOException, InterruptedException {
        int made = 0;
        Series bots = new Series();
        Series share = new Series();
        for (int many : size.bots()) {
            for (; made < many; made++) {
                house.create("list" + made, false);
            }
            bots = new Series();
            Series health = new Series();
            for (int round = 0; round < size.rounds(); round++) {
                health.add(Wrk.rate(house.server(), "/health", size.seconds()));
                bots.add(Wrk.rate(house.server(), "/api/bots", size.seconds()));
            }
            report.figure("/health, requests/s", health);
            report.figure("/api/bots with " + many + ", requests/s", bots);
            share = bots.over(health);
        }
        report.target("/api/bots with " + made + " bots, rate of /health", Bound.AT_LEAST, 0.5, share);
        return bots.median();
    }

    private static void tail(Report report, Bench.Size size, ServerProcess server, double rate) throws IOException, InterruptedException {
        Series health = new Series();
        Series bots = new Series();
        for (int round = -1; round < TAIL_ROUNDS * size.rounds(); round++) {
            double healthy = new Pacer(server, "/health").milliseconds(rate, 1).at(0.99);
            double listed = new Pacer(server, "/api/bots").milliseconds(rate, 1).at(0.99);
            if (round >= 0) { // the first is the compiler's time, of the measuring side too
                health.add(healthy);
                bots.add(listed);
            }
        }
        report.figure("/health, p99 at half of the rate of /api/bots, ms", health);
        report.figure("/api/bots, p99 at half of its rate, ms", bots);
        report.target("/api/bots, p99 at half of its rate, of that of /health", Bound.AT_MOST, 3, bots.over(health));
    }
}
