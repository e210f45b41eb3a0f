package botmaker;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.junit.platform.engine.TestTag;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/// A class of tests, and beside what it may run.
record TestClass(String name, Kind kind) {
    /// Packages whose classes take longest, the longest first: they start first, so that no lane is left with one in the end.
    private static final List<String> LONG = List.of("botmaker.supply", "botmaker.openclaw", "botmaker.crash", "botmaker.e2e",
            "botmaker.attack", "botmaker.logs", "botmaker.bot", "botmaker.cli", "botmaker.http");

    enum Kind {
        /// Runs beside any other.
        ANY,

        /// `@Tag("heavy")`: starts real bots, Chromium or an engine of its own; one at a time.
        HEAVY,

        /// `@Tag("alone")`: measures how fast something is or how much memory it needs; nothing runs beside it.
        ALONE
    }

    /// Returns the top classes of a plan in the order in which they should start.
    static List<TestClass> of(TestPlan plan) {
        List<TestClass> classes = new ArrayList<>();
        for (TestIdentifier engine : plan.getRoots()) {
            for (TestIdentifier test : plan.getChildren(engine)) {
                test.getSource().filter(ClassSource.class::isInstance).map(ClassSource.class::cast)
                        .ifPresent(source -> classes.add(new TestClass(source.getClassName(), kind(test.getTags()))));
            }
        }
        classes.sort(Comparator.comparingInt(TestClass::rank));
        return classes;
    }

    private static Kind kind(Set<TestTag> tags) {
        return tags.contains(TestTag.create("alone")) ? Kind.ALONE : tags.contains(TestTag.create("heavy")) ? Kind.HEAVY : Kind.ANY;
    }

    private int rank() {
        for (int i = 0; i < LONG.size(); i++) {
            if (name.startsWith(LONG.get(i) + '.')) {
                return i;
            }
        }
        return LONG.size();
    }
}
