package botmaker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import botmaker.TestClass.Kind;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Runs classes of tests side by side, each lane in a process of its own: tests look at their own process (threads, memory,
/// descriptors, what is logged), which others' tests would disturb.
///
/// A lane reads names of classes, one a line, and answers each with what its tests printed and then lines that begin with
/// [#MARK]: the report of [Tally], and `end`.
final class Lanes {
    static final String WORKER = "--lane";
    private static final int COUNT = Integer.getInteger("lanes", 3);
    private static final String MARK = "\u0001";

    /// Halves the processor time of a lane: what it runs is short. Measured tests keep the JVM's defaults.
    private static final List<String> BRIEF = List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");
    private static final String END = "end";

    private final Tally tally;
    private final PrintStream out;
    private final Map<Kind, List<TestClass>> waiting = new EnumMap<>(Kind.class);
    private boolean heavy;

    Lanes(Tally tally, PrintStream out) {
        this.tally = tally;
        this.out = out;
    }

    void run(List<TestClass> classes) throws InterruptedException {
        for (Kind kind : Kind.values()) {
            waiting.put(kind, new ArrayList<>(classes.stream().filter(it -> it.kind() == kind).toList()));
        }
        List<Thread> lanes = new ArrayList<>();
        for (int lane = 1; lane <= COUNT; lane++) {
            int number = lane;
            lanes.add(Thread.ofPlatform().name("lane " + lane).start(() -> drive(number, BRIEF, List.of(Kind.HEAVY, Kind.ANY))));
        }
        for (Thread lane : lanes) {
            lane.join();
        }
        drive(1, List.of(), List.of(Kind.ALONE));
    }

    private void drive(int number, List<String> settings, List<Kind> kinds) {
        Optional<Process> worker = Optional.empty();
        try {
            for (Optional<TestClass> next = take(kinds); next.isPresent(); next = take(kinds)) {
                if (worker.filter(Process::isAlive).isEmpty()) {
                    worker = Optional.of(start(number, settings));
                }
                try {
                    hand(worker.get(), next.get());
                } finally {
                    done(next.get());
                }
            }
            if (worker.isPresent()) {
                worker.get().outputWriter().close();
                worker.get().waitFor();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            worker.ifPresent(Process::destroy);
        }
    }

    private synchronized Optional<TestClass> take(List<Kind> kinds) {
        for (Kind kind : kinds) {
            if (!waiting.get(kind).isEmpty() && !(kind == Kind.HEAVY && heavy)) {
                heavy |= kind == Kind.HEAVY;
                return Optional.of(waiting.get(kind).removeFirst());
            }
        }
        return Optional.empty();
    }

    private synchronized void done(TestClass test) {
        heavy &= test.kind() != Kind.HEAVY;
    }

    private void hand(Process worker, TestClass test) throws IOException {
        BufferedReader reader = worker.inputReader(UTF_8);
        worker.outputWriter(UTF_8).append(test.name()).append('\n').flush();
        List<String> printed = new ArrayList<>();
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            int mark = line.indexOf(MARK);
            if (mark < 0) {
                printed.add(line);
            } else if (line.endsWith(MARK + END)) {
                print(printed);
                return;
            } else {
                tally.add(line.substring(mark + MARK.length()));
            }
        }
        print(printed);
        print(List.of("FAILED  " + test.name() + ": its process ended"));
        tally.add("failed 1");
        tally.add("failure " + test.name() + "\t" + test.name() + ": its process ended");
    }

    private synchronized void print(List<String> lines) {
        lines.forEach(out::println);
    }

    private static Process start(int number, List<String> settings) throws IOException {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(settings);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), RunTests.class.getName(), WORKER, Integer.toString(number)));
        return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    }

    /// Runs the classes that standard input names, in a lane's process.
    static void serve() throws IOException {
        PrintStream answers = new PrintStream(System.out, true, UTF_8);
        BufferedReader names = new BufferedReader(new InputStreamReader(System.in, UTF_8));
        for (String name = names.readLine(); name != null; name = names.readLine()) {
            Tally tally = new Tally(answers);
            RunTests.run(List.of(selectClass(name)), tally);
            tally.report().forEach(line -> answers.println(MARK + line));
            answers.println(MARK + END);
        }
    }
}
