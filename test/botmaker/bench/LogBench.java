package botmaker.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import botmaker.docker.Engine;
import botmaker.docker.TestImage;
import botmaker.json.Json;
import botmaker.json.JsonObject;
import botmaker.json.JsonValue;
import botmaker.json.ObjectBuilder;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// How fast a log is read, against the engine's own clients; and how soon a live line arrives.
///
/// `LogBench [rounds [lines]]`; prints a table, and returns JSON from [#run].
public final class LogBench {
    private static final String LINE = "0123456789".repeat(14) + "abcdefghi"; // and a line feed: 150 bytes
    private static final int LIVE_LINES = 300;

    private LogBench() { }

    /// @param args rounds (default 7) and lines (default 400,000)
    public static void main(String[] args) throws IOException, InterruptedException {
        int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 7;
        int lines = args.length > 1 ? Integer.parseInt(args[1]) : 400_000;
        run(rounds, lines);
    }

    /// Measures, and says what is found as it comes.
    ///
    /// @return for each client the seconds (median, least, most), the ratios that are promised, and the live line's milliseconds
    public static JsonObject run(int rounds, int lines) throws IOException, InterruptedException {
        Path data = Files.createTempDirectory("botmaker-bench");
        String image = TestImage.ensure(new Engine(Talker.SOCKET));
        try (Server server = Server.start(data, Map.of("BOTMAKER_OPENCLAW_IMAGE", image));
                Talker many = Talker.start(server, "many", "yes " + LINE + " | head -n " + lines);
                Talker few = Talker.start(server, "few", "while :; do echo line; sleep 0.05; done")) {
            many.awaitEnd();
            Map<String, Series> clients = read(server, many, rounds);
            Series live = live(server, few);
            return report(lines, clients, live);
        }
    }

    /// Seconds of each client, which take turns; the first round only warms up.
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
        commands.keySet().forEach(name -> series.put(name, new Series(new ArrayList<>())));
        for (int round = 0; round <= rounds; round++) {
            for (Map.Entry<String, List<String>> command : commands.entrySet()) {
                double seconds = time(command.getValue());
                if (round > 0) {
                    series.get(command.getKey()).values().add(seconds);
                }
            }
        }
        return series;
    }

    private static double time(List<String> command) throws IOException, InterruptedException {
        long begin = System.nanoTime();
        int code = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD).redirectError(ProcessBuilder.Redirect.INHERIT).start().waitFor();
        if (code != 0) {
            throw new IOException(command.getFirst() + " failed with " + code);
        }
        return (System.nanoTime() - begin) / 1e9;
    }

    /// Milliseconds from the engine's time of a line to its arrival here.
    private static Series live(Server server, Talker bot) throws IOException {
        Series latency = new Series(new ArrayList<>());
        Process curl = new ProcessBuilder("curl", "-sfN", "-u", server.credentials(),
                server.url() + "/api/bots/" + bot.bot() + "/logs?tail=0").redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(curl.getInputStream(), UTF_8))) {
            while (latency.values().size() < LIVE_LINES) {
                String line = lines.readLine();
                Instant now = Instant.now();
                if (line == null) {
                    throw new IOException("the stream ended");
                }
                if (line.startsWith("data: ")) {
                    Instant written = Instant.parse(JsonValue.parse(line.substring(6)).get("t").string());
                    latency.values().add(Duration.between(written, now).toNanos() / 1e6);
                }
            }
        } finally {
            curl.destroy();
        }
        return latency;
    }

    private static JsonObject report(int lines, Map<String, Series> clients, Series live) {
        Series raw = clients.get("curl raw");
        Series docker = clients.get("docker logs -t");
        ObjectBuilder json = Json.object().put("lines", lines);
        System.out.printf("%-24s %8s %8s %8s   %s%n", lines + " lines, s", "median", "least", "most", "speed, of curl raw and docker logs -t");
        clients.forEach((name, series) -> {
            System.out.printf("%-24s %8.2f %8.2f %8.2f   %.2f  %.2f%n", name, series.median(), series.least(), series.most(),
                    raw.median() / series.median(), docker.median() / series.median());
            json.put(name, series.toJson());
        });
        System.out.printf("%-24s %8.2f %8.2f %8.2f%n", "live line, ms", live.median(), live.least(), live.most());
        Series ours = clients.get("ours");
        return json.put("live line, ms", live.toJson())
                .put("ofRaw", Json.of(raw.median() / ours.median()))
                .put("ofDockerLogs", Json.of(docker.median() / ours.median())).build();
    }

    /// Figures of one kind.
    private record Series(List<Double> values) {
        private double median() {
            return sorted().get(values.size() / 2);
        }

        private double least() {
            return sorted().getFirst();
        }

        private double most() {
            return sorted().getLast();
        }

        private List<Double> sorted() {
            return values.stream().sorted().toList();
        }

        private JsonObject toJson() {
            return Json.object().put("median", Json.of(median())).put("least", Json.of(least())).put("most", Json.of(most())).build();
        }
    }
}
