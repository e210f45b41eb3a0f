package botmaker.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.crash.Faults.Kind;
import botmaker.crash.Server.Answer;
import botmaker.docker.Engine;
import botmaker.json.JsonValue;
import botmaker.support.ServerProcess;
import botmaker.support.Tar;
import botmaker.support.TestImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// A server, and changes of its bots that are struck at one system call after another.
final class Sweep implements AutoCloseable {
    /// Below the 30 s after which BotMaker looks at everything again: what only that look repairs is too late.
    private static final Duration SOON = Duration.ofSeconds(28);
    private static final Duration AT_LAST = Duration.ofSeconds(60);
    /// What may fail and the answer be yes: reading by those who only watch, which they repeat.
    private static final String HARMLESS = "open .*";
    private static final String UNRECORDED = "not yet in the audit log";
    /// Stands in for OpenClaw: it writes down which secrets it sees, at its start and when it is told to read them anew.
    private static final String PROGRAM = """
            #!/bin/sh
            echo "$(cat /run/secrets/ai-api-key) $(cat /run/secrets/channel-token)" > /home/node/.openclaw/seen
            """;
    private static final String DOCKERFILE = """
            FROM %s
            COPY program /bin/openclaw
            CMD ["sh", "-c", "trap 'exit 143' TERM; openclaw; sleep 3600 & wait"]
            """;

    private final Engine engine = new Engine(Path.of("/var/run/docker.sock"));
    private final Faults faults;
    private final Server server;
    private final Stores stores;
    private final Set<String> acknowledged = new TreeSet<>();
    private final Set<String> tolerated = new TreeSet<>();
    private Change change = Change.CREATE;
    private String subject = "";
    private long attempts;
    private long strikes;
    private Duration slowest = Duration.ZERO;

    /// @param directory of the test's own
    Sweep(Path directory) throws IOException, InterruptedException {
        Path data = directory.resolve("data");
        Files.createDirectory(data, PosixFilePermissions.asFileAttribute(
                PosixFilePermissions.fromString("rwx------")));
        faults = Faults.in(directory, data);
        stores = new Stores(data, engine);
        Map<String, String> environment = new HashMap<>(faults.environment());
        environment.put("BOTMAKER_OPENCLAW_IMAGE", image());
        environment.put("BOTMAKER_BOT_STOP_TIMEOUT", "2s");
        server = new Server(data, directory.resolve("log"), environment, ServerProcess.classes());
        server.start();
        acknowledged.add(make("bystander"));
    }

    private String image() {
        String reference = "botmaker-test-crash-" + Integer.toHexString((PROGRAM + DOCKERFILE).hashCode()) + ":1";
        if (engine.images().find(reference).isEmpty()) {
            engine.images().build(new Tar().file("Dockerfile", DOCKERFILE.formatted(TestImage.ensure(engine))).file("program", PROGRAM).open(),
                    Map.of(), reference, _ -> { });
        }
        return reference;
    }

    /// Turns to another change, with new figures.
    void turnTo(Change next) {
        change = next;
        strikes = 0;
        slowest = Duration.ZERO;
        tolerated.clear();
    }

    /// Does the change once without a fault.
    ///
    /// @return all calls that count
    List<String> calls(Kind kind) throws IOException, InterruptedException {
        long n = prepare();
        faults.arm(kind, 0, 0);
        Answer answer = change.run(server, subject, n);
        faults.disarm();
        assertTrue(answer.yes(), answer::toString);
        settled(n, AT_LAST);
        return faults.calls();
    }

    /// Kills the server at one call of the change, and starts it again.
    ///
    /// @param call counted from 1
    /// @return whether there was such a call
    boolean kill(long call) throws IOException, InterruptedException {
        long n = prepare();
        String before = value(n);
        faults.arm(Kind.KILL, call, call);
        Answer answer = change.run(server, subject, n);
        if (!faults.hit()) {
            faults.disarm();
            settled(n, AT_LAST);
            return false;
        }
        server.awaitDeath();
        faults.disarm();
        assertEquals(List.of(), stores.uidProblems(), this::told);
        server.start();
        settled(n, SOON);
        String after = value(n);
        assertTrue(after.equals(change.wanted(n)) || after.equals(before) && !answer.yes(),
                () -> "answered " + answer + ", from " + before + " to " + after + told());
        strikes++;
        return true;
    }

