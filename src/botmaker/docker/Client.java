package botmaker.docker;

import botmaker.error.Failure;
import botmaker.json.JsonException;
import botmaker.json.JsonValue;
import java.io.IOException;
import java.lang.module.ModuleDescriptor.Version;
import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/// Sends calls to the engine in an API version that both sides speak, and turns answers into values or exceptions.
///
/// Asks for the version by `GET /_ping` before the first call, and again whenever the engine may be another one: it could
/// not be reached, names another version in an answer, or refuses the version in use.
final class Client {
    private static final Version OLDEST = Version.parse("1.41");
    private static final Version NEWEST = Version.parse("1.47");
    private static final Pattern VERSION = Pattern.compile("[0-9]{1,4}\\.[0-9]{1,4}");
    private static final Call PING = Call.get("/_ping").within(Duration.ofMillis(1800));
    private static final Call WATCHDOG_PING = PING.within(Duration.ofMillis(750));
    private static final int MAX_JSON_BYTES = 8 * 1024 * 1024;
    private static final int MAX_ERROR_BYTES = 64 * 1024;
    private static final int MAX_ELEMENTS = 100_000;
    private static final int MAX_ELEMENT = 1024 * 1024;
    private static final int MAX_REST = 8 * 1024;

    /// The ping of an exchange that is short enough to do without.
    private static final Runnable UNWATCHED = () -> { };

    private final Path socket;
    private final AtomicLong heard = new AtomicLong(System.nanoTime());
    private final SocketActivation activation;
    private volatile boolean answered; // so that the first call may start an engine that waits for one
    private volatile boolean suspected;
    private volatile Optional<Version> engineVersion = Optional.empty();

    Client(Path socket, SocketActivation activation) {
        this.socket = socket;
        this.activation = activation;
    }

    /// Notes that the engine may have been stopped.
    void suspect() {
        suspected = answered;
    }

    /// Pings the engine and returns the newest API version that it speaks.
    Version ping() {
        try (Exchange exchange = exchange(PING, PING.target(), UNWATCHED)) {
            refuseErrors(exchange);
            Version version = version(exchange)
                    .orElseThrow(() -> new Failure.EngineDown("What answers at " + socket + " is not a Docker Engine."));
            engineVersion = Optional.of(version);
            return version;
        }
    }

    /// Sends a call and returns the open exchange once it succeeded (1xx and 2xx); the caller closes it.
    Exchange open(Call call) {
        Version version = agreed(engineVersion.orElseGet(this::ping));
        try {
            return attempt(call, version);
        } catch (EngineException refusal) {
            if (!refusal.aboutVersion()) {
                throw refusal;
            }
            Version other = agreed(ping());
            if (other.equals(version) || call.tar().isPresent()) {
                throw new Failure.EngineDown("The Docker Engine refuses the API versions " + OLDEST + " to " + NEWEST
                        + " that this BotMaker speaks: " + refusal.getMessage(), refusal);
            }
            return attempt(call, other);
        }
    }

    /// Sends a call whose answer is JSON, and converts it.
    <T> T json(Call call, Function<JsonValue, T> conversion) {
        try (Exchange exchange = open(call)) {
            byte[] body = exchange.read(b -> b.takeAll(MAX_JSON_BYTES));
            return converting(call, () -> JsonValue.parse(body).convert(conversion));
        }
    }

    /// Sends a call whose answer is an array, and converts its elements one by one as they arrive, however long it is.
    <T> List<T> elements(Call call, Function<JsonValue, T> conversion) {
        try (Exchange exchange = open(call)) {
            return exchange.read(body -> {
                List<T> all = new ArrayList<>();
                requireBlank(body.takeBefore("[", MAX_REST), "a list does not begin with [");
                boolean more;
                do {
                    body.skip(1);
                    byte[] element = body.takeBefore(",]", MAX_ELEMENT);
                    more = body.peek(0) == ',';
                    if (more || !all.isEmpty() || !isBlank(element)) {
                        all.add(converting(call, () -> conversion.apply(JsonValue.parse(element))));
                    }
                    if (all.size() > MAX_ELEMENTS) {
                        throw new ProtocolException("the list has more than " + MAX_ELEMENTS + " elements");
                    }
                } while (more);
                body.skip(1);
                requireBlank(body.takeAll(MAX_REST), "something follows the list");
                return all;
            });
        }
    }

    private static void requireBlank(byte[] bytes, String otherwise) throws ProtocolException {
        if (!isBlank(bytes)) {
            throw new ProtocolException(otherwise);
        }
    }

