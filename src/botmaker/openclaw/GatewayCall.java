package botmaker.openclaw;

import static java.nio.charset.StandardCharsets.UTF_8;

import botmaker.json.JsonValue;
import botmaker.wire.Framing;
import botmaker.wire.HeaderFields;
import botmaker.wire.ResponseHead;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.util.Optional;
import java.util.concurrent.TimeoutException;

/// One request to a bot's gateway, on a connection of its own, and the answer (HTTP/1.1). The connection is closed when the time for the
/// whole answer is over, and when the calling thread is interrupted. Closing the call ends it for the bot as well.
public final class GatewayCall implements AutoCloseable {
    private final GatewayConnection connection;
    private final int status;
    private final InputStream body;

    private GatewayCall(GatewayConnection connection, ResponseHead head) throws IOException {
        Framing framing = head.framing();
        this.connection = connection;
        this.status = head.status();
        this.body = new InputStream() {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] bytes, int from, int length) throws IOException {
                return length == 0 ? 0 : connection.reader().read(framing, bytes, from, length);
            }
        };
    }

    /// Sends `GET` and waits until the answer begins. The caller closes the call.
    ///
    /// @param end when to give up, also in the middle of the answer, as `System.nanoTime`
    /// @throws ConnectException if nothing of this bot listens there
    /// @throws TimeoutException if the answer has not begun in time
    /// @throws IOException      if the bot breaks off, or its answer is not HTTP
    public static GatewayCall get(Gateway gateway, String path, long end) throws IOException, TimeoutException, InterruptedException {
        return send(gateway, "GET", path, Optional.empty(), end);
    }

    /// Sends `POST` with a body, and waits as [#get] does.
    public static GatewayCall post(Gateway gateway, String path, JsonValue body, long end)
            throws IOException, TimeoutException, InterruptedException {
        return send(gateway, "POST", path, Optional.of(body), end);
    }

    private static GatewayCall send(Gateway gateway, String method, String path, Optional<JsonValue> body, long end)
            throws IOException, TimeoutException, InterruptedException {
        GatewayConnection connection = GatewayConnection.open(gateway.door(), end);
        return connection.run(() -> {
            write(connection.out(), gateway.token(), method + " " + path + " HTTP/1.1", body);
            return new GatewayCall(connection, ResponseHead.of(connection.reader().head(ResponseHead.MAX_BYTES)));
        });
    }

    private static void write(OutputStream out, String token, String requestLine, Optional<JsonValue> body) throws IOException {
        HeaderFields fields = HeaderFields.of("Host", Gateway.HOST, "Authorization", "Bearer " + token, "Connection", "close");
        byte[] content = body.map(json -> json.toString().getBytes(UTF_8)).orElse(new byte[0]);
        if (body.isPresent()) {
            fields = fields.and("Content-Type", "application/json").and("Content-Length", String.valueOf(content.length));
        }
        out.write(fields.head(requestLine));
        out.write(content);
    }

    public int status() {
        return status;
    }

    /// Returns the answer's body as it arrives. A read fails when the time is over, and when the bot breaks off.
    public InputStream body() {
        return body;
    }

    @Override
    public void close() {
        connection.close();
    }
}
