package botmaker.broker;

import botmaker.broker.UpstreamFailure.Kind;
import botmaker.wire.ChannelSocket;
import botmaker.wire.Deadline;
import botmaker.wire.ResponseHead;
import java.io.Closeable;
import java.io.IOException;
import java.net.ProtocolException;
import java.net.Socket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/// Asks the servers that bots may ask, over HTTP/1.1, and keeps connections for the next request.
///
/// A request is sent a second time only if it went out on a kept connection that ended before any byte of an answer came.
final class Upstreams implements AutoCloseable {
    private static final int MOST_KEPT = 16; // of one server
    private static final int RECORD = 4 * 1024; // of what is sent: for each connection the JDK keeps a buffer twice as large
    private static final int READ_AHEAD = 17 * 1024; // one record of TLS and more

    /// How long a server may take.
    ///
    /// @param connect   for the connection, and again for TLS
    /// @param firstByte for the head of the answer
    /// @param idle      between two parts of the answer, or of the request
    /// @param kept      for which a connection is kept unused
    record Limits(Duration connect, Duration firstByte, Duration idle, Duration kept) {
        /// Connects directly, to any address.
        Dialer direct(Resolver resolver) {
            return new DirectDialer(resolver, _ -> true, connect, idle);
        }

        /// Connects to the proxy of that name directly, and through it to any server.
        Dialer throughProxy(Resolver resolver, String host, int port) {
            return new ProxyDialer(direct(resolver), host, port, _ -> true, connect);
        }

        /// What vendors need: a model may think for minutes before it answers.
        static final Limits USUAL =
                new Limits(Duration.ofSeconds(10), Duration.ofMinutes(10), Duration.ofMinutes(5), Duration.ofSeconds(60));
    }

    private record Server(String host, int port, boolean encrypted) {}

    private final Dialer dialer;
    private final SSLSocketFactory tls;
    private final Limits limits;
    private final Map<Server, Deque<UpstreamConnection>> kept = new HashMap<>(); // guarded by itself

    /// @param dialer connects to the servers, within the limits
    /// @param tls    trusts their certificates
    Upstreams(Dialer dialer, SSLSocketFactory tls, Limits limits) {
        this.dialer = dialer;
        this.tls = tls;
        this.limits = limits;
    }

    /// Ends whatever blocks in one request when the client leaves.
    private static final class Abort implements Closeable {
        private Closeable current = () -> { }; // guarded by this
        private boolean aborted; // guarded by this

        synchronized void guard(Closeable next) throws IOException {
            current = next;
            if (aborted) {
                next.close();
            }
        }

        synchronized boolean isAborted() {
            return aborted;
        }

        /// Leaves alone what was guarded; returns whether it was.
        synchronized boolean release() {
            current = () -> { };
            return !aborted;
        }

        @Override
        public synchronized void close() throws IOException {
            aborted = true;
            current.close();
        }
    }

    /// Sends a request and waits for the head of the answer. The caller closes the answer.
    ///
    /// @param onLeave is handed what ends this request, and the answer, from another thread; see [Inbound#closeOnLeave]
    UpstreamAnswer send(UpstreamRequest request, Consumer<Closeable> onLeave) throws UpstreamFailure {
        Server server = new Server(request.host(), request.port(), request.encrypted());
        Abort abort = new Abort();
        onLeave.accept(abort);
        Optional<UpstreamConnection> reused = takeKept(server);
        if (reused.isPresent()) {
            UpstreamConnection connection = reused.get();
            try {
                return ask(server, connection, request, abort);
            } catch (UpstreamFailure e) {
                if (e.kind() != Kind.BROKEN || connection.hasAnswered()) {
                    throw e;
                }
            }
        }
        return ask(server, dial(server, abort), request, abort);
    }

    private UpstreamAnswer ask(Server server, UpstreamConnection connection, UpstreamRequest request, Abort abort) throws UpstreamFailure {
        try {
            abort.guard(connection::close);
            ResponseHead head = connection.ask(request, limits.firstByte);
            return UpstreamAnswer.of(head, request, connection, limits.idle, () -> keep(server, connection, abort), abort,
                    cause -> failure(server, connection, abort, cause));
        } catch (IOException e) {
            connection.close();
            throw failure(server, connection, abort, e);
        }
    }

    private UpstreamConnection dial(Server server, Abort abort) throws UpstreamFailure {
        try {
            ChannelSocket raw = dialer.dial(server.host, server.port, abort::guard);
            try {
                raw.readAhead(READ_AHEAD);
                return new UpstreamConnection(raw, server.encrypted ? encrypted(raw, server) : raw);
            } catch (IOException e) {
                raw.close();
                throw e;
            }
        } catch (IOException e) {
            if (abort.isAborted()) {
                throw new UpstreamFailure(Kind.ABORTED, "the client left", e);
            }
            throw new UpstreamFailure(Kind.UNREACHABLE, server.host + " cannot be reached: " + reason(e), e);
        }
    }

    private Socket encrypted(ChannelSocket raw, Server server) throws IOException {
        try (Deadline deadline = new Deadline(raw)) {
            deadline.set(limits.connect);
            SSLSocket socket = (SSLSocket) tls.createSocket(raw, server.host, server.port, true);
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
            parameters.setApplicationProtocols(new String[] {"http/1.1"});
            parameters.setEndpointIdentificationAlgorithm("HTTPS"); // compares the host with the certificate's names
            parameters.setMaximumPacketSize(RECORD);
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            return socket;
        }
    }

    private static String reason(IOException failure) {
        return switch (failure) {
            case UnknownHostException _ -> "its name cannot be resolved";
            case SSLException e -> "TLS failed (" + e.getMessage() + ")";
            default -> failure.getMessage() == null ? "the connection ended" : failure.getMessage();
        };
    }

    private static UpstreamFailure failure(Server server, UpstreamConnection connection, Abort abort, IOException cause) {
        if (abort.isAborted()) {
            return new UpstreamFailure(Kind.ABORTED, "the client left", cause);
        }
        if (connection.isSilent()) {
            return new UpstreamFailure(Kind.SILENT, server.host + " sent nothing for too long", cause);
        }
        String how = cause instanceof ProtocolException ? " sent an answer that cannot be parsed: " + cause.getMessage() : " broke off its answer";
        return new UpstreamFailure(Kind.BROKEN, server.host + how, cause);
    }

    private Optional<UpstreamConnection> takeKept(Server server) {
        while (true) {
            UpstreamConnection latest;
            synchronized (kept) {
                latest = kept.getOrDefault(server, new ArrayDeque<>()).pollLast();
            }
            if (latest == null) {
                return Optional.empty();
            }
            if (latest.reuse()) {
                return Optional.of(latest);
            }
            latest.close();
        }
    }

    private void keep(Server server, UpstreamConnection connection, Abort abort) {
        if (!abort.release() || !connection.isClean()) {
            connection.close();
            return;
        }
        UpstreamConnection oldest = null;
        synchronized (kept) {
            Deque<UpstreamConnection> same = kept.computeIfAbsent(server, _ -> new ArrayDeque<>());
            same.addLast(connection);
            connection.closeIn(limits.kept);
            if (same.size() > MOST_KEPT) {
                oldest = same.pollFirst();
            }
        }
        if (oldest != null) {
            oldest.close();
        }
    }

    /// Closes the connections that are kept.
    @Override
    public void close() {
        synchronized (kept) {
            kept.values().forEach(same -> same.forEach(UpstreamConnection::close));
            kept.clear();
        }
    }
}
