package botmaker.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import botmaker.bench.Report.Bound;
import botmaker.docker.Engine;
import botmaker.json.JsonValue;
import botmaker.support.ServerProcess;
import botmaker.support.TestImage;
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
import java.util.Random;

/// How fast a log is read, against the engine's own clients; and how soon a live line arrives.
final class Logs implements Bench.Part {
    private static final String LINE = "0123456789".repeat(14) + "abcdefghi"; // and a line feed: 150 bytes
    private static final int LIVE_LINES = 200;
    private static final int WARM_UP = 2;
    private static final int PAIRS = 8; // for each round of all, these of the two that are close: a round differs from the next by a tenth
    private static final String RAW = "curl raw";
    private static final String DOCKER = "docker logs -t";
    private static final String OURS = "ours";

    @Override
    public void run(Report report, Bench.Size size) throws IOException, InterruptedException {
        try (House house = House.of(TestImage.ensure(new Engine(Talker.SOCKET)));
                Talker many = Talker.start(house.server(), "many", "yes " + LINE + " | head -n " + size.lines());
                Talker few = Talker.start(house.server(), "few", "while :; do echo line; sleep 0.05; done")) {
            many.awaitEnd();
            Map<String, List<String>> clients = clients(house.server(), many);
            Map<String, Series> seconds = read(clients, List.copyOf(clients.keySet()), size.rounds());
            Map<String, Series> closely = read(clients, List.of(RAW, OURS), PAIRS * size.rounds());
            seconds.forEach((client, series) -> report.figure(size.lines() + " lines, " + client + ", s", series));
            report.target("log, speed of raw curl", Bound.AT_LEAST, 0.95, closely.get(RAW).over(closely.get(OURS)));
            report.target("log, speed of docker logs -t", Bound.AT_LEAST, 1.2, seconds.get(DOCKER).over(seconds.get(OURS)));
            report.target("log, live line late, ms", Bound.AT_MOST, 10, live(house.server(), few));
        }
    }

    private static Map<String, List<String>> clients(ServerProcess server, Talker bot) {
        String logs = "http://docker/containers/" + bot.container() + "/logs?stdout=1&stderr=1";
        String api = server.url() + "/api/bots/" + bot.bot();
        Map<String, List<String>> clients = new LinkedHashMap<>();
        clients.put(RAW, List.of("curl", "-sfN", "--unix-socket", Talker.SOCKET.toString(), logs));
        clients.put("curl raw, timestamps", List.of("curl", "-sfN", "--unix-socket", Talker.SOCKET.toString(), logs + "&timestamps=1"));
        clients.put(DOCKER, List.of("docker", "logs", "-t", bot.container()));
        clients.put(OURS, List.of("curl", "-sfN", "-u", server.credentials(), api + "/logs?tail=all&follow=false"));
        clients.put("ours, merged", List.of("curl", "-sfN", "-u", server.credentials(),
                server.url() + "/api/logs?bots=" + bot.bot() + "&tail=all&follow=false"));
        clients.put("ours, logs.txt", List.of("curl", "-sfN", "-u", server.credentials(), api + "/logs.txt"));
        return clients;
    }

    /// Seconds of some of the clients, round by round. They take turns in an order that is drawn anew for each round: what the one
    /// before has left in the engine's memory and the processor's caches helps or hinders all alike. The first rounds only warm up.
    private static Map<String, Series> read(Map<String, List<String>> clients, List<String> names, int rounds)
            throws IOException, InterruptedException {
        Map<String, Series> seconds = new LinkedHashMap<>();
        names.forEach(name -> seconds.put(name, new Series()));
        List<String> turns = new ArrayList<>(names);
        Random order = new Random(1);
        for (int round = -WARM_UP; round < rounds; round++) {
            Collections.shuffle(turns, order);
            for (String name : turns) {
                double time = Programs.time(clients.get(name));
                if (round >= 0) {
                    seconds.get(name).add(time);
                }
            }
        }
        return seconds;
    }

    /// Milliseconds from the engine's time of a line to its arrival here.
    private static Series live(ServerProcess server, Talker bot) throws IOException {
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
