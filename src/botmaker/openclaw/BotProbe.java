package botmaker.openclaw;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import botmaker.json.Json;
import botmaker.json.JsonParseException;
import botmaker.json.JsonValue;
import botmaker.json.JsonValue.JsonArray;
import botmaker.json.Limits;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

/// Asks a bot's gateway how it is: `GET /readyz`, then the admin call `channels.status`, since readiness knows nothing of a
/// channel whose plugin is missing, and learns late of one that was refused.
///
/// A bot may have been taken over: what it answers is read up to a limit, within a deadline, and shown as text only. Its
/// token goes to the given address and nowhere else: no proxy, no redirects. Safe for many threads.
public final class BotProbe implements AutoCloseable {
    private static final int MOST_BYTES = 256 << 10;
    private static final Limits LIMITS = new Limits(MOST_BYTES, 32);
    private static final String TOKEN_REFUSED =
            "The gateway does not accept its token. Restart the bot: it reads the token at its start.";
    private static final String STATUS_CALL = Json.object()
            .put("method", "channels.status").put("params", Json.object().build()).build().toString();

    private final int port;
    private final LateClient client = new LateClient(it -> it.proxy(HttpClient.Builder.NO_PROXY));

    /// A probe for bots in containers, at their usual port.
    public BotProbe() {
        this(OpenClaw.PORT);
    }

    BotProbe(int port) {
        this.port = port;
    }

    /// Looks at one bot.
    ///
    /// @param address  its container's own address; the caller made sure that it is this bot's
    /// @param token    its gateway token
    /// @param channel  the id of its channel in the catalogue
    /// @param deadline the longest time that the whole look may take
    public ProbeResult probe(InetAddress address, String token, String channel, Duration deadline) throws InterruptedException {
        Look look = new Look(address, token, System.nanoTime() + deadline.toNanos());
        try {
            HttpResponse<byte[]> readiness = look.send("/readyz", "");
            return switch (readiness.statusCode()) {
                case 200 -> channel(look, channel);
                case 503 -> unready(look, channel, JsonValue.parse(readiness.body(), LIMITS));
                default -> ProbeResult.degraded("The gateway answered /readyz with status " + readiness.statusCode() + ".");
            };
        } catch (ConnectException _) {
            return ProbeResult.down("Nothing answers at the gateway's port yet.");
        } catch (TimeoutException _) {
            return ProbeResult.down("The gateway did not answer within " + deadline.toMillis() + " ms.");
        } catch (IOException _) {
            return ProbeResult.down("The gateway broke off its answer.");
        } catch (JsonParseException _) {
            return ProbeResult.degraded("The gateway answered something that is not OpenClaw's.");
        }
    }

    @Override
    public void close() {
        client.close();
    }

    private ProbeResult unready(Look look, String channel, JsonValue answer) throws IOException, InterruptedException, TimeoutException {
        var failing = answer.find("failing").filter(JsonArray.class::isInstance).map(JsonValue::elements);
        if (failing.isEmpty()) {
            return ProbeResult.degraded(TOKEN_REFUSED);
        }
        if (failing.get().contains(Json.of("startup-sidecars"))) {
            return ProbeResult.starting("OpenClaw is still starting.");
        }
        if (failing.get().contains(Json.of("gateway-draining"))) {
            return ProbeResult.starting("OpenClaw is finishing its work before a stop.");
        }
        ProbeResult found = channel(look, channel);
        return found.ready() ? ProbeResult.degraded("Not ready: " + ChannelStatus.words(failing.get()) + ".") : found;
    }

    private ProbeResult channel(Look look, String channel) throws IOException, InterruptedException, TimeoutException {
        HttpResponse<byte[]> answer = look.send("/api/v1/admin/rpc", STATUS_CALL);
        return switch (answer.statusCode()) {
            case 200 -> ChannelStatus.judge(channel, JsonValue.parse(answer.body(), LIMITS));
            case 401, 403 -> ProbeResult.degraded(TOKEN_REFUSED);
            case 404 -> ProbeResult.degraded("The gateway does not tell the state of its channels: the plugin admin-http-rpc is off.");
            default -> ProbeResult.degraded("The gateway answered a question with status " + answer.statusCode() + ".");
        };
    }

    /// The calls of one look, which share a deadline.
    private final class Look {
        private final String origin;
        private final String token;
        private final long end;

        private Look(InetAddress address, String token, long end) {
            String host = address.getHostAddress();
            this.origin = "http://" + (address instanceof Inet6Address ? "[" + host + "]" : host) + ":" + port;
            this.token = token;
            this.end = end;
        }

        /// Sends a GET, or a POST of JSON where there is a body. The request's own timeout ends with the first byte of the
        /// answer, so the whole exchange is waited for and cancelled.
        private HttpResponse<byte[]> send(String path, String body) throws IOException, InterruptedException, TimeoutException {
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(origin + path)).header("Authorization", "Bearer " + token);
            if (!body.isEmpty()) {
                request.header("Content-Type", "application/json").POST(BodyPublishers.ofString(body));
            }
            CompletableFuture<HttpResponse<byte[]>> exchange =
                    client.get().sendAsync(request.build(), BodyHandlers.limiting(BodyHandlers.ofByteArray(), MOST_BYTES));
            try {
                return exchange.get(end - System.nanoTime(), NANOSECONDS);
            } catch (ExecutionException failure) {
                switch (failure.getCause()) {
                    case IOException cause -> throw cause;
                    case RuntimeException cause -> throw cause;
                    default -> throw new IOException(failure.getCause());
                }
            } finally {
                exchange.cancel(true);
            }
        }
    }
}
