package botmaker.crash;

import botmaker.crash.Server.Answer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/// What goes on in a house of bots all the time: some are made and deleted, others edited and given new secrets. While the engine
/// is away 503 is an answer; everything else that is not a yes is a problem.
final class Bustle implements AutoCloseable {
    private static final long PAUSE_MS = 1_000;
    private static final String PASSING = "passing ";

    private final Server server;
    private final BooleanSupplier engineIsAway;
    private final Queue<String> problems = new ConcurrentLinkedQueue<>();
    private final Map<String, AtomicLong> answers = new ConcurrentSkipListMap<>();
    private final AtomicLong numbers = new AtomicLong(1);
    private final List<Thread> threads;
    private volatile boolean over;

    private interface Work {
        void once(long n) throws IOException, InterruptedException;
    }

    /// @param steady ids of bots that stay
    Bustle(Server server, List<String> steady, BooleanSupplier engineIsAway) {
        this.server = server;
        this.engineIsAway = engineIsAway;
        this.threads = List.of(
                start("passing", this::passing),
                start("edits", n -> edit(steady.get((int) (n % steady.size())), n)));
    }

    private Thread start(String name, Work work) {
        return Thread.ofVirtual().name(name).start(() -> {
            try {
                while (!over) {
                    work.once(numbers.incrementAndGet());
                    Thread.sleep(PAUSE_MS);
                }
            } catch (IOException | RuntimeException | InterruptedException e) {
                problems.add(name + " ended: " + e);
            }
        });
    }

    /// A bot that comes and goes. One whose end the engine did not see is left to [#clear].
    private void passing(long n) throws IOException, InterruptedException {
        Answer made = ask("create", "POST", "/api/bots", Change.bot(PASSING + n, n % 100));
        if (made.yes()) {
            String bot = "/api/bots/" + made.json().get("id").string();
            ask("stop", "POST", bot + "/stop", "");
            ask("start", "POST", bot + "/start", "");
            ask("delete", "DELETE", bot, "");
        }
    }

    private void edit(String bot, long n) throws IOException, InterruptedException {
        Change change = List.of(Change.EDIT, Change.REPLACE_KEY, Change.REPLACE_TOKEN).get((int) (n / 2 % 3));
        judge(change.toString(), engineIsAway.getAsBoolean(), change.run(server, bot, n % 100));
    }

    private Answer ask(String what, String method, String path, String body) throws IOException, InterruptedException {
        boolean away = engineIsAway.getAsBoolean();
        return judge(what, away, server.send(method, path, body));
    }

    private Answer judge(String what, boolean wasAway, Answer answer) {
        answers.computeIfAbsent(what.toLowerCase(Locale.ROOT) + " " + answer.status(), _ -> new AtomicLong()).incrementAndGet();
        boolean away = wasAway || engineIsAway.getAsBoolean();
        boolean excused = away && List.of(503, 404, 409).contains(answer.status());
        if (!answer.yes() && !excused) {
            problems.add(what + ": " + answer);
        }
        return answer;
    }

    /// Deletes the passing bots that are still there.
    void clear() throws IOException, InterruptedException {
        for (var bot : server.bots()) {
            if (bot.get("name").string().startsWith(PASSING)) {
                Answer gone = server.send("DELETE", "/api/bots/" + bot.get("id").string(), "");
                if (!gone.yes() && gone.status() != 404) {
                    problems.add("delete in the end: " + gone);
                }
            }
        }
    }

    List<String> problems() {
        return List.copyOf(problems);
    }

    /// How often what was answered.
    Map<String, Long> answers() {
        Map<String, Long> counts = new TreeMap<>();
        answers.forEach((what, count) -> counts.put(what, count.get()));
        return counts;
    }

    /// Lets everybody finish what they are at.
    @Override
    public void close() {
        over = true;
        try {
            for (Thread thread : threads) {
                if (!thread.join(Duration.ofMinutes(5))) {
                    problems.add(thread.getName() + " does not end");
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
