package botmaker;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/// Counts tests, prints a line for each class and each failure with its cause as they come, and knows which tests took longest.
final class Tally implements TestExecutionListener {
    private static final int SLOWEST = 10;

    private final PrintStream out;
    private final AtomicInteger passed = new AtomicInteger();
    private final AtomicInteger failed = new AtomicInteger();
    private final AtomicInteger skipped = new AtomicInteger();
    private final Map<TestIdentifier, Long> started = new ConcurrentHashMap<>();
    /// By JUnit's unique id: the test and the first line of what it threw.
    private final Map<String, String> failures = new ConcurrentSkipListMap<>();
    private final Map<String, Long> millis = new ConcurrentHashMap<>();
    private volatile TestPlan plan;

    Tally(PrintStream out) {
        this.out = out;
    }

    /// Returns a line for each of the tests that took longest, the longest first.
    List<String> slowest() {
        return millis.entrySet().stream().sorted(Map.Entry.<String, Long>comparingByValue().reversed()).limit(SLOWEST)
                .map(test -> "%7.1f s  slow: %s".formatted(test.getValue() / 1e3, test.getKey())).toList();
    }

    /// Returns what happened, as lines for [#add].
    List<String> report() {
        List<String> lines = new ArrayList<>(List.of("passed " + passed, "failed " + failed, "skipped " + skipped));
        failures.forEach((id, what) -> lines.add("failure " + id + '\t' + what));
        millis.forEach((name, time) -> lines.add("millis " + time + ' ' + name));
        return lines;
    }

    /// Adds a line of another tally's report.
    void add(String line) {
        String[] words = line.split(" ", 3);
        switch (words[0]) {
            case "passed" -> passed.addAndGet(Integer.parseInt(words[1]));
            case "failed" -> failed.addAndGet(Integer.parseInt(words[1]));
            case "skipped" -> skipped.addAndGet(Integer.parseInt(words[1]));
            case "failure" -> {
                String[] failure = line.substring("failure ".length()).split("\t", 2);
                failures.put(failure[0], failure[1]);
            }
            case "millis" -> millis.put(words[2], Long.valueOf(words[1]));
            default -> throw new IllegalArgumentException(line);
        }
    }

    /// The last line of a test run.
    String line() {
        return passed + " passed, " + failed + " failed, " + skipped + " skipped";
    }

    /// Returns the unique ids of the tests that failed, as JUnit has them.
    Set<String> failures() {
        return Set.copyOf(failures.keySet());
    }

    /// Returns a line for each test that failed, for the end of a long run.
    List<String> failed() {
        return failures.values().stream().map("failed: "::concat).toList();
    }

    /// Adds a second run of the tests that failed: prints those that did not fail again as flaky and counts them as passed.
    void correct(Tally second) {
        failures.keySet().removeAll(second.failures.keySet());
        failures.values().forEach(what -> out.println("FLAKY   " + what));
        failures.clear();
        failures.putAll(second.failures);
        failed.set(second.failed.get());
        passed.addAndGet(second.passed.get());
        skipped.addAndGet(second.skipped.get());
    }

    /// Whether some test ran and none failed; with `strict`, none was skipped either.
    boolean isGood(boolean strict) {
        return passed.get() > 0 && failed.get() == 0 && (!strict || skipped.get() == 0);
    }

    @Override
    public void testPlanExecutionStarted(TestPlan plan) {
        this.plan = plan;
    }

    @Override
    public void executionStarted(TestIdentifier test) {
        started.put(test, System.nanoTime());
    }

    @Override
    public void executionSkipped(TestIdentifier test, String reason) {
        long tests = test.isTest()
                ? 1 : plan.getDescendants(test).stream().filter(TestIdentifier::isTest).count();
        skipped.addAndGet((int) tests);
        out.println("SKIPPED " + name(test) + ": " + reason);
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        switch (result.getStatus()) {
            case SUCCESSFUL -> {
                if (test.isTest()) {
                    passed.incrementAndGet();
                }
            }
            // A class that fails outside its tests counts as one failure: its tests never ran.
            case FAILED -> {
                failed.incrementAndGet();
                failures.put(test.getUniqueId(), oneLine(name(test) + ": " + result.getThrowable().map(Throwable::toString).orElse("")));
                out.println("FAILED  " + name(test));
                result.getThrowable().ifPresent(cause -> cause.printStackTrace(out));
            }
            case ABORTED -> {
                skipped.incrementAndGet();
                out.println("SKIPPED " + name(test) + ": " + result.getThrowable().map(Throwable::getMessage).orElse(""));
            }
        }
        long nanos = System.nanoTime() - started.remove(test);
        if (test.isTest()) {
            millis.put(oneLine(name(test)), nanos / 1_000_000);
        }
        if (isClass(test)) {
            out.printf("%7.1f s  %s%n", nanos / 1e9, name(test));
        }
    }

    private static String oneLine(String text) {
        String line = text.replaceAll("(\\R|\\t)+", " ");
        return line.length() <= 300 ? line : line.substring(0, 300) + "…";
    }

    private static boolean isClass(TestIdentifier test) {
        return test.isContainer() && test.getSource().filter(ClassSource.class::isInstance).isPresent();
    }

    /// The names on the way from the class to the test.
    private String name(TestIdentifier test) {
        String name = test.getSource().filter(ClassSource.class::isInstance).map(ClassSource.class::cast)
                .map(ClassSource::getClassName).orElse(test.getDisplayName());
        return isClass(test)
                ? name : plan.getParent(test).filter(parent -> parent.getParentId().isPresent())
                        .map(parent -> name(parent) + " > " + name).orElse(name);
    }
}
