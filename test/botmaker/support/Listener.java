package botmaker.support;

import static org.junit.jupiter.api.Assertions.fail;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/// Reads an event stream on a thread of its own and keeps its lines.
public final class Listener implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final InputStream stream;
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private volatile boolean ended;

    public Listener(InputStream stream) {
        this.stream = stream;
        Thread.ofVirtual().name("listener").start(this::read);
    }

    private void read() {
        try (var in = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                lines.add(line);
            }
        } catch (IOException e) {
            // closed here, or cut there
        }
        ended = true;
    }

    /// How many lines there are so far.
    public int size() {
        return lines.size();
    }

    public List<String> lines() {
        return List.copyOf(lines);
    }

    public boolean ended() {
        return ended;
    }

    /// Waits for a line among those from an index on, which may be there already.
    public String await(String what, int from, Predicate<String> wanted) {
        await(what, () -> find(from, wanted).isPresent());
        return find(from, wanted).orElseThrow();
    }

    private Optional<String> find(int from, Predicate<String> wanted) {
        return lines.stream().skip(from).filter(wanted).findFirst();
    }

    /// Waits for anything at all.
    public static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                fail("never happened: " + what);
            }
            try {
                Thread.sleep(20);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                fail("interrupted while waiting: " + what);
            }
        }
    }

    @Override
    public void close() throws IOException {
        stream.close();
    }
}
