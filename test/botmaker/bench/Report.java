package botmaker.bench;

import botmaker.json.Json.ObjectBuilder;
import botmaker.json.Json;
import botmaker.json.JsonValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What was measured: targets, each beside its limit, and figures that explain them.
final class Report {
    /// What a target asks of the figures of a series.
    enum Bound {
        /// The median is no less.
        AT_LEAST("≥") {
            @Override
            boolean met(Series measured, double limit) {
                return measured.median() >= limit;
            }
        },
        /// The median is no more.
        AT_MOST("≤") {
            @Override
            boolean met(Series measured, double limit) {
                return measured.median() <= limit;
            }
        },
        /// No figure is more.
        NEVER_OVER("all ≤") {
            @Override
            boolean met(Series measured, double limit) {
                return measured.most() <= limit;
            }
        };

        private final String sign;

        Bound(String sign) {
            this.sign = sign;
        }

        abstract boolean met(Series measured, double limit);
    }

    private record Target(String what, Bound bound, double limit, Series measured) {
        boolean met() {
            return bound.met(measured, limit);
        }
    }

    private record Figure(String what, Series measured) { }

    private final List<Target> targets = new ArrayList<>();
    private final List<Figure> figures = new ArrayList<>();

    /// @param what with its unit, where it is no ratio
    void target(String what, Bound bound, double limit, Series measured) {
        targets.add(new Target(what, bound, limit, measured));
        say(what, measured);
    }

    /// Something measured that has no limit of its own.
    void figure(String what, Series measured) {
        figures.add(new Figure(what, measured));
        say(what, measured);
    }

    private static void say(String what, Series measured) {
        System.out.printf(Locale.ROOT, "    %-68s %s%n", what, numbers(measured));
    }

    private static String numbers(Series series) {
        return String.format(Locale.ROOT, "%10.2f %10.2f %10.2f", series.median(), series.least(), series.most());
    }

    boolean allMet() {
        return targets.stream().allMatch(Target::met);
    }

    void print() {
        System.out.printf("%n%-60s %12s %10s %10s %10s%n", "target", "limit", "median", "least", "most");
        targets.forEach(it -> System.out.printf(Locale.ROOT, "%-60s %12s %s  %s%n", it.what(),
                String.format(Locale.ROOT, "%s %.2f", it.bound().sign, it.limit()), numbers(it.measured()),
                it.met() ? "met" : "NOT MET"));
    }

    void write(Path file, ObjectBuilder circumstances) throws IOException {
        List<JsonValue> asked = targets.stream().map(it -> (JsonValue) it.measured().toJson().put("what", it.what())
                .put("bound", it.bound().sign).put("limit", it.limit()).put("met", it.met()).build()).toList();
        List<JsonValue> besides = figures.stream().map(it -> (JsonValue) it.measured().toJson().put("what", it.what()).build()).toList();
        Files.writeString(file, circumstances.put("targets", Json.array(asked)).put("figures", Json.array(besides)).build() + "\n");
    }
}
