package botmaker.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import botmaker.bench.Report.Bound;
import botmaker.docker.Engine;
import botmaker.docker.TestImage;
import botmaker.json.JsonValue;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// How fast a log is read, against the engine's own clients; and how soon a live line arrives.
final class Logs implements Bench.Part {
    private static final String LINE = "0123456789".repeat(14) + "abcdefghi"; // and a line feed: 150 bytes
    private static final int LIVE_LINES = 200;
    private static final int WARM_UP = 2;
    private static final int TURNS = 2;

    @Override
    public void run(Report report, Bench.Size size) throws IOException, InterruptedException {
        try (House house = House.of(TestImage.ensure(new Engine(Talker.SOCKET)));
                Talker many = Talker.start(house.server(), "many", "yes " + LINE + " | head -n " + size.lines());
                Talker few = Talker.start(house.server(), "few", "while :; do echo line; sleep 0.05; done")) {
            many.awaitEnd();
            Map<String, Series> seconds = read(house.server(), many, TURNS * size.rounds());
            seconds.forEach((client, series) -> report.figure(size.lines() + " lines, " + client + ", s", series));
            Series ours = seconds.get("ours");
            report.target("log, speed of raw curl", Bound.AT_LEAST, 0.95, seconds.get("curl raw").over(ours));
            report.target("log, speed of docker logs -t", Bound.AT_LEAST, 1.2, seconds.get("docker logs -t").over(ours));
            report.target("log, live line late, ms", Bound.AT_MOST, 10, live(house.server(), few));
        }
    }

    /// Seconds of each client. They take turns, and each begins a round as often as the others: what the one before has left in
    /// the engine's memory and the processor's caches helps or hinders all alike. The first rounds only warm up.
    private static Map<String, Series> read(Server server, Talker bot, int rounds) throws IOException, InterruptedException {
        String logs = "http://docker/containers/" + bot.container() + "/logs?stdout=1&stderr=1";
        String api = server.url() + "/api/bots/" + bot.bot();
        Map<String, List<String>> commands = new LinkedHashMap<>();
        commands.put("curl raw", List.of("curl", "-sfN", "--unix-socket", Talker.SOCKET.toString(), logs));
        commands.put("curl raw, timestamps", List.of("curl", "-sfN", "--unix-socket", Talker.SOCKET.toString(), logs + "&timestamps=1"));
        commands.put("docker logs -t", List.of("docker", "logs", "-t", bot.container()));
        commands.put("ours", List.of("curl", "-sfN", "-u", server.credentials(), api + "/logs?tail=all&follow=false"));
        commands.put("ours, merged", List.of("curl", "-sfN", "-u", server.credentials(),
                server.url() + "/api/logs?bots=" + bot.bot() + "&tail=all&follow=false"));
        commands.put("ours, logs.txt", List.of("curl", "-sfN", "-u", server.credentials(), api + "/logs.txt"));
        Map<String, Series> series = new LinkedHashMap<>();
        commands.keySet().forEach(name -> series.put(name, new Series()));
        List<String> turns = new ArrayList<>(commands.keySet());
        for (int round = -WARM_UP; round < rounds; round++) {
            for (String client : turns) {
                double seconds = Programs.time(commands.get(client));
                if (round >= 0) {
                    series.get(client).add(seconds);
                }
            }
            Collections.rotate(turns, 1);
        }
        return series;
    }

    /// Milliseconds from the engine's time of a line to its arrival here.
    private static Series live(Server server, Talker bot) throws IOException {
        Series latency = new Series();
        Process curl = new ProcessBuilder("curl", "-sfN", "-u", server.credentials(),
                server.url() + "/api/bots/" + bot.bot() + "/logs?tail=0").redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(curl.getInputStream(), UTF_8))) {
            while (latency.size() < LIVE_LINES) {
                String line = lines.readLine();
                Instant now = Instant.now();
                if (line == null) {
                    throw new IOException("the stream ended");
                }
                if (line.startsWith("data: ")) {
                    Instant written = Instant.parse(JsonValue.parse(line.substring(6)).get("t").string());
                    latency.add(Duration.between(written, now).toNanos() / 1e6);
                }
            }
        } finally {
            curl.destroy();
        }
        return latency;
    }
}
