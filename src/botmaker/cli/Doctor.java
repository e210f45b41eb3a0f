package botmaker.cli;

import static java.util.Objects.requireNonNull;

import botmaker.bot.BotInspection;
import botmaker.bot.host.DockerHost;
import botmaker.bot.host.Warning;
import botmaker.config.Settings;
import botmaker.docker.Engine;
import botmaker.docker.EngineException;
import botmaker.docker.EngineInfo;
import botmaker.error.Failure;
import botmaker.file.PrivateFiles;
import botmaker.json.JsonValue;
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
import java.nio.file.FileStore;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/// Checks the host for what BotMaker needs, and says what to do about each problem. It changes nothing.
public final class Doctor {
    private static final long LEAST_FREE = 2L << 30;
    private static final Duration CLOCK_TOLERANCE = Duration.ofSeconds(30);
    private static final List<Path> SUBORDINATE = List.of(Path.of("/etc/subuid"), Path.of("/etc/subgid"));
    private static final Path BRIDGING = Path.of("/proc/sys/net/bridge/bridge-nf-call-iptables");
    private static final int ANSWER_MILLIS = 3000;
    private static final int LONGEST_ANSWER = 16 << 10;

    /// @param well whether there is nothing to do
    private record Finding(boolean well, String what, String words) {
        static Finding well(String what, String words) {
            return new Finding(true, what, words);
        }

        static Finding ill(String what, String words) {
            return new Finding(false, what, words);
        }
    }

    private final Settings settings;
    private final Engine engine;
    private final boolean root;

    private Optional<BotInspection> examined = Optional.empty();

    private Doctor(Settings settings) throws IOException {
        this.root = PrivateFiles.isRoot();
        this.settings = settings;
        this.engine = new Engine(settings.dockerSocket());
    }

    /// Prints a line for each check.
    ///
    /// @return whether all is well
    /// @throws IOException if the user of this process cannot be determined
    public static boolean examine(Settings settings, PrintStream out) throws IOException {
        Doctor doctor = new Doctor(settings);
        boolean well = true;
        for (Supplier<Finding> check : List.<Supplier<Finding>>of(doctor::java, doctor::user, doctor::engine,
                doctor::image, doctor::clock, doctor::data, doctor::subordinateIds, doctor::tls, doctor::port, doctor::bots,
                doctor::host, doctor::bridging)) {
            Finding finding = check.get();
            out.printf("%-5s %-8s %s%n", finding.well() ? "ok" : "FAIL", finding.what(), finding.words());
            well &= finding.well();
        }
        out.println(doctor.firewall());
        return well;
    }

    private Finding java() {
        return Finding.well("java", Runtime.version() + " (" + System.getProperty("java.vendor") + ")");
    }

    private Finding user() {
        return Finding.well("user", root
                ? "root: every bot gets a user of its own"
                : "not root: all bots share this user, which does not protect them from each other. Run BotMaker as root "
                        + "for that");
    }

    private Finding engine() {
        try {
            EngineInfo info = engine.info();
            if (info.rootless() || info.usernsRemap()) {
                return Finding.ill("engine", "it is rootless or remaps user ids, so that bots could not read their own secrets. "
                        + "Use an engine that does neither");
            }
            return Finding.well("engine", "Docker Engine %s, API %s, on %d processors and %d MiB of memory%s".formatted(info.version(),
                    info.apiVersion(), info.cpus(), info.memory() >> 20, exceedsHost(info)
                            ? "; the defaults bot.cpus and bot.memory are lowered to that, lower them in the settings" : ""));
        } catch (Failure | EngineException e) {
            return Finding.ill("engine", e.getMessage());
        }
    }

    private boolean exceedsHost(EngineInfo info) {
        return settings.limits().cpus() > 1000L * info.cpus() || settings.limits().memory() > info.memory();
    }

    private Finding image() {
        try {
            return engine.images().find(settings.image())
                    .map(image -> Finding.well("image", settings.image() + ", " + image.id()))
                    .orElse(Finding.ill("image", settings.image() + " is missing. Build it with: make image"));
        } catch (Failure | EngineException e) {
            return Finding.ill("image", "cannot be looked up: " + e.getMessage());
        }
    }

    private Finding clock() {
        try {
            Instant engines = engine.info().systemTime();
            Duration apart = Duration.between(engines, Instant.now()).abs();
            return apart.compareTo(CLOCK_TOLERANCE) <= 0
                    ? Finding.well("clock", "agrees with the engine's")
                    : Finding.ill("clock", "is " + apart.toSeconds() + " s from the engine's. Both must be on this host");
        } catch (Failure | EngineException e) {
            return Finding.ill("clock", "cannot be compared: " + e.getMessage());
        }
    }

    private Finding data() {
        Path data = settings.data();
        try {
            Path there = data;
            while (!Files.exists(there)) {
                there = requireNonNull(there.getParent(), "the root directory exists");
            }
            if (!Files.isDirectory(there) || !Files.isWritable(there)) {
                return Finding.ill("data", there + " is not a directory that this user can write to. Set data.dir to one");
            }
            if (there.equals(data)) {
                DataDirectory.require(data);
                DataDirectory.requireDatabase(data);
            }
            DataDirectory.requireClosedFrom(there);
            FileStore disk = Files.getFileStore(there);
            return disk.getUsableSpace() >= LEAST_FREE
                    ? Finding.well("data", data + ", " + (disk.getUsableSpace() >> 30) + " GiB free")
                    : Finding.ill("data", "only " + (disk.getUsableSpace() >> 20) + " MiB are free for " + data);
        } catch (FileSystemException e) {
            return Finding.ill("data", data + ": " + e);
        } catch (IOException e) {
            return Finding.ill("data", e.getMessage());
        }
    }

