package botmaker.openclaw;

import botmaker.json.Json;
import botmaker.json.JsonException;
import botmaker.json.JsonValue.JsonArray;
import botmaker.json.JsonValue.JsonString;
import botmaker.json.JsonValue;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Checks a bot's health at its gateway: `GET /readyz`, then the admin call `channels.status`, since readiness does not cover a
/// channel whose plugin is missing, and learns late of one whose token was refused.
///
/// A bot may be compromised: its answers are read up to a limit, within a deadline, redacted, and shown as text only.
public final class BotProbe {
    private static final int MAX_BYTES = 256 << 10;
    private static final JsonValue STATUS_CALL = Json.object()
            .put("method", "channels.status").put("params", Json.object().build()).build();
    private static final Pattern REFUSED = Pattern.compile("(?i)\\b401\\b|unauthori[sz]ed|invalid_auth|token_revoked|M_UNKNOWN_TOKEN|4004");

    private BotProbe() { }

    /// The result for a gateway that accepted a connection and closed it: it does not listen yet, or has just ended.
    public static final Result BROKE_OFF = Result.down("The gateway broke off its answer.");
    /// The problem shown for a bot whose gateway does not answer yet.
    public static final String STARTING = "OpenClaw is still starting.";

    /// A bot's health.
    public enum State {
        /// Nothing answers at its port, or not in time.
        DOWN,
        /// It answers, and is not ready yet.
        STARTING,
        /// It and its channel work.
        READY,
        /// It has started, and a part of it does not work.
        DEGRADED
    }

    /// @param problem why the bot is not ready; holds no secret
    public record Result(State state, Optional<String> problem) {

        public static Result down(String problem) {
            return new Result(State.DOWN, Optional.of(problem));
        }

        static Result starting(String problem) {
            return new Result(State.STARTING, Optional.of(problem));
        }

        static Result works() {
            return new Result(State.READY, Optional.empty());
        }

        static Result degraded(String problem) {
            return new Result(State.DEGRADED, Optional.of(problem));
        }

        public boolean ready() {
            return state == State.READY;
        }

        /// Returns whether the bot's start has ended, successfully or not.
        public boolean up() {
            return state == State.READY || state == State.DEGRADED;
        }
    }

    /// Probes one bot.
    ///
    /// @param channel  the id of its channel in the catalogue
    /// @param redactor removes the bot's secrets from what it says
    /// @param deadline the longest time for the whole probe
    public static Result probe(Gateway gateway, String channel, UnaryOperator<String> redactor, Duration deadline) throws InterruptedException {
        try {
            return new Probe(gateway, channel, redactor, System.nanoTime() + deadline.toNanos()).run();
        } catch (ConnectException _) {
            return Result.down("Nothing listens on the gateway's port yet.");
        } catch (TimeoutException _) {
            return Result.down("The gateway did not answer within " + deadline.toMillis() + " ms.");
        } catch (IOException _) {
            return BROKE_OFF;
        } catch (JsonException _) {
            return Result.degraded("The gateway's answer is not OpenClaw's.");
        }
    }

    /// The calls of one probe, which share a deadline.
    private record Probe(Gateway gateway, String channel, UnaryOperator<String> redactor, long end) {
        private Result run() throws IOException, InterruptedException, TimeoutException {
            Answer readiness = read(GatewayCall.get(gateway, "/readyz", end));
            return switch (readiness.status()) {
                case 200 -> channelStatus();
                case 503 -> unready(JsonValue.parse(readiness.body()));
                default -> Result.degraded("The gateway answered /readyz with status " + readiness.status() + ".");
            };
        }

        private Result unready(JsonValue answer) throws IOException, InterruptedException, TimeoutException {
            Optional<List<JsonValue>> failing = answer.at("failing").filter(JsonArray.class::isInstance).map(JsonValue::elements);
            if (failing.isEmpty()) {
                return Result.degraded(Gateway.TOKEN_REFUSED);
            }
            if (failing.get().contains(Json.of("startup-sidecars"))) {
                return Result.starting(STARTING);
            }
            if (failing.get().contains(Json.of("gateway-draining"))) {
                return Result.starting("OpenClaw is finishing its work before it stops.");
            }
            Result found = channelStatus();
            return found.ready() ? Result.degraded("Not ready: " + failing.get().stream().filter(JsonString.class::isInstance)
                    .map(name -> shown(name.string())).collect(Collectors.joining(", ")) + ".") : found;
        }

        private Result channelStatus() throws IOException, InterruptedException, TimeoutException {
            Answer answer = read(GatewayCall.post(gateway, "/api/v1/admin/rpc", STATUS_CALL, end));
            return switch (answer.status()) {
                case 200 -> judge(JsonValue.parse(answer.body()));
                case 401, 403 -> Result.degraded(Gateway.TOKEN_REFUSED);
                case 404 -> Result.degraded("The gateway does not report the state of its channels: the plugin admin-http-rpc is off.");
                default -> Result.degraded("The gateway answered channels.status with status " + answer.status() + ".");
            };
        }

        /// Reads the answer to `channels.status`. OpenClaw reports a `lifecycle` for each account of a channel: `starting`, `ready`,
        /// `recovering`, `blocked` or `stopped`; BotMaker gives a channel one account.
        private Result judge(JsonValue answer) {
            if (channel.equals(Channel.WEB_CHAT)) {
                return Result.works();
            }
            Optional<JsonValue> account = answer.at("payload", "channelAccounts", channel).filter(JsonArray.class::isInstance)
                    .flatMap(accounts -> accounts.elements().stream().findFirst());
            if (account.isEmpty()) {
                return Result.degraded(channel + ": its plugin is missing. Rebuild the bot image.");
            }
            Optional<String> error = account.get().textAt("lastError").map(this::problem);
            boolean running = account.get().at("running").equals(Optional.of(Json.of(true)));
            String lifecycle = account.get().textAt("lifecycle").orElse(running ? "ready" : "stopped");
            return switch (lifecycle) {
                case "ready" -> Result.works();
                case "starting" -> error.map(Result::degraded)
                        .orElseGet(() -> Result.starting(channel + ": not connected to its service yet."));
                default -> Result.degraded(error.orElseGet(() -> channel + ": " + shown(lifecycle) + "."));
            };
        }

        private String problem(String error) {
            return channel + ": " + (REFUSED.matcher(error).find() ? "its token was refused. " : "") + shown(error);
        }

        private String shown(String text) {
            return PlainText.of(redactor.apply(text));
        }

        private record Answer(int status, byte[] body) { }

        private Answer read(GatewayCall call) throws IOException, InterruptedException, TimeoutException {
            try (call) {
                byte[] body = call.body().readNBytes(MAX_BYTES + 1);
                if (body.length > MAX_BYTES) {
                    throw new IOException("the answer is too long");
                }
                return new Answer(call.status(), body);
            } catch (IOException e) {
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                if (System.nanoTime() - end >= 0) {
                    throw new TimeoutException();
                }
                throw e;
            }
        }
    }
}
