package botmaker;

import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/// Counts tests, and prints a line for each class, and each failure with its cause, as they come.
final class Tally implements TestExecutionListener {
    private final PrintStream out;
    private final AtomicInteger passed = new AtomicInteger();
    private final AtomicInteger failed = new AtomicInteger();
    private final AtomicInteger skipped = new AtomicInteger();
    private final Map<TestIdentifier, Long> started = new ConcurrentHashMap<>();
    private final List<String> failures = new CopyOnWriteArrayList<>();
    private volatile TestPlan plan;

    Tally(PrintStream out) {
        this.out = out;
    }

    /// The last line of a test run.
    String line() {
        return passed + " passed, " + failed + " failed, " + skipped + " skipped";
    }

    /// What failed, by JUnit's unique ids.
    List<String> failures() {
        return List.copyOf(failures);
    }

    /// Takes in a second run of what failed: what did not fail again counts as passed, and is told.
    void correct(Tally second) {
        failures.removeAll(second.failures);
        failures.forEach(id -> out.println("FLAKY   " + id));
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
                failures.add(test.getUniqueId());
                out.println("FAILED  " + name(test));
                result.getThrowable().ifPresent(cause -> cause.printStackTrace(out));
            }
            case ABORTED -> {
                skipped.incrementAndGet();
                out.println("SKIPPED " + name(test) + ": " + result.getThrowable().map(Throwable::getMessage).orElse(""));
            }
        }
        long nanos = System.nanoTime() - started.remove(test);
        if (isClass(test)) {
            out.printf("%7.1f s  %s%n", nanos / 1e9, name(test));
        }
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
