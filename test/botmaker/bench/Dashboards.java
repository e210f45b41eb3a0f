package botmaker.bench;

import botmaker.bench.Report.Bound;
import botmaker.docker.Engine;
import botmaker.json.JsonValue;
import botmaker.support.TestImage;
import java.io.IOException;
import java.time.Duration;

/// As many dashboards as a company has, each of which is told of something every second.
final class Dashboards implements Bench.Part {
    private static final int LATE_MS = 100;
    private static final int WARM_UP = 40;

    @Override
    public void run(Report report, Bench.Size size) throws IOException, InterruptedException {
        try (House house = House.of(TestImage.ensure(new Engine(Talker.SOCKET)))) {
            JsonValue bot = house.create("watched", false);
            try (Audience audience = Audience.of(house.server(), size.dashboards())) {
                Series cores = new Series();
                Series late = new Series();
                changes(house, bot, audience, "warm", WARM_UP, Duration.ofMillis(250)); // the compiler's time
                int events = Math.max(1, Math.round((float) audience.changes() / WARM_UP / size.dashboards()));
                report.figure("events of one change", Series.of(events));
                for (int round = 0; round < size.rounds(); round++) {
                    double before = house.vitals().cpuSeconds();
                    long begin = System.nanoTime();
                    late.addAll(changes(house, bot, audience, "round" + round, size.seconds(), Duration.ofSeconds(events)));
                    cores.add((house.vitals().cpuSeconds() - before) / ((System.nanoTime() - begin) / 1e9) * 100);
                }
                report.target(size.dashboards() + " dashboards at one event a second, % of a core", Bound.AT_MOST, 10, cores);
                report.target("each of them told of the change, ms after it was asked for", Bound.NEVER_OVER, LATE_MS, late);
                report.target("heap with them, MB", Bound.AT_MOST, 128, Series.of(house.vitals().heapMegabytes()));
                report.figure("resident with them, MB", Series.of(house.vitals().residentMegabytes()));
            }
        }
    }

    /// Renames a bot.
    ///
    /// @param pause from one time to the next
    /// @return of each dashboard and change the milliseconds from before the request to the arrival of the new name
    private static Series changes(House house, JsonValue bot, Audience audience, String names, int many, Duration pause)
            throws IOException, InterruptedException {
        Series late = new Series();
        for (int n = 0; n < many; n++) {
            long begin = System.nanoTime();
            String name = names + "-" + n;
            audience.expect("\"name\":\"" + name + "\"");
            house.server().demand("PATCH", "/api/bots/" + bot.get("id").string(), "{\"name\": \"" + name + "\"}");
            while (System.nanoTime() - begin < pause.toNanos()) {
                Thread.sleep(5);
            }
            late.addAll(audience.seenAfter(begin)); // not yet: later than the limit
        }
        return late;
    }
}
