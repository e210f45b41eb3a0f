package botmaker.crash;

import botmaker.http.RawHttp;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Those who look at a server all the time: forty read events and forty read logs, ten of each never read. Whoever is hung up
/// on comes back.
final class Crowd implements AutoCloseable {
    private static final int READERS = 40;
    private static final int DEAF = 10;
    /// Longer than the server's patience with those who do not read.
    private static final Duration DEAF_FOR = Duration.ofSeconds(45);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Pattern COUNTED = Pattern.compile("\"m\":\"line (\\d+)\"");

    private final Server server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicLong lines = new AtomicLong();
    private final AtomicLong streams = new AtomicLong();
    private final AtomicLong gaps = new AtomicLong();
    private final Queue<String> jumps = new ConcurrentLinkedQueue<>();

    private Crowd(Server server) {
        this.server = server;
    }

    /// Opens a hundred streams.
    ///
    /// @param bots whose logs are looked at; each counts its lines from 1
    static Crowd before(Server server, List<String> bots) {
        Crowd crowd = new Crowd(server);
        for (int i = 0; i < READERS + DEAF; i++) {
            String log = "/api/bots/" + bots.get(i % bots.size()) + "/logs?tail=10";
            for (String path : List.of("/api/events", log)) {
                boolean deaf = i >= READERS;
                crowd.threads.submit(() -> crowd.come(path, deaf));
            }
        }
        return crowd;
    }

    private Void come(String path, boolean deaf) throws InterruptedException {
        while (!Thread.currentThread().isInterrupted()) {
            streams.incrementAndGet();
            try {
                if (deaf) {
                    hold(path);
                } else {
                    read(path);
                }
            } catch (IOException _) {
                // hung up on
            }
            Thread.sleep(PAUSE);
        }
        return null;
    }

    private void hold(String path) throws IOException, InterruptedException {
        try (RawHttp stream = RawHttp.connectDeaf(server.port())) {
            stream.sendLines("GET " + path.replace("tail=10", "tail=all") + " HTTP/1.1\nHost: localhost\nAuthorization: "
                    + server.authorization() + "\n\n");
            Thread.sleep(DEAF_FOR);
        }
    }

    private void read(String path) throws IOException, InterruptedException {
        try (BufferedReader in = new BufferedReader(new InputStreamReader(server.stream(path), StandardCharsets.UTF_8))) {
            long last = 0;
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                lines.incrementAndGet();
                Matcher counted = COUNTED.matcher(line);
                if (line.equals("event: gap")) {
                    gaps.incrementAndGet();
                    last = 0;
                } else if (counted.find()) {
                    long now = Long.parseLong(counted.group(1));
                    if (last > 0 && now != last + 1 && now != 1) {
                        jumps.add(path + ": after line " + last + " comes " + now);
                    }
                    last = now;
                }
            }
        }
    }

    /// Where a log repeated or left out a line and did not say so.
    List<String> jumps() {
        return List.copyOf(jumps);
    }

    /// Its figures.
    @Override
    public String toString() {
        return "%d streams opened, %d lines read, %d gaps told".formatted(streams.get(), lines.get(), gaps.get());
    }

    @Override
    public void close() {
        threads.shutdownNow();
        try {
            threads.awaitTermination(1, TimeUnit.MINUTES);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
