package botmaker.broker;

import static java.nio.charset.StandardCharsets.UTF_8;

import botmaker.wire.Deadline;
import botmaker.wire.HeaderFields;
import botmaker.wire.MessageReader;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;

/// What a client gets when the transport refuses its request: a sentence in plain text.
final class Refusal {
    /// Says why a request was refused, in one word.
    static final String FIELD = "X-BotMaker-Refused";
    private static final Duration LINGER = Duration.ofSeconds(5);
    private static final int MOST_UNREAD = 1024 * 1024;

    private Refusal() {}

    /// Sends a refusal and ends the connection; the caller closes it.
    static void send(Socket socket, MessageReader reader, Deadline deadline, int status, String reason, String sentence) throws IOException {
        write(new BotAnswer(socket.getOutputStream(), false, () -> true), status, reason, sentence);
        passOver(socket, reader, deadline);
    }

    /// Writes a refusal as the answer.
    static void write(Outbound answer, int status, String reason, String sentence) throws IOException {
        HeaderFields fields = HeaderFields.of("Content-Type", "text/plain; charset=utf-8", FIELD, reason);
        answer.send(status, fields, ("BotMaker: " + sentence + ".\n").getBytes(UTF_8));
    }

    /// Ends the connection of a client that may still be sending: closed at once, it might lose the answer.
    static void passOver(Socket socket, MessageReader reader, Deadline deadline) throws IOException {
        socket.shutdownOutput();
        deadline.set(LINGER);
        for (int unread = 0; unread < MOST_UNREAD; unread += reader.takeRest().length) {
            if (!reader.fill()) {
                return;
            }
        }
    }
}
