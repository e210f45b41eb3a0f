package botmaker.docker;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import botmaker.error.Failure;
import botmaker.wire.ResponseHead;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.ProtocolException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/// One request and its response on a connection of its own. Whoever opens it closes it.
///
/// Every failure ends as a [Failure.EngineDown] that says what happened.
final class Exchange implements AutoCloseable {
    private static final int STREAM_BUFFER = 64 * 1024;

    private final Call call;
    private final AtomicLong heard;
    private final Connection connection;
    private final Watchdog watchdog;
    private final ResponseHead head;
    private final Body body;

    /// Reads something from the body.
    interface Reading<T> {
        T from(Body body) throws IOException;
    }

    /// Connects, sends the request and waits for the head of the response.
    ///
    /// @param heard when the engine last sent something, on any connection
    /// @param ping  the watchdog's
    Exchange(Path socket, Call call, String target, AtomicLong heard, Runnable ping) {
        this.call = call;
        this.heard = heard;
        this.connection = new Connection(socket, heard);
        this.watchdog = new Watchdog(connection, call, heard, ping);
        try {
            connection.connect();
            byte[] buffer = new byte[call.streaming() ? STREAM_BUFFER : ResponseHead.MAX_BYTES];
            int limit = ask(target, buffer);
            int end = ResponseHead.end(buffer, limit);
            this.head = ResponseHead.parse(buffer, end);
            this.body = new Body(connection, head.framing(), buffer, end, limit, call.streaming());
        } catch (IOException e) {
            close();
            throw explain(e);
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    ResponseHead head() {
        return head;
    }

    /// Reads from the body.
    <T> T read(Reading<T> reading) {
        try {
            return reading.from(body);
        } catch (IOException e) {
            throw explain(e);
        }
    }

    /// Reads a body whose end does not depend on the engine.
    ///
    /// @return empty where the call's time limit was over before that end while the engine answered
    <T> Optional<T> readInTime(Reading<T> reading) {
        try {
            return Optional.of(reading.from(body));
        } catch (IOException e) {
            if (watchdog.late()) {
                return Optional.empty();
            }
            throw explain(e);
        }
    }

    /// Reads the next part of a stream; returns empty at its end, and when it was closed or the reader interrupted.
    <T> Optional<T> next(Reading<Optional<T>> reading) {
        try {
            return connection.closed() && !watchdogClosed() ? Optional.empty() : reading.from(body);
        } catch (IOException e) {
            if (!watchdogClosed() && (connection.closed() || Thread.currentThread().isInterrupted())) {
                return Optional.empty();
            }
            throw explain(e);
        }
    }

    /// Ends the watch, so that the stream may be silent for any time.
    void unwatch() {
        watchdog.close();
    }

    @Override
    public void close() {
        watchdog.close();
        connection.close();
    }

    private boolean watchdogClosed() {
        return watchdog.verdict().isPresent();
    }

    /// Sends the request and reads until the head is complete; an engine that breaks off an upload may still have answered why.
    ///
    /// @return how many bytes are in the buffer: the head, and the first of the body
    private int ask(String target, byte[] buffer) throws IOException {
        try {
            send(target);
        } catch (IOException unsent) {
            try {
                return awaitHead(buffer);
            } catch (IOException e) {
                unsent.addSuppressed(e);
                throw unsent;
            }
        }
        return awaitHead(buffer);
    }

    private void send(String target) throws IOException {
        write(call.method() + " " + target + " HTTP/1.1\r\nHost: docker\r\nUser-Agent: botmaker\r\nConnection: close\r\n");
        if (call.tar().isPresent()) {
            upload(call.tar().get());
        } else if (call.json().isPresent()) {
            byte[] json = call.json().get().toString().getBytes(UTF_8);
            write("Content-Type: application/json\r\nContent-Length: " + json.length + "\r\n\r\n");
            connection.write(json, 0, json.length);
        } else {
            write(call.method().equals("GET") ? "\r\n" : "Content-Length: 0\r\n\r\n");
        }
    }

    private int awaitHead(byte[] buffer) throws IOException {
        int limit = 0;
        while (ResponseHead.end(buffer, limit) < 0) {
            int count = connection.read(buffer, limit, ResponseHead.MAX_BYTES - limit);
            if (count < 0) {
                throw new EOFException("the header is incomplete");
            }
            limit += count;
        }
        return limit;
    }

    private void upload(InputStream tar) throws IOException {
        write("Content-Type: application/x-tar\r\nTransfer-Encoding: chunked\r\n\r\n");
        byte[] chunk = new byte[STREAM_BUFFER];
        for (int count; (count = readOwn(tar, chunk)) >= 0; ) {
            if (count > 0) {
                write(Integer.toHexString(count) + "\r\n");
                connection.write(chunk, 0, count);
                write("\r\n");
                heard.set(System.nanoTime()); // a frozen engine soon takes nothing more
            }
        }
        write("0\r\n\r\n");
    }

    /// Reads what is to be sent; a failure to do so is not the engine's.
    private static int readOwn(InputStream source, byte[] into) {
        try {
            return source.read(into);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write(String ascii) throws IOException {
        byte[] bytes = ascii.getBytes(ISO_8859_1);
        connection.write(bytes, 0, bytes.length);
    }

    private Failure.EngineDown explain(IOException cause) {
        String story = watchdog.verdict().orElseGet(() -> switch (cause) {
            case ConnectException unreachable -> "cannot be reached: " + unreachable.getMessage();
            case ProtocolException garbage -> "sent an answer that cannot be parsed: " + garbage.getMessage();
            case EOFException _ -> "broke off its answer";
            case ClosedChannelException _ -> "was not waited for any longer"; // an interrupt
            default -> "broke the connection: " + cause.getMessage();
        });
        return new Failure.EngineDown("The Docker Engine " + story + " (" + call + ").", cause);
    }

    /// Guards one blocking exchange: closes its connection when its time limit is over, or as soon as the engine no longer
    /// answers.
    ///
    /// ```
    ///              close()
    ///   WATCHING ───────────▶ RELEASED
    ///      ├── time limit is over ──────────────────────────▶ LATE    (connection closed)
    ///      └── pings unanswered, and nothing else heard ────▶ FROZEN  (connection closed)
    /// ```
    ///
    /// The pings tell a frozen engine, noticed in under two seconds, from a call that takes long for good reason. Whatever
    /// the engine sends on any connection proves as much as an answered ping, since a busy host may answer pings late.
    private static final class Watchdog implements AutoCloseable {
        /// How long a call may take before the first ping; most calls never cause one.
        private static final Duration FIRST_PING_AFTER = Duration.ofMillis(400);
        private static final Duration PING_EVERY = Duration.ofSeconds(1);
        private static final Duration AFTER_A_MISS = Duration.ofMillis(50);

        private enum State { WATCHING, RELEASED, LATE, FROZEN }

        private final AtomicReference<State> state = new AtomicReference<>(State.WATCHING);
        private final Connection guarded;
        private final Duration limit;
        private final Duration patience;
        private final AtomicLong heard;
        private final Runnable ping;
        private final long start = System.nanoTime();
        private final Thread thread;

        /// Starts watching.
        ///
        /// @param heard when the engine last sent something, by `System.nanoTime()`
        /// @param ping  asks the engine for an answer; blocks for a bounded time, and never throws
        Watchdog(Connection guarded, Call call, AtomicLong heard, Runnable ping) {
            this.guarded = guarded;
            this.limit = call.limit();
            this.patience = call.patience();
            this.heard = heard;
            this.ping = ping;
            this.thread = Thread.ofVirtual().name("engine-watchdog").start(this::watch);
        }

        /// Returns why this watchdog closed the connection, as a phrase that follows "The Docker Engine"; empty when it did not.
        Optional<String> verdict() {
            return switch (state.get()) {
                case WATCHING, RELEASED -> Optional.empty();
                case LATE -> Optional.of("did not answer within " + seconds(limit));
                case FROZEN -> Optional.of("does not answer any more");
            };
        }

        /// Returns whether the time limit was over while the engine answered.
        boolean late() {
            return state.get() == State.LATE;
        }

        /// Ends the watch and leaves the connection as it is.
        @Override
        public void close() {
            if (state.compareAndSet(State.WATCHING, State.RELEASED)) {
                thread.interrupt();
            }
        }

        private void watch() {
            try {
                sleep(FIRST_PING_AFTER);
                long silentSince = System.nanoTime();
                while (remaining().isPositive()) {
                    ping.run();
                    if (heard.get() - silentSince > 0) {
                        sleep(PING_EVERY);
                        silentSince = System.nanoTime();
                    } else if (System.nanoTime() - silentSince > patience.toNanos()) {
                        bite(State.FROZEN);
                        return;
                    } else {
                        sleep(AFTER_A_MISS);
                    }
                }
                bite(State.LATE);
            } catch (InterruptedException _) {
                // released
            }
        }

        private void bite(State verdict) {
            if (state.compareAndSet(State.WATCHING, verdict)) {
                guarded.close();
            }
        }

        private void sleep(Duration most) throws InterruptedException {
            Duration remaining = remaining();
            Thread.sleep(remaining.compareTo(most) < 0 ? remaining : most);
        }

        private Duration remaining() {
            Duration remaining = limit.minusNanos(System.nanoTime() - start);
            return remaining.isNegative() ? Duration.ZERO : remaining;
        }

        private static String seconds(Duration duration) {
            return duration.toMillis() % 1000 == 0 ? duration.toSeconds() + " s" : duration.toMillis() + " ms";
        }
    }
}
