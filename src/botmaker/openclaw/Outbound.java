package botmaker.openclaw;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import botmaker.json.JsonParseException;
import botmaker.json.JsonValue;
import botmaker.json.Limits;
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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;

/// Calls services with someone's credentials, which go to the given address and nowhere else: redirects are not followed.
///
/// Answers are read up to a limit, and all calls of one check share a deadline. What goes wrong is told in words of our own:
/// those of the JDK may hold the address, and with it a token. Safe for many threads.
final class Outbound implements AutoCloseable {
    private static final int MOST_BYTES = 4 << 20;
    private static final Limits LIMITS = new Limits(MOST_BYTES, 32);
    private static final Pattern SENDABLE = Pattern.compile("[!-~][ -~]*");

    private final Duration longest;
    private final LateClient client = new LateClient(it -> it);

    /// @param longest the longest time that the calls of one check may take together
    Outbound(Duration longest) {
        this.longest = longest;
    }

    /// Begins the time of one check.
    Calls begin() {
        return new Calls(System.nanoTime() + longest.toNanos());
    }

    @Override
    public void close() {
        client.close();
    }

    /// There is no answer, in words that follow the name of a service.
    static final class NoAnswer extends Exception {
        private static final long serialVersionUID = 1L;

        private NoAnswer(String words) {
            super(words);
        }
    }

    /// @param body empty where it is no JSON
    record Answer(int status, Optional<JsonValue> body) {}

    /// The calls of one check.
    final class Calls {
        private final long end;

        private Calls(long end) {
            this.end = end;
        }

        Answer get(String url, Map<String, String> headers) throws NoAnswer, InterruptedException {
            return send(builder(url, headers).GET().build());
        }

        Answer post(String url, Map<String, String> headers) throws NoAnswer, InterruptedException {
            return send(builder(url, headers).POST(BodyPublishers.noBody()).build());
        }

        private static HttpRequest.Builder builder(String url, Map<String, String> headers) throws NoAnswer {
            try {
                HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url)).header("User-Agent", "BotMaker");
                for (Map.Entry<String, String> header : headers.entrySet()) {
                    if (!SENDABLE.matcher(header.getValue()).matches()) {
                        throw new NoAnswer("cannot be asked: the key or token holds a character that cannot be sent.");
                    }
                    request.header(header.getKey(), header.getValue());
                }
                return request;
            } catch (IllegalArgumentException _) {
                throw new NoAnswer("cannot be asked: its address is no URL.");
            }
        }

        /// A request's own timeout ends with the first byte of the answer, so the whole exchange is waited for and cancelled.
        private Answer send(HttpRequest request) throws NoAnswer, InterruptedException {
            CompletableFuture<HttpResponse<byte[]>> exchange =
                    client.get().sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), MOST_BYTES));
            try {
                HttpResponse<byte[]> response = exchange.get(end - System.nanoTime(), NANOSECONDS);
                return new Answer(response.statusCode(), json(response.body()));
            } catch (TimeoutException _) {
                throw new NoAnswer("did not answer within " + (longest.toSeconds() > 0 ? longest.toSeconds() + " s." : longest.toMillis() + " ms."));
            } catch (ExecutionException failure) {
                throw new NoAnswer(words(failure.getCause()));
            } finally {
                exchange.cancel(true);
            }
        }

        private static Optional<JsonValue> json(byte[] body) {
            try {
                return Optional.of(JsonValue.parse(body, LIMITS));
            } catch (JsonParseException _) {
                return Optional.empty();
            }
        }

        private static String words(Throwable cause) {
            return switch (cause) {
                case ConnectException e when e.getCause() instanceof UnresolvedAddressException ->
                        "cannot be reached: its name is not known.";
                case ConnectException _ -> "cannot be reached: nothing answers at its address.";
                case SSLException _ -> "cannot be trusted: there is no valid TLS certificate at its address.";
                case IOException _ -> "broke off, or answered more than is read.";
                default -> "cannot be asked.";
            };
        }
    }
}
