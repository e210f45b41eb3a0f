package botmaker.bench;

import botmaker.bench.Report.Bound;
import botmaker.docker.Engine;
import botmaker.json.JsonValue;
import botmaker.support.PrivateEngine;
import botmaker.support.TestImage;
import java.io.IOException;
import java.util.List;

/// Five hundred bots on an engine of their own, made and not started: what grows with them.
final class Scale implements Bench.Part {
    private static final int BOTS = 500;
    private static final int LOOK_SECONDS = 30; // between two looks at all containers, see botmaker.bot.EngineWatch

    @Override
    public void run(Report report, Bench.Size size) throws IOException, InterruptedException {
        try (PrivateEngine engine = PrivateEngine.on();
                House house = House.on(engine.socket(), TestImage.ensure(new Engine(engine.socket())))) {
            create(report, house);
            list(report, size, house);
            looks(report, house, "with " + BOTS);
            restart(report, house);
            report.figure("heap with " + BOTS + " bots, MB", Series.of(house.vitals().heapMegabytes()));
            Thread.sleep(Listing.REST_MS);
            report.target("resident, idle with " + BOTS + " bots, MB", Bound.AT_MOST, 110, Series.of(house.vitals().residentMegabytes()));
            report.figure("descriptors with " + BOTS + " bots", Series.of(house.vitals().descriptors()));
        }
    }

    private static void create(Report report, House house) throws IOException, InterruptedException {
        double heap = house.vitals().heapMegabytes();
        Series first = new Series();
        Series last = new Series();
        for (int n = 0; n < BOTS; n++) {
            long begin = System.nanoTime();
            house.create(n + "scale", false);
            double took = (System.nanoTime() - begin) / 1e6;
            (n < BOTS / 10 ? first : n >= BOTS - BOTS / 10 ? last : new Series()).add(took);
        }
        report.figure("POST without a start, the first tenth of the bots, ms", first);
        report.figure("POST without a start, the last tenth, ms", last);
        report.figure("heap of one bot more, KB", Series.of((house.vitals().heapMegabytes() - heap) * 1024 / BOTS));
    }

    private static void list(Report report, Bench.Size size, House house) throws IOException, InterruptedException {
        Series health = new Series();
        Series bots = new Series();
        Wrk.rate(house.server(), "/api/bots", size.seconds());
        for (int round = 0; round < size.rounds(); round++) {
            health.add(Wrk.rate(house.server(), "/health", size.seconds()));
            bots.add(Wrk.rate(house.server(), "/api/bots", size.seconds()));
        }
        long bytes = house.server().demand("GET", "/api/bots", "").toString().length();
        report.figure("/health, requests/s", health);
        report.figure("/api/bots with " + BOTS + ", requests/s", bots);
        report.figure("/api/bots with " + BOTS + ", size of the answer, KB", Series.of(bytes / 1024.0));
    }

    /// What the server uses while nobody asks for anything: nearly all of it for its looks at the engine.
    private static void looks(Report report, House house, String what) throws IOException, InterruptedException {
        double before = house.vitals().cpuSeconds();
        Thread.sleep(2 * LOOK_SECONDS * 1_000L);
        report.target("quiet " + what + ", % of a core", Bound.AT_MOST, 5,
                Series.of((house.vitals().cpuSeconds() - before) / (2 * LOOK_SECONDS) * 100));
    }

    private static void restart(Report report, House house) throws IOException, InterruptedException {
        Series first = new Series();
        Series known = new Series();
        for (int round = 0; round < 3; round++) {
            long begin = System.nanoTime();
            house.restart();
            house.server().demand("GET", "/health", "");
            first.add((System.nanoTime() - begin) / 1e6);
            while (unknown(house.server().demand("GET", "/api/bots", ""))) {
                Thread.sleep(20);
            }
            known.add((System.nanoTime() - begin) / 1e6);
        }
        report.figure("stop, start and first answer with " + BOTS + ", ms", first);
        report.figure("until the state of all is known again, ms", known);
    }

    private static boolean unknown(JsonValue answer) {
        List<JsonValue> bots = answer.get("bots").elements();
        return bots.size() < BOTS || bots.stream().anyMatch(bot -> bot.get("status").string().equals("unknown"));
    }
}
