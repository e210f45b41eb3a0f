package botmaker;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectPackage;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectUniqueId;

import botmaker.http.TestServer;
import botmaker.support.TestImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.logging.FileHandler;
import java.util.logging.Handler;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import java.util.stream.Stream;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TagFilter;
import org.junit.platform.launcher.TestPlan;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/// Runs the tests: all of them, or those of the classes, `Class#method`s and packages that are named.
///
/// Several classes run side by side in [Lanes], one or some `Class#method`s in this process. Tests with one of the [#SLOW] tags
/// run only when `-Dtags=soak` asks for one of them. Of the others, up to [#MOST_FLAKY] that failed run a second time, alone.
/// Logs go to `build/test.log` and, for lane N, to `build/test-N.log`.
/// Exit codes: 0 all passed, 1 a test failed (or was skipped, if the environment says `CI=true`) or none was found.
final class RunTests {
    private static final List<String> SLOW = List.of("soak", "bench", "conformance");
    private static final int MOST_FLAKY = 5;

    private RunTests() { }

    public static void main(String[] names) throws IOException, InterruptedException {
        Runtime.getRuntime().addShutdownHook(new Thread(RunTests::cleanUp));
        TestServer.start().close(); // The JDK's HTTP server takes its settings from the first in a process, which may not be that of a fake.
        if (names.length == 2 && names[0].equals(Lanes.WORKER)) {
            logToFile("build/test-" + names[1] + ".log");
            Lanes.serve();
            System.exit(0);
        }
        logToFile("build/test.log");
        Tally tally = new Tally(System.out);
        List<DiscoverySelector> selectors = names.length == 0 ? List.of(selectPackage("botmaker"))
                : Stream.of(names).map(RunTests::selector).toList();
        List<TestClass> classes = TestClass.of(plan(selectors));
        if (classes.size() > 1 && tags().isEmpty() && Stream.of(names).noneMatch(name -> name.contains("#"))) {
            new Lanes(tally, System.out).run(classes);
        } else {
            run(selectors, tally);
        }
        if (tags().isEmpty() && !tally.failures().isEmpty() && tally.failures().size() <= MOST_FLAKY) {
            Tally second = new Tally(System.out);
            run(tally.failures().stream().map(RunTests::again).toList(), second);
            tally.correct(second);
        }
        System.out.println();
        tally.slowest().forEach(System.out::println);
        tally.failed().forEach(System.out::println);
        System.out.println(tally.line());
        System.exit(tally.isGood("true".equals(System.getenv("CI"))) ? 0 : 1);
    }

    /// Ends what the tests started and removes what they built, also when a signal ends them.
    private static void cleanUp() {
        ProcessHandle.current().descendants().forEach(ProcessHandle::destroy);
        try {
            TestImage.removeAll();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static TestPlan plan(List<DiscoverySelector> selectors) {
        return LauncherFactory.create().discover(request(selectors));
    }

    static void run(List<DiscoverySelector> selectors, Tally tally) {
        LauncherFactory.create().execute(request(selectors), tally);
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

    /// @param failure JUnit's unique id, or the name of a class whose lane ended before it did
    private static DiscoverySelector again(String failure) {
        return failure.startsWith("[") ? selectUniqueId(failure) : selectClass(failure);
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