    /// Checks that bots' user ids are none that the host gives to other containers.
    private Finding subordinateIds() {
        if (!root) {
            return Finding.well("uids", "no subordinate ids to avoid");
        }
        try {
            Optional<String> missing = UserIds.problem(settings.uidBase());
            if (missing.isPresent()) {
                return Finding.ill("uids", missing.get());
            }
        } catch (IOException e) {
            return Finding.ill("uids", "cannot be checked: " + e.getMessage());
        }
        return SUBORDINATE.stream().flatMap(ids -> crossing(ids, settings.uidBase()).stream()).findFirst()
                .map(words -> Finding.ill("uids", words))
                .orElse(Finding.well("uids", settings.uidBase() + " and up, clear of "
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

    private Finding tls() {
        if (settings.tls().isEmpty()) {
            return Finding.well("tls", settings.address().isLoopbackAddress()
                    ? "not needed: only this host can connect"
                    : "terminated by the proxy in front");
        }
        Path file = settings.tls().get().certificate();
        try {
            ServerCertificate certificate = ServerCertificate.read(file, settings.tls().get().key());
            Optional<String> problem = certificate.problem(Instant.now());
            if (problem.isPresent() || certificate.expiresSoon(Instant.now())) {
                return Finding.ill("tls", "the certificate in " + file + " "
                        + problem.orElse("expires on " + certificate.expires() + ", and nothing has renewed it"));
            }
            return Finding.well("tls", "the certificate in " + file + " is valid until " + certificate.expires());
        } catch (IOException e) {
            return Finding.ill("tls", e.getMessage());
        }
    }

    private Finding port() {
        String where = settings.address().getHostAddress() + " port " + settings.port();
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(settings.address(), settings.port()));
            return Finding.well("port", where + " is free");
        } catch (IOException e) {
            return isBotMaker()
                    ? Finding.well("port", where + " is used by a running BotMaker")
                    : Finding.ill("port", where + " is in use (" + e.getMessage() + "). Stop the program that uses it, or set server.port");
        }
    }

    private Socket socket() throws IOException {
        return settings.tls().isEmpty()
                ? new Socket()
                : ServerCertificate.read(settings.tls().get().certificate(), settings.tls().get().key())
                        .clientContext().getSocketFactory().createSocket();
    }

    private Finding bots() {
        try {
            Optional<BotInspection> checkup = checkup();
            if (checkup.isEmpty()) {
                return Finding.well("bots", "none, or not examined before the next start of BotMaker");
            }
            List<String> drifted = checkup.get().drifted();
            examined = checkup;
            return drifted.isEmpty()
                    ? Finding.well("bots", checkup.get().bots() + ", with no container that has drifted from its specification")
                    : Finding.ill("bots", String.join("%n%15s".formatted(""), drifted) + ". Repair them on their pages");
        } catch (IOException | UncheckedIOException | StoreException | Failure | EngineException e) {
            return Finding.ill("bots", "cannot be examined: " + e.getMessage());
        }
    }

    /// Reports what weakens the bots' isolation, as a test from inside them found it.
    private Finding host() {
        if (examined.isEmpty()) {
            return Finding.well("host", "not tested without bots");
        }
        String said = examined.get().warnings().stream().map(it -> it.title() + ". " + it.detail())
                .collect(Collectors.joining("%n%15s".formatted("")));
        if (examined.get().warnings().stream().anyMatch(it -> !it.kind().equals(Warning.ENGINE_DEFAULTS))) {
            return Finding.ill("host", said);
        }
        return Finding.well("host", (examined.get().isolationTested()
                ? "one bot tried to reach another and could not"
                : "whether bots can reach each other is not tested: that needs two running bots") + (said.isEmpty() ? "" : ". " + said));
    }

    /// Checks that the kernel passes traffic within a bridge through the firewall; otherwise bots reach each other.
    private Finding bridging() {
        try {
            return Files.readString(BRIDGING).strip().equals("1")
                    ? Finding.well("bridges", "the kernel asks the firewall about traffic between bots")
                    : Finding.ill("bridges", "bots can reach each other. Set: sysctl net.bridge.bridge-nf-call-iptables=1");
        } catch (NoSuchFileException e) {
            return Finding.well("bridges", "the kernel module br_netfilter is not loaded; Docker loads it with the first bot");
        } catch (IOException e) {
            return Finding.ill("bridges", BRIDGING + " cannot be read: " + e);
        }
    }

    private String firewall() {
        try {
            return checkup().map(BotInspection::bridge).map(FirewallScript::of).map("""

                    Bots can reach the internet, this host's services and the networks around it. To restrict them to the
                    internet, and access to them to this host, run this as root (BotMaker has not run it;
                    the help page "Security" says how to keep it):

                    %s"""::formatted).orElse("");
        } catch (IOException | UncheckedIOException | StoreException | Failure e) {
            return ""; // told above
        }
    }

    private Optional<BotInspection> checkup() throws IOException {
        return BotInspection.of(settings.data(), DockerHost.on(engine), App.botOptions(settings));
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
