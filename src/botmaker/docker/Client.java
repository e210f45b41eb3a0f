package botmaker.docker;

import botmaker.error.Failure;
import botmaker.json.JsonParseException;
import botmaker.json.JsonTypeException;
import botmaker.json.JsonValue;
import botmaker.json.Limits;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Sends calls to the engine in an API version that both sides speak, and turns answers into values or exceptions.
///
/// Asks for the version by `GET /_ping` before the first call, and again whenever the engine may be another one: it could
/// not be reached, names another version in an answer, or refuses the version in use.
final class Client {
    private static final ApiVersion OLDEST = new ApiVersion(1, 41);
    private static final ApiVersion NEWEST = new ApiVersion(1, 47);
    private static final Call PING = Call.get("/_ping").within(Duration.ofMillis(1800));
    private static final Call WATCHDOG_PING = PING.within(Duration.ofMillis(750));
    private static final Limits JSON = new Limits(8 * 1024 * 1024, 64);
    private static final int MAX_ERROR_BYTES = 64 * 1024;
    private static final int MAX_ELEMENTS = 100_000;

    /// The ping of an exchange that is short enough to do without.
    private static final Runnable UNWATCHED = () -> { };

    /// A version of the Engine API, such as `1.41`.
    record ApiVersion(int major, int minor) implements Comparable<ApiVersion> {
        private static final Pattern FORM = Pattern.compile("([0-9]{1,4})\\.([0-9]{1,4})");
        private static final Comparator<ApiVersion> ORDER =
                Comparator.comparingInt(ApiVersion::major).thenComparingInt(ApiVersion::minor);

