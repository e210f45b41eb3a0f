package botmaker.broker;

import botmaker.policy.BotPolicy;
import botmaker.policy.Origin;
import botmaker.wire.Deadline;
import botmaker.wire.MessageReader;
import botmaker.wire.RequestHead;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ProtocolException;
import java.net.Socket;
import java.time.Duration;
import java.util.Optional;

/// Serves the requests of one connection, one after the other (RFC 9112 §9.3).
///
/// ```
///   IDLE ──first byte──▶ HEAD ──▶ handler ──answered whole──▶ IDLE
///     │ 5 min             │ 20 s     │ returns early, throws, or the client stalls 60 s
///     ▼                   ▼          ▼
///   closed              closed     broken off
/// ```
final class RequestLoop {
    private static final System.Logger LOG = System.getLogger(RequestLoop.class.getName());
    private static final Duration IDLE = Duration.ofMinutes(5);
    private static final Duration HEAD_TIME = Duration.ofSeconds(20);
    private static final int MOST_QUERY = 4_000;
    private static final Duration LINGER = Duration.ofSeconds(5);

    private final Entrance entrance;
    private final Handler handler;
    private final BodyMemory.Share memory;
    private final Pace pace;
    private final Socket socket;
    private final Deadline deadline;
    private final MessageReader reader;
    private final OutputStream out;

    /// @param socket   encrypts, if the client asks through TLS
    /// @param reader   of that socket
    /// @param deadline of reading
    RequestLoop(Entrance entrance, Handler handler, BodyMemory.Share memory, Pace pace, Socket socket, MessageReader reader,
            Deadline deadline) throws IOException {
        this.entrance = entrance;
        this.handler = handler;
        this.memory = memory;
        this.pace = pace;
        this.socket = socket;
        this.reader = reader;
        this.deadline = deadline;
        this.out = socket.getOutputStream();
    }

    /// Serves requests until either side ends the connection. The caller closes it.
    ///
    /// @throws IOException if it ended in the middle of a request or an answer
    void run() throws IOException {
        boolean more = true;
        while (more) {
            deadline.set(IDLE);
            if (reader.available() == 0 && !reader.fill()) {
                return;
            }
            deadline.set(HEAD_TIME);
            RequestHead head;
            try {
                head = RequestHead.of(reader.head(RequestHead.MAX_BYTES));
            } catch (ProtocolException e) {
                refuse(400, "malformed", "the request is malformed: " + e.getMessage());
                return;
            }
            deadline.clear();
            pace.await();
            more = serve(head);
        }
    }

    /// Returns whether another request may follow.
    private boolean serve(RequestHead head) throws IOException {
        BotPolicy bot = entrance.bot().get();
        Optional<Origin> origin = Entrance.named(bot, entrance.asks(), head.host());
        if (origin.isEmpty()) {
            refuse(400, "host", "this bot may not ask " + head.host() + " through this connection");
            return false;
        }
        if (head.query().length() > MOST_QUERY) {
            refuse(414, "malformed", "the query has more than " + MOST_QUERY + " bytes");
            return false;
        }
        Optional<String> expected = head.fields().first("expect");
        if (expected.isPresent() && !expected.get().equalsIgnoreCase("100-continue")) {
            refuse(417, "malformed", "only 100-continue can be expected");
            return false;
        }
        BodyMemory.Taken taken = memory.nothing();
        try {
            return answer(new BotRequest(entrance, bot, origin.get(), head, reader, out, deadline, taken));
        } finally {
            taken.release();
        }
    }

    private boolean answer(BotRequest request) throws IOException {
        RequestHead head = request.head();
        BotAnswer answer = new BotAnswer(out, head.method().equals("HEAD"), () -> head.fields().closes() || !request.isRead());
        request.startWatch();
        try {
            handler.handle(request, answer);
        } catch (BodyRefused e) {
            if (answer.hasBegun()) {
                throw e;
            }
            Refusal.write(answer, e.status(), "body", e.getMessage());
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "a request of bot " + request.bot().id() + " failed", e);
            throw new IOException("the request failed", e);
        }
        if (!answer.hasEnded()) {
            throw new IOException("the answer was broken off");
        }
        request.releaseBody();
        request.watch().answered();
        if (!request.isRead()) {
            Refusal.passOver(socket, reader, deadline);
            return false;
        }
        if (answer.closesConnection()) {
            socket.shutdownOutput();
        }
        deadline.set(answer.closesConnection() ? LINGER : IDLE);
        return request.watch().await() && !answer.closesConnection();
    }

    private void refuse(int status, String reason, String sentence) throws IOException {
        Refusal.send(socket, reader, deadline, status, reason, sentence);
    }
}
