package botmaker.image;

import botmaker.docker.Images;
import botmaker.json.Json;
import botmaker.json.JsonValue;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How far the work is.
///
/// @param step    a description of the current step
/// @param detail  the engine's newest line; may be empty
/// @param current of `total`: bytes of a pull, steps of a build
/// @param total   0 while unknown
record Progress(String step, String detail, long current, long total) {
    private static final int LONGEST = 500;

    /// Names and passwords in URLs, such as those of proxies.
    private static final String CREDENTIALS = "://[^/@\\s]+@";

    Progress {
        detail = printable(detail);
    }

    /// Removes from a line of a build's output what could affect a terminal, and credentials.
    private static String printable(String line) {
        String clean = line.replaceAll("\u001b\\[[0-9;?]*[A-Za-z]", "").replaceAll("\\p{Cntrl}", " ")
                .replaceAll(CREDENTIALS, "://").strip();
        return clean.length() <= LONGEST ? clean : clean.substring(0, LONGEST) + "…";
    }

    JsonValue toJson() {
        return Json.object().put("step", step).put("detail", detail).put("current", current).put("total", total).build();
    }

    /// Adds up the layers of a pull. The engine reports each layer separately, first its download and then its
    /// extraction, so each byte counts twice.
    static final class OfPull implements Consumer<Images.Progress> {
        private record Layer(long downloaded, long extracted, long size) {
            Layer complete(boolean unpacked) {
                return new Layer(size, unpacked ? size : extracted, size);
            }
        }

        private final String step;
        private final Consumer<Progress> out;
        private final Map<String, Layer> layers = new LinkedHashMap<>();

        OfPull(String step, Consumer<Progress> out) {
            this.step = step;
            this.out = out;
        }

        @Override
        public void accept(Images.Progress engine) {
            engine.item().ifPresent(item -> {
                Layer layer = layers.getOrDefault(item, new Layer(0, 0, 0));
                layers.put(item, switch (engine.message()) {
                    case "Downloading" -> new Layer(engine.done(), 0, engine.total());
                    case "Extracting" -> new Layer(engine.total(), engine.done(), engine.total());
                    case "Download complete" -> layer.complete(false);
                    case "Pull complete" -> layer.complete(true);
                    default -> layer;
                });
            });
            long current = layers.values().stream().mapToLong(layer -> layer.downloaded() + layer.extracted()).sum();
            long total = layers.values().stream().mapToLong(layer -> 2 * layer.size()).sum();
            out.accept(new Progress(step, engine.message(), current, total));
        }
    }

    /// Counts the steps of a build: the classic builder begins each with a line such as `Step 3/20 : RUN …`.
    static final class OfBuild implements Consumer<Images.Progress> {
        private static final Pattern STEP = Pattern.compile("Step (\\d{1,6})/(\\d{1,6}) : .*", Pattern.DOTALL);

        private final String step;
        private final Consumer<Progress> out;
        private long done;
        private long total;

        OfBuild(String step, Consumer<Progress> out) {
            this.step = step;
            this.out = out;
        }

        @Override
        public void accept(Images.Progress engine) {
            String line = engine.message();
            Matcher begun = STEP.matcher(line);
            if (begun.matches()) {
                done = Long.parseLong(begun.group(1)) - 1;
                total = Long.parseLong(begun.group(2));
            }
            if (!line.isEmpty()) {
                out.accept(new Progress(step, line, done, total));
            }
        }
    }
}
