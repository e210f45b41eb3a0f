package botmaker.checks;

import botmaker.json.JsonParseException;
import botmaker.json.JsonValue;
import botmaker.json.Limits;
import botmaker.openclaw.LazyHttpClient;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;

/// Calls services with a person's credentials, which go to the given address only: redirects are not followed.
///
/// Answers are read up to a limit, and all calls of one check share a deadline. Errors are in words of our own: the JDK's messages
/// may contain the address, and with it a token. Safe for use by many threads.
final class ServiceCalls implements AutoCloseable {
    private static final int MAX_BYTES = 4 << 20;
    private static final Limits LIMITS = new Limits(MAX_BYTES, 32);
    private static final Pattern SENDABLE = Pattern.compile("[!-~][ -~]*");

    private final Duration longest;
    private final UnaryOperator<String> route;
    private final LazyHttpClient client = LazyHttpClient.forServices();

    /// @param longest the longest time that the calls of one check may take together
    /// @param route   maps a service's URL to the one that is called
    ServiceCalls(Duration longest, UnaryOperator<String> route) {
        this.longest = longest;
        this.route = route;
    }

    /// Starts the time of one check.
    Calls begin() {
        return new Calls(System.nanoTime() + longest.toNanos());
    }

    @Override
    public void close() {
        client.close();
    }

    /// There is no answer. The message follows the name of a service.
    static final class NoAnswer extends Exception {
        private static final long serialVersionUID = 1L;

        private NoAnswer(String words) {
            super(words);
        }
    }

    /// @param body empty where it is not JSON
    record Answer(int status, Optional<JsonValue> body) {}

    /// The calls of one check.
    final class Calls {
        private final long end;

        private Calls(long end) {
            this.end = end;
        }

        Answer get(String url, Map<String, String> headers) throws NoAnswer, InterruptedException {
            return send("GET", url, headers);
        }

        Answer send(String method, String url, Map<String, String> headers) throws NoAnswer, InterruptedException {
            HttpRequest request = request(method, url, headers);
            try {
                HttpResponse<byte[]> response = client.send(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), MAX_BYTES), end);
                return new Answer(response.statusCode(), json(response.body()));
            } catch (TimeoutException _) {
                throw new NoAnswer("did not answer within " + (longest.toSeconds() > 0 ? longest.toSeconds() + " s." : longest.toMillis() + " ms."));
            } catch (IOException | RuntimeException e) {
                throw new NoAnswer(words(e));
            }
        }

        private HttpRequest request(String method, String url, Map<String, String> headers) throws NoAnswer {
            if (!headers.values().stream().allMatch(value -> SENDABLE.matcher(value).matches())) {
                throw new NoAnswer("cannot be called: the key or token contains a character that cannot be sent.");
            }
            try {
                HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(route.apply(url))).header("User-Agent", "BotMaker")
                        .method(method, BodyPublishers.noBody());
                headers.forEach(request::header);
                return request.build();
            } catch (IllegalArgumentException _) {
                throw new NoAnswer("cannot be called: its address is not a valid URL.");
            }
        }

        private static Optional<JsonValue> json(byte[] body) {
            try {
                return Optional.of(JsonValue.parse(body, LIMITS));
            } catch (JsonParseException _) {
                return Optional.empty();
            }
        }

        private static String words(Exception failure) {
            return switch (failure) {
                case ConnectException e when e.getCause() instanceof UnresolvedAddressException ->
                        "cannot be reached: its host name is unknown.";
                case ConnectException _ -> "cannot be reached: nothing answers at its address.";
                case SSLException _ -> "cannot be trusted: it has no valid TLS certificate.";
                case IOException _ -> "closed the connection, or sent a larger answer than BotMaker reads.";
                default -> "cannot be called.";
            };
        }
    }
}
