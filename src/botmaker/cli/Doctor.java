package botmaker.cli;

import static java.util.Objects.requireNonNull;

import botmaker.bot.BotInspection;
import botmaker.bot.host.BotHost.Warning;
import botmaker.bot.host.DockerHost;
import botmaker.config.Settings;
import botmaker.docker.Engine;
import botmaker.docker.EngineException;
import botmaker.docker.EngineInfo;
import botmaker.error.Failure;
import botmaker.file.IoFailures;
import botmaker.file.PrivateFiles;
import botmaker.json.JsonValue;
import botmaker.openclaw.OpenClaw;
import botmaker.server.App;
import botmaker.server.DataDirectory;
import botmaker.server.UserIds;
import botmaker.store.StoreException;
import botmaker.tls.ServerCertificate;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// Checks the host for what BotMaker needs, and says what to do about each problem. It changes nothing.
public final class Doctor {
    private static final long LEAST_FREE = 2L << 30;
    private static final Duration CLOCK_TOLERANCE = Duration.ofSeconds(30);
    private static final List<Path> SUBORDINATE = List.of(Path.of("/etc/subuid"), Path.of("/etc/subgid"));
    private static final Path BRIDGING = Path.of("/proc/sys/net/bridge/bridge-nf-call-iptables");
    private static final int ANSWER_MILLIS = 3000;
    private static final int LONGEST_ANSWER = 16 << 10;

    private static final String NEXT_LINE = "\n" + " ".repeat(15);

    /// @param well whether there is nothing to do
    private record Finding(boolean well, String words) { }

    private interface Check {
        Finding run() throws IOException;
    }

    private final Settings settings;
    private final PrintStream out;
    private final Engine engine;
    private final boolean root = PrivateFiles.isRoot();
    private boolean well = true;
    private Optional<BotInspection> examined = Optional.empty();

    private Doctor(Settings settings, PrintStream out) throws IOException {
        this.settings = settings;
        this.out = out;
        this.engine = new Engine(settings.dockerSocket());
    }

    /// Prints a line for each check.
    ///
    /// @return whether all is well
    /// @throws IOException if the user of this process cannot be determined
    public static boolean examine(Settings settings, PrintStream out) throws IOException {
        Doctor doctor = new Doctor(settings, out);
        doctor.check("java", "", () -> well(Runtime.version() + " (" + System.getProperty("java.vendor") + ")"));
        doctor.check("user", "", () -> well(doctor.root
                ? "root: every bot gets a user of its own"
                : "not root: all bots share this user, which does not protect them from each other. Run BotMaker as root for that"));
        doctor.check("engine", "", doctor::engine);
        doctor.check("image", "cannot be looked up: ", doctor::image);
        doctor.check("clock", "cannot be compared: ", doctor::clock);
        doctor.check("data", "", doctor::data);
        doctor.check("uids", "cannot be checked: ", doctor::subordinateIds);
        doctor.check("tls", "", doctor::tls);
        doctor.check("port", "", doctor::port);
        doctor.check("broker", "", doctor::broker);
        doctor.check("bots", "cannot be examined: ", doctor::bots);
        doctor.check("host", "", doctor::host);
        doctor.check("bridges", "", Doctor::bridging);
        out.println(doctor.firewall());
        return doctor.well;
    }

    /// Prints the finding of a check.
    ///
    /// @param failed what precedes the message of an exception
    private void check(String what, String failed, Check check) {
        Finding finding;
        try {
            finding = check.run();
        } catch (IOException e) {
            finding = ill(failed + IoFailures.sentence(e));
        } catch (UncheckedIOException | StoreException | Failure | EngineException e) {
            finding = ill(failed + e.getMessage());
        }
        out.printf("%-5s %-8s %s%n", finding.well() ? "ok" : "FAIL", what, finding.words());
        well = well && finding.well();
    }

    private static Finding well(String words) {
        return new Finding(true, words);
    }

    private static Finding ill(String words) {
        return new Finding(false, words);
    }

