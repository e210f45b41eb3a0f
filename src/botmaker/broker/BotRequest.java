package botmaker.broker;

import static java.nio.charset.StandardCharsets.US_ASCII;

import botmaker.policy.BotPolicy;
import botmaker.policy.Origin;
import botmaker.wire.Deadline;
import botmaker.wire.Framing;
import botmaker.wire.MessageReader;
import botmaker.wire.RequestHead;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ProtocolException;
import java.time.Duration;
import java.util.Arrays;

/// A request as it arrives on one connection of a bot. For the thread of that connection.
final class BotRequest implements Inbound {
    /// The most bytes that a body may have.
    static final int MAX_BODY = 16 * 1024 * 1024;
    private static final int FIRST_PIECE = 64 * 1024;
    private static final Duration BODY_TIME = Duration.ofSeconds(60);
    private static final Duration LINGER = Duration.ofSeconds(5);

    private final Entrance entrance;
    private final RequestHead head;
    private final Framing framing;
    private final MessageReader reader;
    private final OutputStream out;
    private final Deadline deadline;
    private final BodyMemory.Taken memory;
    private final LeaveWatch watch;
    private final Framing switched = Framing.untilClose();
    private BotPolicy bot;
    private Origin origin;

    /// @param bot      as the policy was when the head had come, and its origin that the head names
    /// @param deadline of reading
    /// @param out      for asking the client to send the body
    BotRequest(Entrance entrance, BotPolicy bot, Origin origin, RequestHead head, MessageReader reader, OutputStream out, Deadline deadline,
            BodyMemory.Taken memory) throws ProtocolException {
        this.entrance = entrance;
        this.bot = bot;
        this.origin = origin;
        this.head = head;
        this.framing = head.framing();
        this.reader = reader;
        this.out = out;
        this.deadline = deadline;
        this.memory = memory;
        this.watch = new LeaveWatch(reader);
    }

    /// Begins to watch whether the client leaves, unless it still has a body to send.
    void startWatch() {
        if (framing.complete()) {
            watch.start();
        }
    }

    /// Returns whether the body was read whole, or there is none.
    boolean isRead() {
        return framing.complete();
    }

    LeaveWatch watch() {
        return watch;
    }

    @Override
    public BotPolicy bot() {
        return bot;
    }

    @Override
    public Origin origin() {
        return origin;
    }

    @Override
    public RequestHead head() {
        return head;
    }

    @Override
    public byte[] readBody(int most) throws IOException {
        if (most > MAX_BODY) {
            throw new IllegalArgumentException("more than " + MAX_BODY + " bytes");
        }
        if (framing.complete()) {
            follow();
            return new byte[0];
        }
        long declared = head.fields().first("content-length").map(Long::parseLong).orElse((long) most);
        if (declared > most) {
            throw tooLarge(most);
        }
        deadline.set(BODY_TIME);
        if (head.fields().first("expect").isPresent() && reader.available() == 0) {
            out.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(US_ASCII));
        }
        byte[] body = read((int) declared);
        deadline.clear();
        watch.start();
        follow();
        return body;
    }

    /// Takes over the policy as it is now: while a body comes, which a bot may draw out for a minute, the operator may pause the bot's AI.
    @Override
    public void follow() throws BodyRefused {
        BotPolicy latest = entrance.bot().get();
        Origin before = origin;
        origin = Entrance.named(latest, entrance.asks(), head.host())
                .filter(it -> it.upstream().equals(before.upstream()) && it.dialect().equals(before.dialect()))
                .orElseThrow(() -> new BodyRefused(503, "what this bot may ask was changed meanwhile; try again"));
        bot = latest;
    }

    /// Reads the body into memory that grows as it arrives: a client that only declares a large one takes none. The array of a body
    /// whose length was declared ends with exactly that size, and is not copied again.
    private byte[] read(int most) throws IOException {
        byte[] body = new byte[0];
        int length = 0;
        try {
            while (!framing.complete()) {
                if (length == body.length) {
                    if (length == most) {
                        requireEnd(most);
                        break;
                    }
                    int size = Math.min(most, Math.max(FIRST_PIECE, 2 * length));
                    memory.growTo(size);
                    body = Arrays.copyOf(body, size);
                }
                length += Math.max(0, reader.read(framing, body, length, body.length - length));
            }
        } catch (ProtocolException e) {
            throw new BodyRefused(400, "the body is malformed: " + e.getMessage());
        }
        return length == body.length ? body : Arrays.copyOf(body, length);
    }

    private void requireEnd(int most) throws IOException {
        if (reader.read(framing, new byte[1], 0, 1) >= 0) {
            throw tooLarge(most);
        }
    }

    private static BodyRefused tooLarge(int most) {
        return new BodyRefused(413, "the body is larger than " + most + " bytes");
    }

    @Override
    public int readOn(byte[] into, int from, int length) throws IOException {
        return watch.await() || reader.available() > 0 ? reader.read(switched, into, from, length) : -1;
    }

    @Override
    public void endSoon() {
        deadline.set(LINGER);
    }

    @Override
    public void releaseBody() {
        memory.release();
    }

    @Override
    public void closeOnLeave(Closeable upstream) {
        watch.closeOnLeave(upstream);
    }

    @Override
    public boolean hasLeft() {
        return watch.hasLeft();
    }
}
