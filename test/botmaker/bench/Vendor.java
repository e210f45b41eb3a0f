package botmaker.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import botmaker.wire.Framing;
import botmaker.wire.MessageReader;
import botmaker.wire.RequestHead;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;

/// An AI provider in a process of its own, on loopback, with TLS: what it streams depends on the model that it is asked for.
final class Vendor {
    /// One event, at once.
    static final String ONE = "bench-one";
    /// [#A_SECOND] events a second, each with the time at which it was sent, for [#PACED_SECONDS].
    static final String PACED = "bench-paced";
    /// [#BULK_BYTES] as fast as they are taken.
    static final String BULK = "bench-bulk";
    /// As fast as they are taken, until the client leaves.
    static final String ENDLESS = "bench-endless";
    /// An event a second, until the client leaves.
    static final String SLOW = "bench-slow";
    static final int A_SECOND = 50;
    static final int PACED_SECONDS = 5;
    static final int BULK_BYTES = 64 << 20;
    static final char[] PASSWORD = "password".toCharArray();

    private static final int EVENT = 200; // bytes
    private static final int PIECE = 16 << 10;
    private static final String HEAD = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";

    private Vendor() { }

    /// Prints the port that it listens on.
    ///
    /// @param arguments a PKCS#12 file with its key and certificate
    public static void main(String[] arguments) throws IOException, GeneralSecurityException {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(Path.of(arguments[0]))) {
            keys.load(in, PASSWORD);
        }
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, PASSWORD);
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(managers.getKeyManagers(), null, null);
        try (ServerSocket server = tls.getServerSocketFactory().createServerSocket(0, 200, InetAddress.getLoopbackAddress())) {
            ((SSLServerSocket) server).setNeedClientAuth(false);
            System.out.println(server.getLocalPort());
            while (true) {
                Socket socket = server.accept();
                Thread.ofVirtual().start(() -> serve(socket));
            }
        }
    }

    private static void serve(Socket socket) {
        try (socket) {
            socket.setTcpNoDelay(true);
            MessageReader reader = new MessageReader(socket.getInputStream());
            byte[] piece = new byte[PIECE];
            while (true) {
                Framing framing = RequestHead.of(reader.head(RequestHead.MAX_BYTES)).framing();
                StringBuilder body = new StringBuilder();
                for (int count; (count = reader.read(framing, piece, 0, PIECE)) >= 0; ) {
                    body.append(new String(piece, 0, count, ISO_8859_1));
                }
                stream(body.toString(), socket.getOutputStream());
            }
        } catch (IOException _) {
            // the client has left
        }
    }

    private static void stream(String request, OutputStream out) throws IOException {
        out.write(HEAD.getBytes(ISO_8859_1));
        if (request.contains(ONE)) {
            send(out, event(EVENT));
        } else if (request.contains(PACED)) {
            long begin = System.nanoTime();
            for (int i = 0; i < A_SECOND * PACED_SECONDS; i++) {
                LockSupport.parkNanos(begin + i * 1_000_000_000L / A_SECOND - System.nanoTime());
                send(out, event(EVENT));
            }
        } else if (request.contains(SLOW)) {
            while (true) {
                send(out, event(EVENT));
                LockSupport.parkNanos(1_000_000_000L);
            }
        } else {
            byte[] piece = event(PIECE);
            for (long sent = 0; request.contains(ENDLESS) || sent < BULK_BYTES; sent += PIECE) {
                send(out, piece);
            }
        }
        out.write("0\r\n\r\n".getBytes(ISO_8859_1));
    }

    /// One chunk, one write, as vendors send them.
    private static void send(OutputStream out, byte[] event) throws IOException {
        byte[] size = (Integer.toHexString(event.length) + "\r\n").getBytes(ISO_8859_1);
        byte[] chunk = new byte[size.length + event.length + 2];
        System.arraycopy(size, 0, chunk, 0, size.length);
        System.arraycopy(event, 0, chunk, size.length, event.length);
        chunk[chunk.length - 2] = '\r';
        chunk[chunk.length - 1] = '\n';
        out.write(chunk);
    }

    /// All processes of a Linux host read the same clock.
    private static byte[] event(int bytes) {
        String start = "data: {\"object\":\"chat.completion.chunk\",\"model\":\"bench\",\"at\":" + System.nanoTime()
                + ",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"";
        String end = "\"}}]}\n\n";
        return (start + "x".repeat(bytes - start.length() - end.length()) + end).getBytes(ISO_8859_1);
    }
}
