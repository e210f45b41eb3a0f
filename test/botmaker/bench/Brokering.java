package botmaker.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import botmaker.bench.Report.Bound;
import botmaker.file.PrivateFiles;
import botmaker.policy.BotPolicy;
import botmaker.policy.Budget;
import botmaker.policy.Origin;
import botmaker.policy.Policy;
import botmaker.policy.Reach;
import botmaker.secret.Secret;
import botmaker.secret.SecretName;
import botmaker.secret.SecretStore;
import botmaker.tls.Certificates;
import botmaker.tls.Trust;
import botmaker.wire.Framing;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.SSLSocketFactory;

/// What a bot waits longer, and the host works more, because the broker stands between the bot and its AI: beside connections straight
/// to the same vendor. Client, broker and vendor are processes of their own.
final class Brokering implements Bench.Part {
    private static final String KEY = "bench-key-".repeat(5);
    private static final int BOTS = 120; // the broker limits the calls of each
    private static final int STREAMS = 50;
    private static final int DEAF = 20;
    private static final int CROWD = 50; // bots
    private static final int CONNECTIONS_EACH = 10;
    private static final int STREAMS_EACH = 8; // the most calls that a bot may make at once
    private static final int SECONDS = 10;
    private static final Duration START = Duration.ofSeconds(30);

