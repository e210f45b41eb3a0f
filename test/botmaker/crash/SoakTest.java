package botmaker.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;

import botmaker.bench.Gauge;
import botmaker.bench.Trend.Sample;
import botmaker.bench.Trend;
import botmaker.docker.Engine;
import botmaker.json.Json.ObjectBuilder;
import botmaker.json.Json;
import botmaker.json.JsonValue;
import botmaker.support.PrivateEngine;
import botmaker.support.ServerProcess;
import botmaker.support.Tar;
import botmaker.support.TestImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The jar that ships, for as long as `-Dsoak.minutes` says, under all that it may meet at once: bots that come and go, are
/// edited and flood their logs, a hundred streams, and an engine that is stopped, killed, frozen and rebooted every few minutes.
/// Nothing may grow, and in the end every bot is as it should be. The figures go to `build/soak.json`
/// as well, and what BotMaker logged to `build/soak.log`.
@Tag("docker")
@Tag("soak")
class SoakTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration PAUSE = Duration.ofSeconds(4);
    private static final int STEADY = 6;
    /// Counts, now and then says much more, and writes down which secrets it sees as [Stores] wants it.
    private static final String PROGRAM = """
            #!/bin/sh
            trap 'exit 143' TERM
            openclaw
            i=0
            while :; do
                i=$((i+1))
                echo "line $i"
                if [ $((i % 50)) = 0 ]; then yes "FLOOD" | head -n 400; fi
                sleep 0.2
            done
            """.replace("FLOOD", "flood ".repeat(80));
    private static final String OPENCLAW = """
            #!/bin/sh
            echo "$(cat /run/secrets/ai-api-key) $(cat /run/secrets/channel-token)" > /home/node/.openclaw/seen
            """;

    @TempDir
    private Path temp;

    private final List<String> problems = new ArrayList<>();
    private final List<Gauge> gauges = new ArrayList<>();
    private final List<Double> times = new ArrayList<>();
    private final List<String> steady = new ArrayList<>();
    private final long begin = System.nanoTime();
    private Server server;
    private volatile boolean engineIsAway;
    private int outages;
    private Duration slowestReturn = Duration.ZERO;

    @Test
    @Timeout(value = 1, unit = TimeUnit.DAYS)
    void nothing_grows_and_in_the_end_every_bot_is_as_it_should_be() throws Exception {
        Duration length = Duration.ofSeconds((long) (60 * Double.parseDouble(System.getProperty("soak.minutes", "20"))));
        Path data = Files.createDirectory(temp.resolve("data"), PosixFilePermissions.asFileAttribute(
                PosixFilePermissions.fromString("rwx------")));
        Path log = temp.resolve("log");
        try (PrivateEngine engine = PrivateEngine.on();
                Server started = new Server(data, log, settings(engine), ServerProcess.jar())) {
            server = started;
            server.start();
            for (int i = 0; i < STEADY; i++) {
                steady.add(server.demand("POST", "/api/bots", Change.bot("steady " + i, 0)).json().get("id").string());
            }
            server.demand("POST", resting() + "/stop", "");
            Crowd.before(server, steady).close();
            Gauge before = atRest();
            Crowd crowd = Crowd.before(server, steady);
            Bustle bustle = new Bustle(server, steady, () -> engineIsAway);
            try (crowd; bustle) {
                live(engine, length);
            }
            problems.addAll(bustle.problems());
            problems.addAll(crowd.jumps());
            bustle.clear();
            settle(new Stores(data, new Engine(engine.socket())));
            Gauge after = atRest();
            compare(before, after);
            look(log);
            report(length, before, after, crowd, bustle);
        }
        assertEquals(List.of(), problems);
    }

    private static Map<String, String> settings(PrivateEngine own) {
        Engine engine = new Engine(own.socket());
        String image = TestImage.name("soak");
        engine.images().build(new Tar().file("Dockerfile", """
                FROM %s
                COPY openclaw /bin/openclaw
                COPY program /bin/program
                CMD ["sh", "/bin/program"]
                """.formatted(TestImage.ensure(engine))).file("openclaw", OPENCLAW).file("program", PROGRAM).open(), Map.of(), image,
                _ -> { });
        return Map.of("BOTMAKER_DOCKER_SOCKET", own.socket().toString(), "BOTMAKER_OPENCLAW_IMAGE", image,
                "BOTMAKER_BOT_STOP_TIMEOUT", "2s");
    }

    /// The one that does not run.
    private String resting() {
        return "/api/bots/" + steady.getLast();
    }

    /// Outages and samples by turns, after a time in which code is compiled and buffers find their size.
    private void live(PrivateEngine engine, Duration length) throws IOException, InterruptedException {
        double warm = Math.min(120, length.toSeconds() / 4.0);
        double period = Math.clamp(length.toSeconds() / 7.0, 25, 180);
        double next = seconds() + period / 2;
        double end = seconds() + length.toSeconds();
        while (seconds() < end) {
            if (seconds() > next) {
                outage(engine);
                next = seconds() + period;
            }
            if (seconds() > warm) {
                times.add(seconds());
                gauges.add(Gauge.of(server.pid()));
            }
            Thread.sleep(PAUSE);
        }
    }

    private double seconds() {
        return (System.nanoTime() - begin) / 1e9;
    }

    private void outage(PrivateEngine engine) throws IOException, InterruptedException {
        engineIsAway = true;
        switch (outages++ % 4) {
            case 0 -> {
                engine.stop();
                Thread.sleep(PAUSE);
                engine.start();
            }
            case 1 -> {
                engine.kill();
                Thread.sleep(PAUSE);
                engine.start();
            }
            case 2 -> {
                engine.freeze();
                Thread.sleep(PAUSE.multipliedBy(3));
                engine.thaw();
            }
            default -> engine.reboot();
        }
        long back = System.nanoTime();
        await("outage " + outages, () -> wrongStates());
        Duration took = Duration.ofNanos(System.nanoTime() - back);
        slowestReturn = took.compareTo(slowestReturn) > 0 ? took : slowestReturn;
        Thread.sleep(PAUSE); // and the streams are open again
        engineIsAway = false;
    }

    private interface Look {
        List<String> problems() throws IOException, InterruptedException;
    }

    /// Waits until nothing is wrong; what then still is, is a problem of the run.
    private void await(String when, Look look) throws IOException, InterruptedException {
        long from = System.nanoTime();
        List<String> wrong = look.problems();
        while (!wrong.isEmpty() && System.nanoTime() - from < PATIENCE.toNanos()) {
            Thread.sleep(100);
            wrong = look.problems();
        }
        wrong.forEach(it -> problems.add(when + ": " + it));
    }

    /// Of the bots that stay.
    private List<String> wrongStates() throws IOException, InterruptedException {
        List<String> wrong = new ArrayList<>();
        for (String id : steady) {
            JsonValue bot = server.demand("GET", "/api/bots/" + id, "").json();
            String expected = id.equals(steady.getLast()) ? "stopped" : "running";
            if (!bot.get("status").string().equals(expected)) {
                wrong.add(bot.get("name").string() + " is " + bot.get("status") + ", " + bot.get("reason"));
            }
        }
        return wrong;
    }

    /// All is over: only the bots that stay are there, they are what was asked for last, and the three stores agree.
    private void settle(Stores stores) throws IOException, InterruptedException {
        await("in the end", this::wrongStates);
        assertEquals("stopped by you", server.demand("GET", resting(), "").json().get("reason").string());
        server.demand("POST", resting() + "/start", "");
        for (String id : steady) {
            for (Change change : List.of(Change.EDIT, Change.REPLACE_KEY, Change.REPLACE_TOKEN)) {
                server.demand("GET", "/api/bots/" + id, "");
                Server.Answer answer = change.run(server, id, 200);
                if (!answer.yes()) {
                    problems.add("in the end: " + change + ": " + answer);
                }
            }
        }
        await("in the end", () -> {
            List<JsonValue> bots = server.bots();
            List<String> wrong = new ArrayList<>(stores.problems(bots));
            if (bots.size() != STEADY) {
                wrong.add(bots.size() + " bots");
            }
            for (JsonValue bot : bots) {
                if (!bot.get("ai").get("model").string().equals("model-200")) {
                    wrong.add("not as it was changed: " + bot);
                }
            }
            return wrong;
        });
        server.demand("GET", "/api/system", "").json().get("orphans").elements().forEach(orphan -> problems.add("orphan: " + orphan));
    }

    /// Waits until connections have gone.
    private Gauge atRest() throws IOException, InterruptedException {
        long least = Gauge.descriptors(server.pid());
        int quiet = 0;
        while (quiet < 10) { // until there were not fewer for ten seconds
            Thread.sleep(1_000);
            long now = Gauge.descriptors(server.pid());
            quiet = now < least ? 0 : quiet + 1;
            least = Math.min(least, now);
        }
        return Gauge.of(server.pid());
    }

    /// What a leak of one at each outage would show, which a trend does not.
    private void compare(Gauge before, Gauge after) {
        if (after.descriptors() > before.descriptors() + 8 || after.threads() > before.threads() + 5 || after.heap() > before.heap() + 8) {
            problems.add("at rest before: " + before + "; after: " + after);
        }
    }

    /// What BotMaker says of itself.
    private void look(Path log) throws IOException {
        Files.createDirectories(Path.of("build"));
        Files.copy(log, Path.of("build", "soak.log"), StandardCopyOption.REPLACE_EXISTING);
        Files.readAllLines(log).stream()
                .filter(line -> line.contains(" SEVERE ") || line.startsWith("\tat ") || line.contains("OutOfMemory"))
                .limit(20).forEach(line -> problems.add("log: " + line));
    }

    private List<Trend> trends() {
        return List.of(trend("descriptors", 5, Gauge::descriptors), trend("threads", 3, Gauge::threads),
                trend("heap MB", 3, Gauge::heap), trend("resident MB", 60, Gauge::resident));
    }

    private Trend trend(String what, double leeway, ToDoubleFunction<Gauge> figure) {
        List<Sample> samples = new ArrayList<>();
        for (int i = 0; i < gauges.size(); i++) {
            samples.add(new Sample(times.get(i), figure.applyAsDouble(gauges.get(i))));
        }
        return Trend.of(what, leeway, samples);
    }

    private void report(Duration length, Gauge before, Gauge after, Crowd crowd, Bustle bustle) throws IOException {
        List<Trend> trends = trends();
        trends.stream().filter(trend -> !trend.isFlat()).forEach(trend -> problems.add(trend.toString()));
        System.out.printf("%nsoak: %d minutes, %d samples%n%-14s %9s %9s %9s %9s %9s%n", length.toMinutes(), gauges.size(),
                "", "mean", "least", "most", "growth", "noise");
        trends.forEach(System.out::println);
        System.out.printf("at rest before %s%n        after  %s%n%d outages, all right after %d ms at most%n%s%n%s%n%d problems%n%n",
                before, after, outages, slowestReturn.toMillis(), crowd, bustle.answers(), problems.size());
        ObjectBuilder answers = Json.object();
        bustle.answers().forEach(answers::put);
        Files.writeString(Path.of("build", "soak.json"), Json.object()
                .put("minutes", length.toMinutes())
                .put("samples", gauges.size())
                .put("trends", Json.array(trends.stream().map(Trend::toJson).toList()))
                .put("before", before.toString())
                .put("after", after.toString())
                .put("outages", outages)
                .put("slowestReturnMs", slowestReturn.toMillis())
                .put("streams", crowd.toString())
                .put("answers", answers.build())
                .put("problems", Json.array(problems.stream().map(Json::of).toList()))
                .build() + "\n");
    }
}
