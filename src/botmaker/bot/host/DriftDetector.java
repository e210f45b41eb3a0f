package botmaker.bot.host;

import botmaker.bot.host.BotHost.Container;
import botmaker.bot.host.BotHost.Difference;
import botmaker.bot.model.BotId;
import botmaker.bot.model.BotRecord;
import botmaker.docker.ContainerSpec;
import botmaker.docker.Engine;
import botmaker.docker.EngineInfo;
import botmaker.docker.Images.Image;
import botmaker.docker.Networks.Network;
import botmaker.error.Failure;
import botmaker.json.JsonException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Detects drift: bots' containers that are not what BotMaker would make now, because somebody changed or remade one by
/// hand, or because a setting that goes into every container (time zone, proxy) has changed.
///
/// Costs the engine next to nothing, since every look inspects every container anyway: per look `GET /info` and
/// a lookup of each image, and a short-lived container now and then where the engine's configuration adds
/// something to every container.
final class DriftDetector {
    private static final System.Logger LOG = System.getLogger(DriftDetector.class.getName());
    private static final int LONGEST = 300;
    private static final Duration BETWEEN_SPECIMENS = Duration.ofMinutes(5);

    /// What containers are compared with, in addition to their records.
    ///
    /// @param images by id; empty for one that the engine no longer has
    private record Standard(EngineInfo engine, Map<String, Optional<Image>> images) { }

    private final Engine engine;
    private final BotContainerSpec blueprint;
    private final BotNetwork bots;
    private volatile Optional<Standard> standard = Optional.empty();
    private volatile Set<Difference> additions = Set.of();
    private long specimenAt = System.nanoTime() - BETWEEN_SPECIMENS.toNanos(); // of one look at a time

    DriftDetector(Engine engine, BotContainerSpec blueprint, BotNetwork bots) {
        this.engine = engine;
        this.blueprint = blueprint;
        this.bots = bots;
    }

    /// Learns what is needed to judge these bots; until then none has drifted.
    ///
    /// @param there each bot's containers, its own first
    /// @param info  describes the engine
    /// @throws botmaker.error.Failure.EngineDown where the engine does not answer
    void learn(Collection<BotRecord> rows, Map<BotId, List<Container>> there, Supplier<EngineInfo> info) {
        bots.observe();
        if (bots.known().isEmpty() && rows.stream().allMatch(row -> row.spec().reach().hasNetwork())) {
            return; // no bot has been created here
        }
        Map<String, Optional<Image>> images = Stream.concat(rows.stream().flatMap(row -> row.rollout().imageId().stream()),
                        there.values().stream().flatMap(List::stream).map(Container::imageId))
                .distinct().collect(Collectors.toUnmodifiableMap(id -> id, this::image));
        Standard now = new Standard(info.get(), images);
        standard = Optional.of(now);
        learnAdditions(now, rows, there);
    }

    /// Finds out what this engine's configuration adds to every container (log options, shared memory, ulimits), where a
    /// container has something that nobody specified: creates another one by the same specification and looks at it.
    private void learnAdditions(Standard now, Collection<BotRecord> rows, Map<BotId, List<Container>> there) {
        if (System.nanoTime() - specimenAt < BETWEEN_SPECIMENS.toNanos()) {
            return;
        }
        for (BotRecord row : rows) {
            List<Container> own = there.getOrDefault(row.id(), List.of());
            if (!isNetworkKnown(row) || own.isEmpty() || row.phase() != BotRecord.Phase.READY
                    || unspecified(raw(now, row, own.getFirst())).isEmpty()) {
                continue;
            }
            Optional<Image> image = image(now, row, own.getFirst());
            if (image.isEmpty()) {
                continue;
            }
            specimenAt = System.nanoTime();
            ContainerSpec spec = blueprint.spec(row, image.get().id(), this::network).labelled(blueprint.labels());
            try {
                Container specimen = specimen(row.id(), spec);
                additions = unspecified(SpecDiff.check(spec, blueprint.networkName(), image, now.engine(), specimen));
            } catch (Failure.EngineDown e) {
                throw e;
            } catch (Failure e) {
                LOG.log(System.Logger.Level.WARNING, "what the Docker Engine adds to every container is not known: {0}", e.getMessage());
            }
            return;
        }
        additions = Set.of();
    }

