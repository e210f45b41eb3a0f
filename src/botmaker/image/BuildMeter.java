package botmaker.image;

import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads from a build's output how far it is: the classic builder begins each step with `Step 3/20 : RUN …`.
final class BuildMeter implements Consumer<botmaker.docker.Images.Progress> {
    private static final Pattern STEP = Pattern.compile("Step (\\d{1,6})/(\\d{1,6}) : .*", Pattern.DOTALL);

    private final String step;
    private final Consumer<Progress> out;
    private long current;
    private long total;

    BuildMeter(String step, Consumer<Progress> out) {
        this.step = step;
        this.out = out;
    }

    @Override
    public void accept(botmaker.docker.Images.Progress engine) {
        String line = engine.message();
        Matcher begun = STEP.matcher(line);
        if (begun.matches()) {
            current = Long.parseLong(begun.group(1)) - 1; // steps that are done
            total = Long.parseLong(begun.group(2));
        }
        if (!line.isEmpty()) {
            out.accept(new Progress(step, line, current, total));
        }
    }
}