    private static boolean isBlank(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8).isBlank();
    }

    /// Sends a call whose answer has no content. Nothing to do (304) is no error.
    void run(Call call) {
        try {
            open(call).close();
        } catch (EngineException e) {
            if (e.status() != 304) {
                throw e;
            }
        }
    }

    /// Waits between two calls.
    static void pause(Duration duration) {
        try {
            Thread.sleep(duration);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failure.EngineDown("Waiting for the Docker Engine was interrupted.", e);
        }
    }

    /// Runs a conversion of the engine's JSON; an unexpected answer is the engine's failure.
    static <T> T converting(Object call, Supplier<T> conversion) {
        try {
            return conversion.get();
        } catch (JsonException | DateTimeException | ArithmeticException
                 | IllegalArgumentException e) {
            throw new Failure.EngineDown("The Docker Engine sent an answer that cannot be parsed: "
                    + e.getMessage() + " (" + call + ").", e);
        }
    }

    private Exchange attempt(Call call, Version version) {
        Exchange exchange = exchange(call, call.target(version.toString()), this::pingForWatchdog);
        try {
            noteVersion(exchange);
            refuseErrors(exchange);
            return exchange;
        } catch (RuntimeException | Error e) {
            exchange.close();
            throw e;
        }
    }

    private Exchange exchange(Call call, String target, Runnable ping) {
        if (suspected && activation.wouldStart(socket)) {
            throw new Failure.EngineDown("The Docker Engine was stopped. Start it with: systemctl start docker");
        }
        try {
            Exchange exchange = new Exchange(socket, call, target, heard, ping);
            answered = true;
            suspected = false;
            return exchange;
        } catch (Failure.EngineDown e) {
            engineVersion = Optional.empty();
            suspect();
            throw e;
        }
    }

    private void pingForWatchdog() {
        try {
            new Exchange(socket, WATCHDOG_PING, WATCHDOG_PING.target(), heard, UNWATCHED).close();
        } catch (Failure.EngineDown _) {
            // nothing was heard
        }
    }

    private static Optional<Version> version(Exchange exchange) {
        return exchange.head().header("api-version").filter(it -> VERSION.matcher(it).matches()).map(Version::parse);
    }

    private void noteVersion(Exchange exchange) {
        Optional<Version> named = version(exchange);
        if (named.isPresent() && !named.equals(engineVersion)) {
            engineVersion = Optional.empty();
        }
    }

    private static Version agreed(Version engine) {
        if (engine.compareTo(OLDEST) < 0) {
            throw new Failure.EngineDown("The Docker Engine speaks API " + engine + "; BotMaker needs " + OLDEST
                    + " (Docker 20.10) or newer.");
        }
        return engine.compareTo(NEWEST) < 0 ? engine : NEWEST;
    }

    private static void refuseErrors(Exchange exchange) {
        int status = exchange.head().status();
        if (status >= 300) {
            throw new EngineException(status, message(exchange.read(b -> b.takeAll(MAX_ERROR_BYTES)), status));
        }
    }

    private static String message(byte[] body, int status) {
        try {
            return JsonValue.parse(body).get("message").string();
        } catch (JsonException _) {
            String text = new String(body, StandardCharsets.UTF_8).strip();
            return text.isEmpty() ? "status " + status : text;
        }
    }

    /// Tells whether a connection would start an engine that somebody stopped.
    ///
    /// With `docker.socket` systemd listens while `docker.service` is stopped, and starts the service for whoever connects (also for
    /// a connection that was made while the service was stopping). A client that keeps trying would make it impossible to stop Docker.
    ///
    /// @param listening the control group of the active unit `docker.socket`
    /// @param socket    what that unit listens on
    /// @param service   asks for the state of `docker.service`, in systemd's words
    record SocketActivation(Path listening, Path socket, Supplier<String> service) {
        private static final Set<String> STOPPED = Set.of("inactive", "deactivating", "failed");

        static SocketActivation ofThisHost() {
            Path unified = Path.of("/sys/fs/cgroup/system.slice");
            Path slice = Files.isDirectory(unified) ? unified : Path.of("/sys/fs/cgroup/systemd/system.slice");
            return new SocketActivation(slice.resolve("docker.socket"), Path.of("/run/docker.sock"), SocketActivation::state);
        }

        /// Returns whether systemd listens on a socket and the engine's service is stopped.
        boolean wouldStart(Path connecting) {
            return Files.isDirectory(listening) && isListening(connecting) && STOPPED.contains(service.get());
        }

        private boolean isListening(Path connecting) {
            try {
                return Files.isSameFile(connecting, socket); // /var/run is a link
            } catch (IOException e) {
                return false;
            }
        }

        private static String state() {
            try {
                Process asked = new ProcessBuilder("systemctl", "is-active", "docker.service").redirectErrorStream(true).start();
                if (!asked.waitFor(2, TimeUnit.SECONDS)) {
                    asked.destroyForcibly();
                    return "unknown";
                }
                return new String(asked.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            } catch (IOException e) {
                return "unknown";
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return "unknown";
            }
        }
    }
}
