package botmaker;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectPackage;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectUniqueId;

import botmaker.support.TestImage;
import java.io.IOException;
import java.util.List;
import java.util.logging.FileHandler;
import java.util.logging.Handler;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import java.util.stream.Stream;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TagFilter;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/// Runs the tests: all of them, or those of the classes, `Class#method`s and packages that are named. Tests with one of
/// the [#SLOW] tags run only when one of them is asked for by `-Dtags=soak`. Of the others, a few that failed get a second
/// chance. What is logged goes to `build/test.log`.
/// Exit codes: 0 all passed, 1 one failed (or was skipped, where the environment says `CI=true`) or none was found.
final class RunTests {
    private static final List<String> SLOW = List.of("soak", "bench", "conformance");
    private static final int MOST_FLAKY = 3;

    private RunTests() { }

    public static void main(String[] names) throws IOException, InterruptedException {
        logToFile("build/test.log");
        Runtime.getRuntime().addShutdownHook(new Thread(RunTests::endChildren));
        Tally tally = new Tally(System.out);
        run(Stream.of(names).map(RunTests::selector).toList(), tally);
        if (tags().isEmpty() && !tally.failures().isEmpty() && tally.failures().size() <= MOST_FLAKY) {
            Tally second = new Tally(System.out);
            run(tally.failures().stream().map(id -> (DiscoverySelector) selectUniqueId(id)).toList(), second);
            tally.correct(second);
        }
        TestImage.removeAll();
        System.out.println();
        System.out.println(tally.line());
        System.exit(tally.isGood("true".equals(System.getenv("CI"))) ? 0 : 1);
    }

    /// What a test started ends with the tests, also when they are ended by a signal.
    private static void endChildren() {
        ProcessHandle.current().descendants().forEach(ProcessHandle::destroy);
    }

    private static void run(List<DiscoverySelector> selectors, Tally tally) {
        LauncherFactory.create().execute(request(selectors.isEmpty() ? List.of(selectPackage("botmaker")) : selectors), tally);
    }

    private static LauncherDiscoveryRequest request(List<DiscoverySelector> selectors) {
        String tags = tags();
        return LauncherDiscoveryRequestBuilder.request()
                .selectors(selectors)
                .filters(tags.isEmpty() ? TagFilter.excludeTags(SLOW) : TagFilter.includeTags(tags.split(",")))
                .configurationParameter("junit.jupiter.execution.timeout.default", "10 m")
                // An interrupt does not end a read from a socket; such a test is left behind.
                .configurationParameter("junit.jupiter.execution.timeout.thread.mode.default", "SEPARATE_THREAD")
                .build();
    }

    private static String tags() {
        return System.getProperty("tags", "");
    }

    private static DiscoverySelector selector(String name) {
        if (name.contains("#")) {
            return selectMethod(name);
        }
        try {
            return selectClass(Class.forName(name, false, RunTests.class.getClassLoader()));
        } catch (ClassNotFoundException _) {
            return selectPackage(name);
        }
    }

    private static void logToFile(String file) throws IOException {
        Logger root = Logger.getLogger("");
        for (Handler handler : root.getHandlers()) {
            root.removeHandler(handler);
        }
        Handler handler = new FileHandler(file);
        handler.setFormatter(new SimpleFormatter());
        root.addHandler(handler);
    }
}
