package botmaker.image;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/// Adds up the layers of a fetch: the engine tells of each on its own, first that it is downloaded and then that it is
/// unpacked. So the bytes of a layer count twice, half of the way each.
final class PullMeter implements Consumer<botmaker.docker.Images.Progress> {
    private static final String DOWNLOADING = "Downloading";
    private static final String EXTRACTING = "Extracting";

    private record Layer(long downloaded, long extracted, long size) {
        Layer complete(boolean unpacked) {
            return new Layer(size, unpacked ? size : extracted, size);
        }
    }

    private final String step;
    private final Consumer<Progress> out;
    private final Map<String, Layer> layers = new LinkedHashMap<>();

    PullMeter(String step, Consumer<Progress> out) {
        this.step = step;
        this.out = out;
    }

    @Override
    public void accept(botmaker.docker.Images.Progress engine) {
        engine.item().ifPresent(item -> layers.merge(item, new Layer(0, 0, 0), (known, _) -> known));
        engine.item().ifPresent(item -> layers.computeIfPresent(item, (_, layer) -> switch (engine.message()) {
            case DOWNLOADING -> new Layer(engine.done(), 0, engine.total());
            case EXTRACTING -> new Layer(engine.total(), engine.done(), engine.total());
            case "Download complete" -> layer.complete(false);
            case "Pull complete" -> layer.complete(true);
            default -> layer;
        }));
        long current = layers.values().stream().mapToLong(layer -> layer.downloaded() + layer.extracted()).sum();
        long total = layers.values().stream().mapToLong(layer -> 2 * layer.size()).sum();
        out.accept(new Progress(step, engine.message(), current, total));
    }
}
