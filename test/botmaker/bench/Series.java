package botmaker.bench;

import botmaker.json.Json.ObjectBuilder;
import botmaker.json.Json;
import java.util.ArrayList;
import java.util.List;

/// Figures of one kind, one for each round or each event.
final class Series {
    private final List<Double> values = new ArrayList<>();

    static Series of(double value) {
        Series series = new Series();
        series.add(value);
        return series;
    }

    void add(double value) {
        values.add(value);
    }

    void addAll(Series other) {
        values.addAll(other.values);
    }

    int size() {
        return values.size();
    }

    double median() {
        return at(0.5);
    }

    double least() {
        return at(0);
    }

    double most() {
        return at(1);
    }

    /// @param share 0.99 for what 99 of 100 figures do not exceed
    double at(double share) {
        List<Double> sorted = values.stream().sorted().toList();
        return sorted.get((int) Math.min(sorted.size() - 1, Math.floor(share * sorted.size())));
    }

    /// This over another, round by round: what both were measured under cancels out.
    Series over(Series other) {
        Series ratio = new Series();
        for (int i = 0; i < values.size(); i++) {
            ratio.add(values.get(i) / other.values.get(i));
        }
        return ratio;
    }

    ObjectBuilder toJson() {
        return Json.object().put("median", median()).put("least", least()).put("most", most()).put("figures", size());
    }
}
