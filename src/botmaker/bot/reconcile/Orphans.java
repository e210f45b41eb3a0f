package botmaker.bot.reconcile;

import botmaker.bot.host.BotFiles;
import botmaker.bot.host.BotHost.Container;
import botmaker.bot.host.BotHost;
import botmaker.bot.model.BotId;
import botmaker.bot.reconcile.Orphan.Kind;
import botmaker.bot.view.BotRegistry;
import botmaker.error.Failure;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Finds what belongs to this installation and to none of its bots, and removes it when its operator says so.
///
/// What was found is kept from one look to the next, for the page that shows it. A removal looks again: what is no orphan
/// any more at that moment stays.
public final class Orphans {
    private static final System.Logger LOG = System.getLogger(Orphans.class.getName());

    private final BotRegistry fleet;
    private final BotHost containers;
    private final List<OrphanFiles> directories;
    private final Object removal = new Object();
    private volatile List<Orphan> found = List.of();

    /// @param files   the bots' own directories
    /// @param secrets holds a directory of secrets for each bot
    public Orphans(BotRegistry fleet, BotHost containers, BotFiles files, Path secrets) {
        this.fleet = fleet;
        this.containers = containers;
        this.directories = List.of(
                new OrphanFiles(Kind.SECRETS, secrets,
                        "Credentials of a bot that does not exist.",
                        "Deletes the credentials. Without the bot they are of use to nobody."),
                new OrphanFiles(Kind.STATE, files.root(),
                        "The configuration and state of a bot that does not exist.",
                        "Deletes the directory with all that the bot had learned and stored. It cannot be undone."),
                new OrphanFiles(Kind.KEPT, files.kept(),
                        "The state of a deleted bot, kept as its operator asked.",
                        "Deletes the kept state. It cannot be undone."));
    }

    /// What the last look found.
    public List<Orphan> found() {
        return found;
    }

    /// Looks at everything; what is new is logged.
    ///
    /// @throws Failure.EngineDown where the engine does not answer; what was known is known still
    public synchronized void look() {
        List<Orphan> now = find();
        now.stream().filter(orphan -> orphan.kind() != Kind.KEPT && among(found, orphan.kind(), orphan.id()).isEmpty())
                .forEach(orphan -> LOG.log(System.Logger.Level.WARNING, "{0} {1}: {2}",
                        orphan.kind(), orphan.name(), orphan.what()));
        found = now;
    }

    /// Removes an orphan, and with it nothing else.
    ///
    /// @throws Failure.NotFound    where there is no such orphan now
    /// @throws Failure.Conflict    where something still uses it, which has to go first
    public void remove(Kind kind, String id) {
        synchronized (removal) { // not `this`: to stop a container takes its time, and looks go on
            look();
            Orphan orphan = among(found, kind, id).orElseThrow(() -> new Failure.NotFound(
                    "There is no such orphan now: it has been removed already, or has an owner again."));
            LOG.log(System.Logger.Level.INFO, "removing the orphan {0} {1}", kind, orphan.name());
            switch (kind) {
                case CONTAINER -> containers.inspect(id).ifPresent(container -> {
                    containers.stop(container);
                    containers.remove(id);
                });
                case NETWORK -> containers.removeNetwork(id);
                case SECRETS, STATE, KEPT -> removeFiles(kind, new BotId(id));
            }
            look();
        }
    }

    private boolean known(BotId id) {
        return fleet.row(id).isPresent();
    }

    private static Optional<Orphan> among(List<Orphan> orphans, Kind kind, String id) {
        return orphans.stream().filter(it -> it.kind() == kind && it.id().equals(id)).findFirst();
    }

    private void removeFiles(Kind kind, BotId id) {
        boolean mounted = kind != Kind.KEPT && containers.strays(this::known).stream()
                .anyMatch(container -> container.bot().equals(Optional.of(id)));
        if (mounted) {
            throw new Failure.Conflict("A container of that bot is still there and uses it. Remove the container first.");
        }
        directories.stream().filter(it -> it.kind() == kind).findFirst().orElseThrow().remove(id);
    }

    private List<Orphan> find() {
        List<Orphan> all = new ArrayList<>();
        containers.strays(this::known).forEach(container -> all.add(orphan(container)));
        directories.forEach(directory -> all.addAll(directory.find(this::known)));
        containers.strayNetworks(!fleet.rows().isEmpty()).forEach(network -> all.add(orphan(network)));
        return all.stream().sorted(Comparator.comparing(Orphan::kind).thenComparing(Orphan::id)).toList();
    }

    private Orphan orphan(Container container) {
        String bot = container.bot().map(id -> "bot " + id).orElse("no bot");
        return new Orphan(Kind.CONTAINER, container.id(), container.name(),
                "A container (%s) with the labels of this installation that names %s, which is not there.".formatted(
                        container.state().name().toLowerCase(Locale.ROOT), bot),
                "Stops and removes the container with everything written inside it. Directories of the host that are mounted "
                        + "into it stay.");
    }

    private static Orphan orphan(BotHost.Network network) {
        return new Orphan(Kind.NETWORK, network.id(), network.name(),
                "A network of this installation without any bot" + (network.subnets().isEmpty() ? "." : " (" + network.subnets() + ")."),
                "Removes the network. The next bot gets a new one.");
    }
}
