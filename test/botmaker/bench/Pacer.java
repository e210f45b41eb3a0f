package botmaker.bench;

import botmaker.http.RawHttp;
import botmaker.support.ServerProcess;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/// Requests at a fixed rate, however slowly they are answered: a wait for an earlier answer counts as the request's own time,
/// which a client that sends one after the other would not see.
final class Pacer {
    private final ServerProcess server;
    private final String path;

    Pacer(ServerProcess server, String path) {
        this.server = server;
        this.path = path;
    }

    /// @param rate requests a second, on as many connections as [Wrk] has
    /// @return the milliseconds of each, from when it was due
    Series milliseconds(double rate, int seconds) throws IOException, InterruptedException {
        long begin = System.nanoTime() + 100_000_000;
        long step = Math.round(1e9 / rate);
        long last = begin + seconds * 1_000_000_000L;
        List<Callable<Series>> clients = IntStream.range(0, Wrk.CONNECTIONS)
                .mapToObj(n -> (Callable<Series>) () -> client(begin + n * step, step * Wrk.CONNECTIONS, last)).toList();
        Series all = new Series();
        try (ExecutorService threads = Executors.newFixedThreadPool(Wrk.CONNECTIONS)) {
            for (Future<Series> client : threads.invokeAll(clients)) {
                all.addAll(client.get());
            }
        } catch (ExecutionException e) {
            throw new IOException("a paced request failed", e.getCause());
        }
        return all;
    }

    private Series client(long first, long step, long last) throws IOException {
        String request = "GET " + path + " HTTP/1.1\nHost: localhost\nAuthorization: " + server.authorization() + "\n\n";
        Series times = new Series();
        try (RawHttp connection = RawHttp.connect(server.port())) {
            for (long due = first; due < last; due += step) {
                LockSupport.parkNanos(due - System.nanoTime());
                int status = connection.sendLines(request).status();
                if (status != 200) {
                    throw new IOException(path + " answered " + status);
                }
                times.add((System.nanoTime() - due) / 1e6);
            }
        }
        return times;
    }
}
