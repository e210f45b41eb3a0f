package botmaker.bench;

import botmaker.bench.Report.Bound;
import botmaker.docker.Engine;
import botmaker.http.RawHttp;
import botmaker.support.TestImage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Readers of a long log that never read, for as long as the server bears with them.
final class StuckReaders implements Bench.Part {
    private static final int READERS = 40;
    private static final String LOG = "yes 0123456789012345678901234567890123456789 | head -n 400000";

    @Override
    public void run(Report report, Bench.Size size) throws IOException, InterruptedException {
        List<RawHttp> readers = new ArrayList<>();
        try (House house = House.of(TestImage.ensure(new Engine(Talker.SOCKET)));
                Talker bot = Talker.start(house.server(), "flood", LOG)) {
            bot.awaitEnd();
            String path = "/api/bots/" + bot.bot() + "/logs?tail=all&follow=false";
            Programs.output(List.of("curl", "-sf", "-o", "/dev/null", "-u", house.server().credentials(), house.server().url() + path));
            double heap = house.vitals().heapMegabytes();
            for (int n = 0; n < READERS; n++) {
                readers.add(RawHttp.connectDeaf(house.server().port()).sendLines("GET " + path
                        + " HTTP/1.1\nHost: localhost\nAuthorization: " + house.server().authorization() + "\n\n"));
            }
            Thread.sleep(5_000);
            report.target("a reader that never reads, heap, MB", Bound.AT_MOST, 1,
                    Series.of((house.vitals().heapMegabytes() - heap) / READERS));
            double resident = house.vitals().residentMegabytes();
            Thread.sleep(15_000);
            report.target("resident more, 15 s later, MB", Bound.AT_MOST, 2, Series.of(house.vitals().residentMegabytes() - resident));
        } finally {
            for (RawHttp reader : readers) {
                reader.close();
            }
        }
    }
}