        static Optional<ApiVersion> parse(String text) {
            Matcher matcher = FORM.matcher(text);
            return matcher.matches()
                    ? Optional.of(new ApiVersion(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2))))
                    : Optional.empty();
        }

        static ApiVersion min(ApiVersion a, ApiVersion b) {
            return a.compareTo(b) <= 0 ? a : b;
        }

        @Override
        public int compareTo(ApiVersion other) {
            return ORDER.compare(this, other);
        }

        @Override
        public String toString() {
            return major + "." + minor;
        }
    }

    private final Path socket;
    private final AtomicLong heard = new AtomicLong(System.nanoTime());
    private final SocketActivation activation;
    private volatile boolean answered; // so that the first call may start an engine that waits for one
    private volatile boolean suspected;
    private volatile Optional<ApiVersion> engineVersion = Optional.empty();

    Client(Path socket, SocketActivation activation) {
        this.socket = socket;
        this.activation = activation;
    }

    /// Notes that the engine may have been stopped.
    void suspect() {
        suspected = answered;
    }

    /// Pings the engine and returns the newest API version that it speaks.
    ApiVersion ping() {
        try (Exchange exchange = exchange(PING, PING.target(), UNWATCHED)) {
            refuseErrors(exchange);
            ApiVersion version = exchange.head().header("api-version").flatMap(ApiVersion::parse)
                    .orElseThrow(() -> new Failure.EngineDown("What answers at " + socket + " is not a Docker Engine."));
            engineVersion = Optional.of(version);
            return version;
        }
    }

    /// Sends a call and returns the open exchange once it succeeded (1xx and 2xx); the caller closes it.
    Exchange open(Call call) {
        ApiVersion version = agreed(engineVersion.orElseGet(this::ping));
        try {
            return attempt(call, version);
        } catch (EngineException refusal) {
            if (!refusal.aboutVersion()) {
                throw refusal;
            }
            ApiVersion other = agreed(ping());
            if (other.equals(version) || !call.repeatable()) {
                throw new Failure.EngineDown("The Docker Engine refuses the API versions " + OLDEST + " to " + NEWEST
                        + " that this BotMaker speaks: " + refusal.message(), refusal);
            }
            return attempt(call, other);
        }
    }

    /// Sends a call whose answer is JSON, and converts it.
    <T> T json(Call call, Function<JsonValue, T> conversion) {
        try (Exchange exchange = open(call)) {
            byte[] body = exchange.read(b -> b.takeAll(JSON.maxBytes()));
            return converting(call, () -> JsonValue.parse(body, JSON).convert(conversion));
        }
    }

    /// Sends a call whose answer is an array, and converts its elements one by one as they arrive, however long it is.
    <T> List<T> elements(Call call, Function<JsonValue, T> conversion) {
        try (Exchange exchange = open(call)) {
            return exchange.read(body -> {
                List<T> all = new ArrayList<>();
                ArrayElements elements = new ArrayElements(body);
                for (Optional<byte[]> next; (next = elements.next()).isPresent(); ) {
                    if (all.size() == MAX_ELEMENTS) {
                        throw new ProtocolException("the list has more than " + MAX_ELEMENTS + " elements");
                    }
                    byte[] element = next.get();
                    all.add(converting(call, () -> conversion.apply(JsonValue.parse(element, JSON))));
                }
                return all;
            });
        }
    }

    /// Sends a call whose answer has no content. Nothing to do (304) is no error.
    void run(Call call) {
        try {
            open(call).close();
        } catch (EngineException e) {
            if (!e.notModified()) {
                throw e;
            }
        }
    }

    /// Runs a conversion of the engine's JSON; an unexpected answer is the engine's failure.
    static <T> T converting(Object call, Supplier<T> conversion) {
        try {
            return conversion.get();
        } catch (JsonParseException | JsonTypeException | DateTimeException | ArithmeticException
                 | IllegalArgumentException e) {
            throw new Failure.EngineDown("The Docker Engine sent an answer that cannot be parsed: "
                    + e.getMessage() + " (" + call + ").", e);
        }
    }

    private Exchange attempt(Call call, ApiVersion version) {
        Exchange exchange = exchange(call, call.target(version.toString()), this::pingForWatchdog);
        try {
            noteVersion(exchange.head());
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

    private void noteVersion(ResponseHead head) {
        Optional<ApiVersion> named = head.header("api-version").flatMap(ApiVersion::parse);
        if (named.isPresent() && !named.equals(engineVersion)) {
            engineVersion = Optional.empty();
        }
    }

    private static ApiVersion agreed(ApiVersion engine) {
        if (engine.compareTo(OLDEST) < 0) {
            throw new Failure.EngineDown("The Docker Engine speaks API " + engine + "; BotMaker needs " + OLDEST
                    + " (Docker 20.10) or newer.");
        }
        return ApiVersion.min(engine, NEWEST);
    }

    private static void refuseErrors(Exchange exchange) {
        int status = exchange.head().status();
        if (status >= 300) {
            throw new EngineException(status, message(exchange.read(b -> b.takeAll(MAX_ERROR_BYTES)), status));
        }
    }

    private static String message(byte[] body, int status) {
        try {
            return JsonValue.parse(body, JSON).get("message").string();
        } catch (JsonParseException | JsonTypeException _) {
            String text = new String(body, StandardCharsets.UTF_8).strip();
            return text.isEmpty() ? "status " + status : text;
        }
    }

    /// Cuts a JSON array (RFC 8259 §5) into its elements as it arrives, so that only one of them is in memory. Leaves it to the
    /// parser to find fault with an element.
    static final class ArrayElements {
        private static final int MAX_ELEMENT = 1024 * 1024;
        private static final int MAX_REST = 8 * 1024;

        private final Body body;
        private boolean begun;
        private boolean ended;

        ArrayElements(Body body) {
            this.body = body;
        }

        /// Waits for the next element; returns empty after the last.
        Optional<byte[]> next() throws IOException {
            if (ended) {
                return Optional.empty();
            }
            boolean first = !begun;
            if (first && !new String(upTo("["), StandardCharsets.UTF_8).isBlank()) {
                throw new ProtocolException("a list does not begin with [");
            }
            begun = true;
            byte[] element = upTo(",]");
            if (ended && !new String(body.takeAll(MAX_REST), StandardCharsets.UTF_8).isBlank()) {
                throw new ProtocolException("something follows the list");
            }
            boolean empty = first && ended && new String(element, StandardCharsets.UTF_8).isBlank();
            return empty ? Optional.empty() : Optional.of(element);
        }

        /// Takes everything before one of the delimiters, as far as it stands in no string and no inner value, and skips it.
        private byte[] upTo(String delimiters) throws IOException {
            int depth = 0;
            boolean inString = false;
            for (int at = 0; at <= MAX_ELEMENT; at++) {
                while (at >= body.available()) {
                    if (!body.fill()) {
                        throw new ProtocolException("the list does not end");
                    }
                }
                byte next = body.peek(at);
                if (inString) {
                    if (next == '\\') {
                        at++;
                    }
                    inString = next != '"';
                } else if (depth == 0 && delimiters.indexOf(next) >= 0) {
                    byte[] before = body.take(at);
                    body.skip(1);
                    ended = next == ']';
                    return before;
                } else if (next == '"') {
                    inString = true;
                } else if (next == '[' || next == '{') {
                    depth++;
                } else if (next == ']' || next == '}') {
                    depth--;
                }
            }
            throw new ProtocolException("an element of the list is larger than " + MAX_ELEMENT + " bytes");
        }
    }
}
