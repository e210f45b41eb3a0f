package botmaker.bench;

import botmaker.bench.Report.Bound;
import botmaker.docker.Engine;
import botmaker.docker.TestImage;
import botmaker.json.JsonValue;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// As many dashboards as a company has, each of which is told of something every second.
final class Dashboards implements Bench.Part {
    private static final int LATE_MS = 100;

    @Override
    public void run(Report report, Bench.Size size) throws IOException, InterruptedException {
        List<Dashboard> dashboards = new ArrayList<>();
        try (House house = House.of(TestImage.ensure(new Engine(Talker.SOCKET)))) {
            JsonValue bot = house.create("watched", false);
            for (int n = 0; n < size.dashboards(); n++) {
                dashboards.add(Dashboard.open(house.server()));
            }
            Series cores = new Series();
            Series late = new Series();
            changes(house, bot, dashboards, "warm", 8, 1); // the compiler's time
            int events = Math.max(1, Math.round(dashboards.getFirst().changes() / 8f));
            report.figure("events of one change", Series.of(events));
            for (int round = 0; round < size.rounds(); round++) {
                double before = house.vitals().cpuSeconds();
                long begin = System.nanoTime();
                late.addAll(changes(house, bot, dashboards, "round" + round, size.seconds(), events));
                cores.add((house.vitals().cpuSeconds() - before) / ((System.nanoTime() - begin) / 1e9) * 100);
            }
            report.target(dashboards.size() + " dashboards at one event a second, % of a core", Bound.AT_MOST, 10, cores);
            report.target("each of them told of the change, ms after it was asked for", Bound.NEVER_OVER, LATE_MS, late);
            report.target("heap with them, MB", Bound.AT_MOST, 128, Series.of(house.vitals().heapMegabytes()));
            report.figure("resident with them, MB", Series.of(house.vitals().residentMegabytes()));
        } finally {
            for (Dashboard dashboard : dashboards) {
                dashboard.close();
            }
        }
    }

    /// Renames a bot.
    ///
    /// @param seconds from one time to the next
    /// @return of each dashboard and change the milliseconds from before the request to the arrival of the new name
    private static Series changes(House house, JsonValue bot, List<Dashboard> dashboards, String names, int many, int seconds)
            throws IOException, InterruptedException {
        Series late = new Series();
        for (int n = 0; n < many; n++) {
            long begin = System.nanoTime();
            String name = names + "-" + n;
            dashboards.forEach(dashboard -> dashboard.expect("\"name\":\"" + name + "\""));
            house.server().send("PATCH", "/api/bots/" + bot.get("id").string(), "{\"name\": \"" + name + "\"}");
            while (System.nanoTime() - begin < seconds * 1_000_000_000L) {
                Thread.sleep(5);
            }
            for (Dashboard dashboard : dashboards) {
                Optional<Long> seen = dashboard.seen();
                late.add((seen.orElse(System.nanoTime()) - begin) / 1e6); // not yet: at least a second late
            }
        }
        return late;
    }
}