    /// Lets one call of the change fail, or all from that one on, and then does the change again.
    ///
    /// @return whether there was such a call
    boolean fail(Kind kind, long call, boolean lasting) throws IOException, InterruptedException {
        long n = prepare();
        String before = value(n);
        long unrecorded = server.logged(UNRECORDED);
        faults.arm(kind, call, lasting ? Long.MAX_VALUE : call);
        Answer answer = change.run(server, subject, n);
        if (!faults.hit()) {
            faults.disarm();
            settled(n, AT_LAST);
            return false;
        }
        assertEquals(200, server.send("GET", "/api/bots", "").status(), this::told);
        faults.disarm();
        if (answer.yes()) {
            boolean withReserve = kind == Kind.ENOSPC && change == Change.DELETE; // it is done again in the room of that
            if (!withReserve && !faults.struck().matches(HARMLESS)) {
                // Only the record of who did it may have failed, after the change: then that has survived.
                assertTrue(server.logged(UNRECORDED) > unrecorded, () -> "a false yes: " + answer + told());
                server.kill();
                server.start();
            }
            tolerated.add(faults.struck());
        } else {
            assertEquals(kind == Kind.ENOSPC ? 507 : 500, answer.status(), () -> answer + told());
            Answer again = change.run(server, subject, n);
            assertTrue(again.yes() || change == Change.DELETE && again.status() == 404, () -> "the next try: " + again + told());
        }
        settled(n, AT_LAST);
        String after = value(n);
        assertEquals(change.wanted(n), after, () -> "from " + before + told());
        strikes++;
        return true;
    }

    /// What was struck in spite of which the answer was yes.
    Set<String> tolerated() {
        return tolerated;
    }

    /// The figures of this sweep.
    @Override
    public String toString() {
        return "%s: %d strikes, settled after %d ms at most".formatted(change, strikes, slowest.toMillis());
    }

    /// Makes sure that there is a bot to do it to.
    ///
    /// @return the number of the next attempt
    private long prepare() throws IOException, InterruptedException {
        long n = ++attempts;
        if (change == Change.CREATE) {
            Optional<JsonValue> last = bot(Change.newName(n - 1));
            if (last.isPresent()) {
                server.demand("DELETE", "/api/bots/" + last.get().get("id").string(), "");
            }
        } else if (subject.isEmpty() || value(n).equals(Change.DELETE.wanted(n))) {
            subject = make("subject " + n);
            settled(0, AT_LAST);
        }
        return n;
    }

    private String make(String name) throws IOException, InterruptedException {
        return server.demand("POST", "/api/bots", Change.bot(name, 0)).json().get("id").string();
    }

    private Optional<JsonValue> bot(String name) throws IOException, InterruptedException {
        return server.bots().stream().filter(bot -> bot.get("name").string().equals(name)).findFirst();
    }

    private String value(long n) throws IOException, InterruptedException {
        String id = subject;
        return change.value(change == Change.CREATE ? bot(Change.newName(n))
                : server.bots().stream().filter(bot -> bot.get("id").string().equals(id)).findFirst(), stores);
    }

    /// Waits until all bots are whole and nothing else is there.
    private void settled(long n, Duration atMost) throws IOException, InterruptedException {
        long from = System.nanoTime();
        while (true) {
            List<JsonValue> bots = server.bots();
            List<String> problems = new ArrayList<>(stores.problems(bots));
            if (bots.stream().noneMatch(bot -> acknowledged.contains(bot.get("id").string()))) {
                problems.add("the bystander is lost");
            }
            Duration taken = Duration.ofNanos(System.nanoTime() - from);
            if (problems.isEmpty()) {
                slowest = n > 0 && taken.compareTo(slowest) > 0 ? taken : slowest;
                return;
            }
            if (taken.compareTo(atMost) > 0) {
                throw new AssertionError(String.join("\n", problems) + told());
            }
            Thread.sleep(50);
        }
    }

    /// What happened, for a failure's message.
    private String told() {
        try {
            return "\n" + change + ", struck: " + faults.struck() + "\n" + String.join("\n", faults.calls()) + "\n" + server.log();
        } catch (IOException e) {
            return e.toString();
        }
    }

    /// Removes what is left in the engine: that has room for about thirty networks.
    @Override
    public void close() {
        server.close();
        engine.list(stores.labels()).forEach(container -> engine.remove(container.id(), true));
        engine.networks().remove("botmaker-" + stores.labels().get("botmaker.installation"));
    }
}
