package botmaker.openclaw;

import botmaker.json.Json;
import botmaker.json.JsonException;
import botmaker.json.JsonValue.JsonArray;
import botmaker.json.JsonValue;
import botmaker.wire.HeaderFields;
import botmaker.wire.WebSocket;
import java.io.IOException;
import java.net.ConnectException;
import java.net.ProtocolException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/// A connection to a bot's gateway over which its methods are called, one after the other (OpenClaw's gateway protocol, version 4). A call
/// takes some milliseconds, where a command inside the container starts a process that takes seconds.
///
/// OpenClaw grants the scopes that are asked for to a client with the gateway's token that comes through the loopback device of the
/// container, as one through a bot's own socket does; through another address it grants none. What a bot answers may be hostile.
public final class GatewayRpc implements AutoCloseable {
    private static final int PROTOCOL = 4;
    private static final long MOST_BYTES = 8L << 20;

    private final GatewayConnection connection;
    private final WebSocket socket;
    private Set<String> scopes = Set.of();
    private int calls;

    private GatewayRpc(GatewayConnection connection, WebSocket socket) {
        this.connection = connection;
        this.socket = socket;
    }

    /// The gateway's refusal of a call.
    public static final class Refused extends Exception {
        private static final long serialVersionUID = 1;

        private final String code;

        private Refused(String code) {
            super("the gateway refused the call: " + code);
            this.code = code;
        }

        /// Returns OpenClaw's code, such as `INVALID_REQUEST`; empty if it sent none.
        public String code() {
            return code;
        }
    }

    /// Connects and signs in.
    ///
    /// @param scopes what is asked for, such as `operator.pairing`
    /// @param end    when to give up, in the middle of a call, too, as `System.nanoTime`
    /// @throws ConnectException if nothing of this bot listens there
    /// @throws TimeoutException if it did not answer in time
    /// @throws IOException      if the bot breaks off, or its answer is not OpenClaw's
    /// @throws Refused          if the gateway refuses the token, or is still starting
    public static GatewayRpc open(Gateway gateway, Set<String> scopes, long end)
            throws IOException, TimeoutException, InterruptedException, Refused {
        GatewayConnection connection = GatewayConnection.open(gateway.door(), end);
        GatewayRpc rpc = new GatewayRpc(connection, connection.run(() ->
                WebSocket.open(connection.reader(), connection.out(), "/", HeaderFields.of("Host", Gateway.HOST), MOST_BYTES)));
        rpc.scopes = rpc.signIn(gateway.token(), scopes);
        return rpc;
    }

    /// Returns what it was granted.
    private Set<String> signIn(String token, Set<String> wanted) throws IOException, TimeoutException, InterruptedException, Refused {
        JsonValue hello = call("connect", Json.object()
                .put("minProtocol", PROTOCOL).put("maxProtocol", PROTOCOL)
                .put("client", Json.object().put("id", "gateway-client").put("version", "1").put("platform", "linux").put("mode", "backend").build())
                .put("role", "operator").put("scopes", Json.strings(wanted.stream().sorted().toList()))
                .put("auth", Json.object().put("token", token).build()).build());
        return hello.at("auth", "scopes").filter(JsonArray.class::isInstance).stream().flatMap(all -> all.elements().stream())
                .filter(JsonValue.JsonString.class::isInstance).map(JsonValue::string).collect(Collectors.toSet());
    }

    /// Returns whether it was granted a scope.
    public boolean may(String scope) {
        return scopes.contains(scope);
    }

    /// Calls a method, and waits for its result.
    ///
    /// @throws TimeoutException if it did not answer in time; it may carry the call out all the same
    /// @throws IOException      likewise if the bot breaks off, or its answer is not OpenClaw's
    /// @throws Refused          if it does not carry the call out
    public JsonValue call(String method, JsonValue parameters) throws IOException, TimeoutException, InterruptedException, Refused {
        String id = Integer.toString(++calls);
        JsonValue answer = connection.run(() -> {
            socket.send(Json.object().put("type", "req").put("id", id).put("method", method).put("params", parameters).build().toString());
            JsonValue message = read();
            while (!(isText(message, "type", "res") && isText(message, "id", id))) {
                message = read(); // an event
            }
            return message;
        });
        if (!answer.at("ok").equals(Optional.of(Json.of(true)))) {
            throw new Refused(answer.at("error").flatMap(error -> error.textAt("code")).orElse(""));
        }
        return answer.at("payload").orElse(Json.object().build());
    }

    private JsonValue read() throws IOException {
        try {
            return JsonValue.parse(socket.read());
        } catch (JsonException e) {
            throw (ProtocolException) new ProtocolException("a message is not JSON").initCause(e);
        }
    }

    private static boolean isText(JsonValue message, String name, String value) {
        return message.textAt(name).equals(Optional.of(value));
    }

    @Override
    public void close() {
        connection.close();
    }
}