    @Override
    public void run(Report report, Bench.Size size) throws IOException, InterruptedException {
        Path scratch = Files.createTempDirectory("botmaker-bench");
        try {
            measure(report, size, scratch);
        } finally {
            try (Stream<Path> tree = Files.walk(scratch)) {
                for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }

    private static void measure(Report report, Bench.Size size, Path scratch) throws IOException, InterruptedException {
        Certificates.make(scratch, "vendor", Certificates.EC);
        Certificates.openssl(scratch, "pkcs12", "-export", "-in", "vendor.crt", "-inkey", "vendor.key", "-out", "vendor.p12",
                "-passout", "pass:" + new String(Vendor.PASSWORD));
        try (Child vendor = Child.start(Map.of(), "-cp", System.getProperty("java.class.path"), "botmaker.bench.Vendor",
                scratch.resolve("vendor.p12").toString())) {
            int port = Integer.parseInt(vendor.firstLine());
            Path data = home(scratch, port);
            try (Child broker = Child.start(Map.of("BOTMAKER_DATA_DIR", data.toString(), "BOTMAKER_BROKER_CA_FILE", scratch.resolve("vendor.crt").toString()),
                    command())) {
                Instant latest = Instant.now().plus(START);
                while (!Files.exists(link(data, BOTS - 1))) {
                    broker.requireAlive();
                    if (Instant.now().isAfter(latest)) {
                        throw new IOException("the broker opens no sockets");
                    }
                    Thread.sleep(20);
                }
                SSLSocketFactory vendors = Trust.with(Optional.of(scratch.resolve("vendor.crt")));
                SSLSocketFactory bots = Trust.with(Optional.of(data.resolve("broker/ca.pem")));
                Ways ways = new Ways(() -> Asker.straight(vendors, port, KEY), bot -> Asker.throughBroker(bots, link(data, bot), port, placeholder(bot)));
                new Rounds(report, size, new Vitals(broker.process().pid()), ways).all();
            }
        }
    }

    private static String[] command() throws IOException {
        return Stream.concat(flags().stream(), Stream.of("-jar", "build/botmaker.jar", "broker")).toArray(String[]::new);
    }

    /// The words after `java` that the unit of the service has, without its archive of classes.
    static List<String> flags() throws IOException {
        String unit = Files.readString(Path.of("systemd", "botmaker-broker.service")).replaceAll("\\\\\n *", "");
        Matcher words = Pattern.compile("ExecStart=\\S+ (.*) -XX:\\+AutoCreateSharedArchive ").matcher(unit);
        if (!words.find()) {
            throw new IOException("the unit of the broker starts it in a way of its own");
        }
        return List.of(words.group(1).split(" "));
    }

    /// Makes a data directory with a policy for all bots, and the key.
    private static Path home(Path scratch, int port) throws IOException {
        Path data = Files.createDirectory(scratch.resolve("data"), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        new SecretStore(data.resolve("keys")).create("bench", Map.of(new SecretName(Origin.Credential.FILE), Secret.of(KEY)), 0, 0);
        List<BotPolicy> bots = new ArrayList<>();
        for (int bot = 0; bot < BOTS; bot++) {
            Path links = Files.createDirectories(link(data, bot).getParent());
            Origin vendor = new Origin(Origin.TLS, "localhost", port, true, URI.create("https://localhost:" + port + "/v1"), "openai-compatible",
                    Optional.of(new Origin.Credential(Optional.of("bench"), placeholder(bot))),
                    List.of(Vendor.ONE, Vendor.PACED, Vendor.BULK, Vendor.ENDLESS, Vendor.SLOW));
            bots.add(new BotPolicy("bot" + bot, Reach.SEALED, links, List.of(vendor), List.of(), Optional.empty(), Budget.NONE));
        }
        PrivateFiles.ensureDirectory(data.resolve("broker"), 0700);
        new Policy(bots, ZoneOffset.UTC, List.of(), Map.of()).write(data.resolve("broker/policy.json"));
        return data;
    }

    private static Path link(Path data, int bot) {
        return data.resolve("bots/bot" + bot + "/link/tls");
    }

    private static String placeholder(int bot) {
        return "botmaker-%03d-%s".formatted(bot, "x".repeat(KEY.length() - 13));
    }

    /// A connection to a vendor.
    private interface Way<T> {
        Asker open(T bot) throws IOException;
    }

    private record Ways(Straight straight, Way<Integer> broker) {
        interface Straight {
            Asker open() throws IOException;
        }
    }

    /// A Java process that ends when this closes.
    private record Child(Process process, BufferedReader out) implements AutoCloseable {
        static Child start(Map<String, String> environment, String... arguments) throws IOException {
            List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
            command.addAll(List.of(arguments));
            ProcessBuilder builder = new ProcessBuilder(command).redirectError(Redirect.INHERIT);
            builder.environment().putAll(environment);
            Process process = builder.start();
            return new Child(process, process.inputReader(UTF_8));
        }

        String firstLine() throws IOException {
            String line = out.readLine();
            requireAlive();
            return line;
        }

        void requireAlive() throws IOException {
            if (!process.isAlive()) {
                throw new IOException(process.info().commandLine().orElse("a process") + " ended with " + process.exitValue());
            }
        }

        @Override
        public void close() throws IOException {
            process.destroy();
            try {
                if (!process.waitFor(30, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            out.close();
        }
    }

    /// The processor time that a process takes in the middle of a paced answer, when all its streams are open.
    private static final class Usage {
        private static final double FROM = 0.2; // of the answer's time
        private static final double TO = 0.9;

        private final CompletableFuture<Double> percent = new CompletableFuture<>();

        Usage(Vitals process) {
            Thread.ofVirtual().start(() -> {
                try {
                    Thread.sleep((long) (FROM * 1_000 * Vendor.PACED_SECONDS));
                    double before = process.cpuSeconds();
                    long begin = System.nanoTime();
                    Thread.sleep((long) ((TO - FROM) * 1_000 * Vendor.PACED_SECONDS));
                    percent.complete(100 * (process.cpuSeconds() - before) / ((System.nanoTime() - begin) / 1e9));
                } catch (IOException | InterruptedException e) {
                    percent.completeExceptionally(e);
                }
            });
        }

        /// Waits until it was measured.
        double percent() {
            return percent.join();
        }
    }

    /// The measurements, in pairs.
    private record Rounds(Report report, Bench.Size size, Vitals broker, Ways ways) {
        private static final int PAIRS = 40;
        /// After so many rounds the broker is compiled, as it is after some days of a few bots.
        private static final int WARM_UP = 100;

        void all() throws IOException, InterruptedException {
            firstBytes();
            events();
            bulk();
            memory();
            crowd();
        }

        private void firstBytes() throws IOException {
            List<Asker> bots = new ArrayList<>();
            try (Asker straight = ways.straight().open()) {
                for (int bot = 0; bot < BOTS; bot++) {
                    bots.add(ways.broker().open(bot));
                }
                Series direct = new Series();
                Series brokered = new Series();
                Series later = new Series();
                for (int round = -WARM_UP; round < size.rounds(); round++) {
                    Series one = new Series();
                    Series other = new Series();
                    for (int pair = 0; pair < PAIRS; pair++) {
                        one.add(straight.firstByte());
                        other.add(bots.get((WARM_UP + round) * PAIRS % BOTS + pair).firstByte());
                    }
                    if (round >= 0) {
                        direct.addAll(one);
                        brokered.addAll(other);
                        later.add(other.median() - one.median());
                    }
                }
                report.figure("first byte straight from the vendor, ms", direct);
                report.figure("first byte through the broker, ms", brokered);
                report.target("first byte, later by, ms", Bound.AT_MOST, 1, later);
            } finally {
                for (Asker bot : bots) {
                    bot.close();
                }
            }
        }

        private void events() throws IOException, InterruptedException {
            for (int streams : List.of(1, STREAMS)) {
                Series direct = new Series();
                Series brokered = new Series();
                Series later = new Series();
                Series cpu = new Series();
                for (int round = -1; round < size.rounds(); round++) { // first warm up
                    Series one = paced(streams, _ -> ways.straight().open());
                    Usage usage = new Usage(broker);
                    Series other = paced(streams, ways.broker());
                    if (round >= 0) {
                        cpu.add(usage.percent());
                        direct.addAll(one);
                        brokered.addAll(other);
                        later.add(other.median() - one.median());
                    }
                }
                String among = streams == 1 ? "1 stream" : streams + " streams";
                report.figure("an event straight from the vendor, " + among + ", ms", direct);
                report.figure("an event through the broker, " + among + ", ms", brokered);
                report.target("an event, " + among + ", later by, ms", Bound.AT_MOST, 1, later);
                if (streams > 1) {
                    report.target(among + " of " + Vendor.A_SECOND + " events a second, % of a core", Bound.AT_MOST, 30, cpu);
                }
            }
        }

        /// Returns the delays of all events of streams that are open at the same time.
        private static Series paced(int streams, Way<Integer> way) throws IOException, InterruptedException {
            Series delays = new Series();
            List<Throwable> problems = new ArrayList<>();
            List<Thread> readers = new ArrayList<>();
            for (int n = 0; n < streams; n++) {
                int bot = n % BOTS;
                readers.add(Thread.ofVirtual().start(() -> {
                    try (Asker asker = way.open(bot)) {
                        asker.addEvents(delays);
                    } catch (IOException | UncheckedIOException e) {
                        synchronized (problems) {
                            problems.add(e);
                        }
                    }
                }));
            }
            for (Thread reader : readers) {
                reader.join();
            }
            if (!problems.isEmpty()) {
                throw new IOException(problems.size() + " streams failed", problems.getFirst());
            }
            return delays;
        }

        private void bulk() throws IOException {
            Series speed = new Series();
            Series share = new Series();
            Series cpu = new Series();
            double megabytes = Vendor.BULK_BYTES / 1e6;
            for (int round = -1; round < size.rounds(); round++) { // first warm up
                try (Asker straight = ways.straight().open(); Asker bot = ways.broker().open(round + 1)) {
                    double direct = straight.bulk();
                    double before = broker.cpuSeconds();
                    double brokered = bot.bulk();
                    if (round >= 0) {
                        cpu.add(1_000 * (broker.cpuSeconds() - before) / megabytes);
                        speed.add(megabytes / brokered);
                        share.add(direct / brokered);
                    }
                }
            }
            report.figure("a long answer through the broker, MB/s", speed);
            report.figure("a long answer through the broker, speed relative to straight", share);
            report.figure("processor time of a long answer, ms a MB", cpu);
        }

        private void memory() throws IOException, InterruptedException {
            List<Asker> deaf = new ArrayList<>();
            try {
                double heap = broker.heapMegabytes();
                for (int bot = 0; bot < DEAF; bot++) {
                    Asker asker = ways.broker().open(bot);
                    deaf.add(asker);
                    asker.ask(Vendor.ENDLESS);
                }
                Thread.sleep(5_000);
                report.target("a bot that never reads, heap, MB", Bound.AT_MOST, 0.5, Series.of((broker.heapMegabytes() - heap) / DEAF));
                report.target("resident after all, MB", Bound.AT_MOST, 160, Series.of(broker.residentMegabytes()));
            } finally {
                for (Asker asker : deaf) {
                    asker.close();
                }
            }
        }

        /// Opens as many connections of as many bots as the broker is meant for: each bot keeps some that it has used, and has as many
        /// answers that go on as it may have at once.
        private void crowd() throws IOException, InterruptedException {
            List<Asker> open = new ArrayList<>();
            List<Thread> readers = new ArrayList<>();
            Set<Throwable> problems = ConcurrentHashMap.newKeySet();
            try {
                for (int n = 0; n < CROWD * CONNECTIONS_EACH; n++) {
                    Asker asker = ways.broker().open(n % CROWD);
                    open.add(asker);
                    if (n < CROWD * (CONNECTIONS_EACH - STREAMS_EACH)) {
                        asker.firstByte();
                    } else {
                        Framing answer = asker.ask(Vendor.SLOW);
                        readers.add(Thread.ofVirtual().start(() -> {
                            try {
                                asker.skip(answer);
                                problems.add(new IOException("an endless answer has ended"));
                            } catch (IOException e) {
                                problems.add(e);
                            }
                        }));
                    }
                }
                Series resident = new Series();
                for (int second = 0; second < SECONDS; second++) {
                    Thread.sleep(1_000);
                    resident.add(broker.residentMegabytes());
                }
                if (!problems.isEmpty()) {
                    throw new IOException(problems.size() + " streams failed", problems.iterator().next());
                }
                report.figure("the same, heap, MB", Series.of(broker.heapMegabytes()));
                report.target("resident with %d connections of %d bots, MB".formatted(open.size(), CROWD), Bound.NEVER_OVER, 160, resident);
            } finally {
                for (Asker asker : open) {
                    asker.close();
                }
                for (Thread reader : readers) {
                    reader.join();
                }
            }
        }
    }
}