    private Finding engine() {
        EngineInfo info = engine.info();
        if (info.rootless() || info.usernsRemap()) {
            return ill("it is rootless or remaps user ids, so that bots could not read their own secrets. Use an engine that does neither");
        }
        return well("Docker Engine %s, API %s, on %d processors and %d MiB of memory%s".formatted(info.version(),
                info.apiVersion(), info.cpus(), info.memory() >> 20, exceedsHost(info)
                        ? "; the defaults bot.cpus and bot.memory are lowered to that, lower them in the settings" : ""));
    }

    private boolean exceedsHost(EngineInfo info) {
        return settings.limits().cpus() > 1000L * info.cpus() || settings.limits().memory() > info.memory();
    }

    private Finding image() {
        return engine.images().find(settings.image())
                .map(image -> OpenClaw.LINKS_VERSION.equals(image.labels().get(OpenClaw.LINKS_LABEL))
                        ? well(settings.image() + ", " + image.id())
                        : ill(settings.image() + " is too old for bots behind the broker, which new bots are. Build it again with: make image"))
                .orElse(ill(settings.image() + " is missing. Build it with: make image"));
    }

    private Finding clock() {
        Duration apart = Duration.between(engine.info().systemTime(), Instant.now()).abs();
        return apart.compareTo(CLOCK_TOLERANCE) <= 0
                ? well("agrees with the engine's")
                : ill("is " + apart.toSeconds() + " s from the engine's. Both must be on this host");
    }

    private Finding data() throws IOException {
        Path data = settings.data();
        Path there = data;
        while (!Files.exists(there)) {
            there = requireNonNull(there.getParent(), "the root directory exists");
        }
        if (!Files.isDirectory(there) || !Files.isWritable(there)) {
            return ill(there + " is not a directory that this user can write to. Set data.dir to one");
        }
        if (there.equals(data)) {
            DataDirectory.require(data);
            DataDirectory.requireDatabase(data);
        }
        DataDirectory.requireClosedFrom(there);
        long free = Files.getFileStore(there).getUsableSpace();
        return free >= LEAST_FREE
                ? well(data + ", " + (free >> 30) + " GiB free")
                : ill("only " + (free >> 20) + " MiB are free for " + data);
    }

    /// Checks that bots' user ids are none that the host gives to other containers.
    private Finding subordinateIds() throws IOException {
        if (!root) {
            return well("no subordinate ids to avoid");
        }
        return UserIds.problem(settings.uidBase())
                .or(() -> SUBORDINATE.stream().flatMap(ids -> crossing(ids, settings.uidBase()).stream()).findFirst())
                .map(Doctor::ill)
                .orElse(well(settings.uidBase() + " and up, clear of "
                        + SUBORDINATE.stream().map(Path::toString).collect(Collectors.joining(" and "))));
    }

    /// Returns how bots' ids conflict with a file of subordinate ids (subuid(5), subgid(5)); empty if they do not.
    static Optional<String> crossing(Path ids, int base) {
        try {
            for (String line : Files.readAllLines(ids)) {
                String[] parts = line.split(":", -1);
                if (parts.length == 3 && Long.parseLong(parts[1]) + Long.parseLong(parts[2]) > base) {
                    return Optional.of("bot.uid-base " + base + " is not above the range of " + parts[0] + " in " + ids
                            + ". Set it higher");
                }
            }
            return Optional.empty();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException | NumberFormatException e) {
            return Optional.of(ids + " cannot be read: " + e);
        }
    }

    private Finding tls() throws IOException {
        if (settings.tls().isEmpty()) {
            return well(settings.address().isLoopbackAddress()
                    ? "not needed: only this host can connect"
                    : "terminated by the proxy in front");
        }
        Path file = settings.tls().get().certificate();
        ServerCertificate certificate = ServerCertificate.read(file, settings.tls().get().key());
        Optional<String> problem = certificate.problem(Instant.now());
        return problem.isPresent() || certificate.expiresSoon(Instant.now())
                ? ill("the certificate in " + file + " "
                        + problem.orElse("expires on " + certificate.expires() + ", and nothing has renewed it"))
                : well("the certificate in " + file + " is valid until " + certificate.expires());
    }

