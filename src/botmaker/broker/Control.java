package botmaker.broker;

import static java.nio.charset.StandardCharsets.UTF_8;

import botmaker.json.JsonValue;
import botmaker.wire.ChannelSocket;
import botmaker.wire.Deadline;
import botmaker.wire.HeaderFields;
import botmaker.wire.MessageReader;
import botmaker.wire.RequestHead;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Supplier;

/// The broker's socket for the dashboard: `GET /status`, and `POST /reload`, which follows the policy at once. One request a connection.
/// It is in a directory that only this user can enter.
final class Control {
    private static final Duration TIME = Duration.ofSeconds(5);
    private static final int MODE = 0600;

    private final Supplier<JsonValue> status;
    private final Runnable reload;

    private Control(Supplier<JsonValue> status, Runnable reload) {
        this.status = status;
        this.reload = reload;
    }

    /// Begins to answer. The caller closes the socket.
    ///
    /// @throws IOException if the socket cannot be made; its path may have at most 107 bytes
    static LinkSocket open(Path socket, Supplier<JsonValue> status, Runnable reload) throws IOException {
        Control control = new Control(status, reload);
        return LinkSocket.open(socket, MODE, client -> Thread.ofVirtual().name("control").start(() -> control.serve(client)));
    }

    private void serve(SocketChannel channel) {
        try (ChannelSocket client = new ChannelSocket(channel, TIME); Deadline deadline = new Deadline(client)) {
            deadline.set(TIME);
            RequestHead head = RequestHead.of(new MessageReader(client.getInputStream()).head(RequestHead.MAX_BYTES));
            byte[] body = answer(head.method() + " " + head.path()).toString().getBytes(UTF_8);
            client.getOutputStream().write(HeaderFields.of("Content-Type", "application/json",
                    "Content-Length", Integer.toString(body.length), "Connection", "close").head("HTTP/1.1 200 OK"));
            client.getOutputStream().write(body);
        } catch (IOException _) {
            // the dashboard asks again
        }
    }

    private JsonValue answer(String request) throws IOException {
        switch (request) {
            case "GET /status" -> { }
            case "POST /reload" -> reload.run();
            default -> throw new IOException("there is no such request");
        }
        return status.get();
    }
}
