package botmaker.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.dialect.Refused;
import botmaker.ledger.PastCall.Ended;
import botmaker.policy.BotPolicy;
import botmaker.policy.Budget;
import botmaker.support.ChildJvm;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// SIGKILL while calls with a budget are under way. What the provider charges is what the test counts: for a call that was sent, the prompt
/// and what it wrote.
@Timeout(120)
class KilledLedgerTest {
    private static final InstantSource CLOCK = InstantSource.system();
    private static final BotPolicy BOT = Calls.bot("a", Calls.day(1000 * Budget.DOLLAR));
    private static final long OUTPUT = 300;
    private static final long COST = 20 * 2000 + OUTPUT * 10_000;

    @TempDir
    Path directory;

    /// Makes one call up to a step, says so, and waits for its end.
    static final class UpTo {
        public static void main(String[] arguments) throws Exception {
            String step = arguments[1];
            Ledger ledger = Ledger.open(Path.of(arguments[0]), CLOCK);
            if (!step.equals("opened")) {
                CallMeter meter = Calls.sonnet(OUTPUT).begin(ledger, BOT);
                if (!step.equals("begun")) {
                    Calls.answer(meter, Calls.sonnetAnswer(20, OUTPUT));
                }
                if (step.equals("ended")) {
                    meter.whole();
                }
                if (step.equals("settled")) {
                    meter.whole();
                    Calls.sonnet(1).begin(ledger, BOT).unsent(); // committed after the one before it
                }
            }
            System.out.println(step);
            new CountDownLatch(1).await();
        }
    }

    /// Makes calls on many threads, and prints a line when one may be sent and one when it has ended.
    static final class Busy {
        public static void main(String[] arguments) {
            Ledger ledger = Ledger.open(Path.of(arguments[0]), CLOCK);
            for (int i = 0; i < 8; i++) {
                Thread.ofPlatform().start(() -> calls(ledger));
            }
        }

        private static void calls(Ledger ledger) {
            while (true) {
                try (CallMeter meter = Calls.sonnet(OUTPUT).begin(ledger, BOT)) {
                    System.out.println("sent");
                    Calls.answer(meter, Calls.sonnetAnswer(20, OUTPUT));
                    meter.whole();
                } catch (InterruptedException | Refused e) {
                    throw new IllegalStateException(e);
                }
            }
        }
    }

    private Path file() {
        return directory.resolve(UsageReader.FILE);
    }

    private List<PastCall> calls() {
        Ledger.open(file(), CLOCK).close();
        try (UsageReader reader = new UsageReader(file(), CLOCK, ZoneOffset.UTC)) {
            List<PastCall> calls = reader.calls("a", Integer.MAX_VALUE, Optional.empty());
            assertEquals(calls.stream().mapToLong(it -> it.cost().orElseThrow()).sum(), reader.days("a", 2).stream().mapToLong(DayUse::cost).sum());
            assertEquals(calls.size(), reader.days("a", 2).stream().mapToLong(DayUse::calls).sum());
            return calls;
        }
    }

    private static List<String> kill(List<String> command, int lines) throws IOException, InterruptedException {
        Process child = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        List<String> said = new ArrayList<>();
        try (BufferedReader output = child.inputReader()) {
            for (String line = ""; said.size() < lines; said.add(line)) {
                line = Optional.ofNullable(output.readLine()).orElseThrow();
            }
            child.toHandle().destroyForcibly(); // unlike Process, leaves its output to be read
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                said.add(line);
            }
            return said;
        } finally {
            child.waitFor();
        }
    }

    @ParameterizedTest
    @CsvSource({"opened, 0", "begun, 1", "answering, 1", "ended, 1", "settled, 1"})
    void a_kill_at_any_step_leaves_no_call_uncharged_that_was_sent(String step, int sent) throws Exception {
        assertEquals(List.of(step), kill(ChildJvm.command(UpTo.class, file(), step), 1));
        List<PastCall> calls = calls().stream().filter(it -> it.output() > 1).toList();
        assertEquals(sent, calls.size());
        for (PastCall call : calls) {
            assertTrue(call.ended() == Ended.LOST || call.ended() == Ended.WHOLE, call.toString());
            assertTrue(call.cost().orElseThrow() >= COST, call.toString());
            assertTrue(call.cost().orElseThrow() < 2 * COST, call.toString());
        }
        assertEquals(calls, calls().stream().filter(it -> it.output() > 1).toList(), "the next start charges nothing again");
    }

    @Test
    void kills_while_many_calls_begin_and_end_leave_none_uncharged() throws Exception {
        long sent = 0;
        for (int round = 0; round < 3; round++) {
            sent += kill(ChildJvm.command(Busy.class, file()), 400).stream().filter(line -> line.equals("sent")).count();
            List<PastCall> calls = calls();
            assertTrue(calls.size() >= sent, calls.size() + " of " + sent);
            assertTrue(calls.size() <= sent + 8L * (round + 1), "more than were under way: " + calls.size() + " of " + sent);
            assertTrue(calls.stream().mapToLong(it -> it.cost().orElseThrow()).sum() >= sent * COST, "too little");
            assertEquals(List.of(), calls.stream().filter(it -> it.ended() == Ended.OPEN).toList());
        }
    }
}
