package botmaker.openclaw;

import static java.nio.charset.StandardCharsets.UTF_8;

import botmaker.json.JsonValue;
import botmaker.wire.Deadline;
import botmaker.wire.Framing;
import botmaker.wire.HeaderFields;
import botmaker.wire.MessageReader;
import botmaker.wire.ResponseHead;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeoutException;

/// One request to a bot's gateway, on a connection of its own, and the answer (HTTP/1.1). The connection is closed when the time for the
/// whole answer is over, and when the calling thread is interrupted. Closing the call ends it for the bot as well.
public final class GatewayCall implements AutoCloseable {
    private final SocketChannel channel;
    private final Deadline deadline;
    private int status;
    private InputStream body = InputStream.nullInputStream();

    private GatewayCall(SocketChannel channel) {
        this.channel = channel;
        this.deadline = new Deadline(channel);
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
        GatewayCall call = new GatewayCall(gateway.door().open());
        boolean answered = false;
        try {
            call.deadline.set(Duration.ofNanos(end - System.nanoTime()));
            call.connect(gateway.door());
            call.write(gateway.token(), method + " " + path + " HTTP/1.1", body);
            call.read();
            answered = true;
            return call;
        } catch (IOException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            if (call.deadline.expired()) {
                throw new TimeoutException();
            }
            throw e;
        } finally {
            if (!answered) {
                call.close();
            }
        }
    }

    private void connect(Gateway.Door door) throws IOException {
        try {
            door.connect(channel);
        } catch (IOException e) {
            throw (ConnectException) new ConnectException(e.getMessage()).initCause(e);
        }
    }

    private void write(String token, String requestLine, Optional<JsonValue> body) throws IOException {
        HeaderFields fields = HeaderFields.of("Host", "127.0.0.1:" + OpenClaw.PORT, "Authorization", "Bearer " + token, "Connection", "close");
        byte[] content = body.map(json -> json.toString().getBytes(UTF_8)).orElse(new byte[0]);
        if (body.isPresent()) {
            fields = fields.and("Content-Type", "application/json").and("Content-Length", String.valueOf(content.length));
        }
        for (byte[] part : new byte[][] {fields.head(requestLine), content}) {
            for (ByteBuffer rest = ByteBuffer.wrap(part); rest.hasRemaining(); ) {
                channel.write(rest);
            }
        }
    }

    private void read() throws IOException {
        MessageReader reader = new MessageReader(Channels.newInputStream(channel));
        ResponseHead head = ResponseHead.of(reader.head(ResponseHead.MAX_BYTES));
        Framing framing = head.framing();
        status = head.status();
        body = new InputStream() {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] bytes, int from, int length) throws IOException {
                return length == 0 ? 0 : reader.read(framing, bytes, from, length);
            }
        };
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
        deadline.close();
        try {
            channel.close();
        } catch (IOException _) {
            // nothing depends on a close that succeeds
        }
    }
}
