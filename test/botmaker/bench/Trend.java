package botmaker.bench;

import botmaker.json.Json;
import botmaker.json.JsonValue.JsonObject;
import java.util.List;

/// Whether a figure grows with time: a straight line through samples by least squares.
///
/// Nothing keeps perfectly still. So a figure counts as flat where the line rises, over all the time that was looked at, by no
/// more than twice the standard deviation of the samples from it, or by what such a figure may do anyway.
///
/// @param what   the figure's name and unit
/// @param mean   of all samples
/// @param least  of all samples
/// @param most   of all samples
/// @param growth by how much the line rises from the first sample to the last
/// @param noise  standard deviation from the line
/// @param leeway a growth that says nothing
public record Trend(String what, double mean, double least, double most, double growth, double noise, double leeway) {
    /// A figure at a time.
    ///
    /// @param seconds since any beginning
    public record Sample(double seconds, double value) { }

    /// @param samples two at least, at different times, the first one first
    public static Trend of(String what, double leeway, List<Sample> samples) {
        double meanTime = samples.stream().mapToDouble(Sample::seconds).average().orElseThrow();
        double mean = samples.stream().mapToDouble(Sample::value).average().orElseThrow();
        double spread = 0;
        double together = 0;
        for (Sample sample : samples) {
            spread += square(sample.seconds - meanTime);
            together += (sample.seconds - meanTime) * (sample.value - mean);
        }
        double slope = together / spread;
        double squares = samples.stream()
                .mapToDouble(it -> square(it.value - mean - slope * (it.seconds - meanTime))).average().orElseThrow();
        return new Trend(what, mean,
                samples.stream().mapToDouble(Sample::value).min().orElseThrow(),
                samples.stream().mapToDouble(Sample::value).max().orElseThrow(),
                slope * (samples.getLast().seconds - samples.getFirst().seconds), Math.sqrt(squares), leeway);
    }

    private static double square(double x) {
        return x * x;
    }

    public boolean isFlat() {
        return growth <= Math.max(2 * noise, leeway);
    }

    public JsonObject toJson() {
        return Json.object().put("what", what).put("mean", rounded(mean)).put("least", rounded(least)).put("most", rounded(most))
                .put("growth", rounded(growth)).put("noise", rounded(noise)).put("flat", isFlat()).build();
    }

    private static String rounded(double value) {
        return "%.2f".formatted(value);
    }

    @Override
    public String toString() {
        return "%-14s %9.1f %9.1f %9.1f %+9.2f %9.2f  %s".formatted(what, mean, least, most, growth, noise, isFlat() ? "flat" : "GROWS");
    }
}
