package botmaker.bot.host;

import botmaker.bot.model.BotId;
import botmaker.bot.model.BotRecord;
import botmaker.docker.Conformity;
import botmaker.docker.Container;
import botmaker.docker.Difference;
import botmaker.docker.EngineInfo;
import botmaker.docker.ImageInfo;
import botmaker.docker.Network;
import botmaker.json.JsonTypeException;
import botmaker.secret.SecretStore;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/// Judges whether bots' containers are what BotMaker would make now: not where somebody changed or remade one by hand, or
/// where a setting that goes into every container (time zone, proxy) has another value since.
///
/// Every look inspects every container anyway, so judging costs the engine next to nothing: once a look `GET /info`, the
/// list of our networks, and each image that has not been seen before. The rest is comparing in memory.
public final class DriftDetector {
    private static final System.Logger LOG = System.getLogger(DriftDetector.class.getName());
    private static final int LONGEST = 300;

    /// What containers are compared with, besides their rows.
    private record Standard(EngineInfo engine, Network network, Map<String, ImageInfo> images) { }

    private final BotHost containers;
    private final SecretStore secrets;
    private volatile Optional<Standard> standard = Optional.empty();

    public DriftDetector(BotHost containers, SecretStore secrets) {
        this.containers = containers;
        this.secrets = secrets;
    }

    /// Learns what is needed to judge these bots; until then none has drifted.
    ///
    /// @throws botmaker.error.Failure.EngineDown where the engine does not answer
    public void learn(Collection<BotRecord> rows, Collection<Container> there) {
        Map<String, ImageInfo> known = standard.map(Standard::images).orElse(Map.of());
        Map<String, ImageInfo> images = new HashMap<>();
        for (BotRecord row : rows) {
            row.rollout().imageId().ifPresent(id -> learn(id, known, images));
        }
        there.forEach(container -> learn(container.imageId(), known, images));
        standard = containers.madeNetwork().map(network -> new Standard(containers.engineInfo(), network, Map.copyOf(images)));
    }

    private void learn(String id, Map<String, ImageInfo> known, Map<String, ImageInfo> images) {
        if (!images.containsKey(id)) {
            Optional.ofNullable(known.get(id)).or(() -> containers.imageInfo(id)).ifPresent(image -> images.put(id, image));
        }
    }

    /// What is otherwise with a bot's containers, of which there should be one; nothing where there is none.
    ///
    /// @param there the bot's own first
    public List<Difference> of(BotRecord row, List<Container> there) {
        if (standard.isEmpty() || there.isEmpty() || row.phase() != BotRecord.Phase.READY) {
            return List.of();
        }
        try {
            return compare(standard.get(), row, there);
        } catch (JsonTypeException e) {
            LOG.log(System.Logger.Level.WARNING, "bot " + row.id() + ": the engine tells of its container in a way of its own", e);
            return List.of(new Difference("Container", "what can be compared", "an answer that cannot"));
        }
    }

    private List<Difference> compare(Standard now, BotRecord row, List<Container> there) {
        Container own = there.getFirst();
        Optional<ImageInfo> image = Optional.ofNullable(now.images().get(row.rollout().imageId().orElse(own.imageId())));
        List<Difference> found = new ArrayList<>(Conformity.check(containers.spec(row, row.image(), now.network().id()),
                now.network().name(), image, now.engine(), own));
        if (there.size() > 1) {
            found.addFirst(new Difference("Containers", own.name(),
                    there.stream().map(Container::name).collect(Collectors.joining(", "))));
        }
        return found.isEmpty() ? List.of() : redacted(row.id(), found);
    }

    /// Somebody who remade a container by hand may have put a secret into its command.
    private List<Difference> redacted(BotId id, List<Difference> differences) {
        UnaryOperator<String> redaction = secrets.redactor(id.value());
        return differences.stream()
                .map(it -> new Difference(told(redaction, it.what()), told(redaction, it.expected()), told(redaction, it.found())))
                .toList();
    }

    private static String told(UnaryOperator<String> redaction, String text) {
        String clean;
        try {
            clean = redaction.apply(text);
        } catch (RuntimeException e) {
            return "(not shown while the bot's secrets cannot be read)";
        }
        return clean.length() <= LONGEST ? clean : clean.substring(0, LONGEST) + "…";
    }
}