    /// Creates a container by a specification, never starts it, and removes it.
    ///
    /// @return the container as the engine made it, with the engine's own additions
    private Container specimen(BotId id, ContainerSpec spec) {
        String name = "botmaker-specimen-" + id;
        return Refusal.asking("create a container for comparison", () -> {
            engine.remove(name, true); // of a process that was killed meanwhile
            String made = engine.create(name, spec);
            try {
                return blueprint.container(engine.inspect(made));
            } finally {
                engine.remove(made, true);
            }
        });
    }

    private static Set<Difference> unspecified(List<Difference> differences) {
        return differences.stream().filter(it -> it.expected().equals(SpecDiff.NOTHING)).collect(Collectors.toUnmodifiableSet());
    }

    /// Returns what the engine's configuration adds to every container.
    Set<Difference> additions() {
        return additions;
    }

    /// Returns the engine as it last described itself.
    Optional<EngineInfo> engine() {
        return standard.map(Standard::engine);
    }

    /// Returns how a bot's containers differ from the one that there should be; nothing where there is none, and as long as
    /// too little is known to tell.
    ///
    /// @param there the bot's own first
    List<Difference> of(BotRecord row, List<Container> there) {
        if (standard.isEmpty() || !isNetworkKnown(row) || there.isEmpty() || row.phase() != BotRecord.Phase.READY
                || !standard.get().images().containsKey(imageId(row, there.getFirst()))) {
            return List.of();
        }
        try {
            return compare(standard.get(), row, there.stream()
                    .filter(it -> there.size() == 1 || !it.isReplacement()).toList());
        } catch (JsonException e) {
            LOG.log(System.Logger.Level.WARNING, "bot " + row.id() + ": the engine's description of its container cannot be parsed", e);
            return List.of(new Difference("Container", "a description that can be compared", "one that cannot be parsed", false));
        }
    }

    private List<Difference> compare(Standard now, BotRecord row, List<Container> there) {
        Container own = there.getFirst();
        List<Difference> found = new ArrayList<>(raw(now, row, own));
        found.removeAll(additions);
        if (image(now, row, own).isEmpty()) {
            found.addFirst(new Difference("Image", imageId(row, own),
                    "its image is gone. The bot runs on; upgrade it to the new image", false));
        }
        if (there.size() > 1) {
            found.addFirst(new Difference("Containers", own.name(),
                    there.stream().map(Container::name).collect(Collectors.joining(", ")), true));
        }
        return found.isEmpty() ? List.of() : redacted(row.id(), found);
    }

    private List<Difference> raw(Standard now, BotRecord row, Container own) {
        return SpecDiff.check(blueprint.spec(row, row.image(), this::network), blueprint.networkName(), image(now, row, own),
                now.engine(), own);
    }

    /// Returns whether the network that a bot should be in is known, or the bot should be in none.
    private boolean isNetworkKnown(BotRecord row) {
        return !row.spec().reach().hasNetwork() || bots.known().isPresent();
    }

    /// Returns the id of the bots' network; one that no container can have if it has just gone.
    private String network() {
        return bots.known().map(Network::id).orElse("");
    }

    private Optional<Image> image(String id) {
        return Refusal.lookup(() -> engine.images().find(id));
    }

    private static String imageId(BotRecord row, Container own) {
        return row.rollout().imageId().orElse(own.imageId());
    }

    private static Optional<Image> image(Standard now, BotRecord row, Container own) {
        return now.images().getOrDefault(imageId(row, own), Optional.empty());
    }

    /// Somebody who remade a container by hand may have put a secret into its command.
    private List<Difference> redacted(BotId id, List<Difference> differences) {
        UnaryOperator<String> redaction = blueprint.secrets().redactor(id.value());
        return differences.stream()
                .map(it -> new Difference(shown(redaction, it.what()), shown(redaction, it.expected()), shown(redaction, it.found()),
                        it.repairable()))
                .toList();
    }

    private static String shown(UnaryOperator<String> redaction, String text) {
        String clean;
        try {
            clean = redaction.apply(text);
        } catch (RuntimeException e) {
            return "(not shown while the bot's secrets cannot be read)";
        }
        return clean.length() <= LONGEST ? clean : clean.substring(0, LONGEST) + "…";
    }
}