    private Finding port() {
        String where = settings.address().getHostAddress() + " port " + settings.port();
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(settings.address(), settings.port()));
            return well(where + " is free");
        } catch (IOException e) {
            return isBotMaker()
                    ? well(where + " is used by a running BotMaker")
                    : ill(where + " is in use (" + e.getMessage() + "). Stop the program that uses it, or set server.port");
        }
    }

    private Finding broker() throws IOException {
        BrokerCheck check = new BrokerCheck(settings.data());
        List<String> problems = check.problems(Instant.now());
        return !problems.isEmpty() ? ill(String.join(NEXT_LINE, problems))
                : well(check.bots() == 0 ? "no bot needs it" : "answers; the sockets of "
                        + (check.bots() == 1 ? "1 bot" : check.bots() + " bots") + " are there");
    }

    private Finding bots() throws IOException {
        Optional<BotInspection> inspection = inspection();
        if (inspection.isEmpty()) {
            return well("none, or not examined before the next start of BotMaker");
        }
        List<String> drifted = inspection.get().drifted();
        examined = inspection;
        return drifted.isEmpty()
                ? well(inspection.get().bots() + ", with no container that has drifted from its specification")
                : ill(String.join(NEXT_LINE, drifted) + ". Repair them on their pages");
    }

    /// Reports what weakens the bots' isolation, as a test from inside them found it.
    private Finding host() {
        if (examined.isEmpty()) {
            return well("not tested without bots");
        }
        String said = examined.get().warnings().stream().map(it -> it.title() + ". " + it.detail()).collect(Collectors.joining(NEXT_LINE));
        if (examined.get().warnings().stream().anyMatch(it -> !it.kind().equals(Warning.ENGINE_DEFAULTS))) {
            return ill(said);
        }
        return well((examined.get().isolationTested()
                ? "one bot tried to reach another and could not"
                : "whether bots can reach each other is not tested: that needs two running bots") + (said.isEmpty() ? "" : ". " + said));
    }

    /// Checks that the kernel passes traffic within a bridge through the firewall; otherwise bots reach each other.
    private static Finding bridging() throws IOException {
        if (!Files.exists(BRIDGING)) {
            return well("the kernel module br_netfilter is not loaded; Docker loads it with the first bot");
        }
        return Files.readString(BRIDGING).strip().equals("1")
                ? well("the kernel asks the firewall about traffic between bots")
                : ill("bots can reach each other. Set: sysctl net.bridge.bridge-nf-call-iptables=1");
    }

    private String firewall() {
        try {
            return inspection().map(BotInspection::bridge).map(FirewallScript::of).map("""

                    Bots can reach the internet, this host's services and the networks around it. To restrict them to the
                    internet, and access to them to this host, run this as root (BotMaker has not run it;
                    the help page "Security" says how to keep it):

                    %s"""::formatted).orElse("");
        } catch (IOException | UncheckedIOException | StoreException | Failure e) {
            return ""; // told above
        }
    }

    private Optional<BotInspection> inspection() throws IOException {
        return BotInspection.of(settings.data(), DockerHost.on(engine), App.botOptions(settings));
    }

    private Socket socket() throws IOException {
        return settings.tls().isEmpty()
                ? new Socket()
                : ServerCertificate.read(settings.tls().get().certificate(), settings.tls().get().key())
                        .clientContext().getSocketFactory().createSocket();
    }

    /// Returns whether the program on the port answers `/health` as BotMaker does.
    private boolean isBotMaker() {
        InetAddress address = settings.address().isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : settings.address();
        try (Socket socket = socket()) {
            socket.connect(new InetSocketAddress(address, settings.port()), ANSWER_MILLIS);
            socket.setSoTimeout(ANSWER_MILLIS);
            socket.getOutputStream().write("GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readNBytes(LONGEST_ANSWER), StandardCharsets.UTF_8);
            JsonValue health = JsonValue.parse(answer.substring(answer.indexOf("\r\n\r\n") + 4));
            health.get("engine").bool();
            health.get("database").bool();
            return answer.startsWith("HTTP/1.1 200 ");
        } catch (IOException | RuntimeException e) {
            return false; // another program
        }
    }
}
