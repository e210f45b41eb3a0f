package botmaker.bot.reconcile;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import botmaker.bot.host.BotFiles;
import botmaker.bot.host.BotHost;
import botmaker.bot.model.BotId;
import botmaker.bot.reconcile.Orphans.Orphan.Kind;
import botmaker.bot.reconcile.Orphans.Orphan;
import botmaker.bot.view.BotRegistry;
import botmaker.error.Failure;
import botmaker.file.IoFailures;
import botmaker.file.TreeDeletion;
import botmaker.http.Response;
import botmaker.http.Route;
import botmaker.json.Json;
import botmaker.json.JsonValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// Finds what belongs to this installation but to none of its bots, and removes it on request.
///
/// The last result is kept for the system page. A removal looks again and leaves alone what is no longer an orphan.
public final class Orphans {
    private static final System.Logger LOG = System.getLogger(Orphans.class.getName());

    private final BotRegistry registry;
    private final BotHost host;
    private final List<OrphanFiles> directories;
    private final Object removal = new Object();
    private volatile List<Orphan> found = List.of();

    /// @param files   the bots' own directories
    /// @param secrets holds a directory of secrets for each bot
    public Orphans(BotRegistry registry, BotHost host, BotFiles files, Path secrets) {
        this.registry = registry;
        this.host = host;
        this.directories = List.of(new OrphanFiles(Kind.SECRETS, secrets), new OrphanFiles(Kind.STATE, files.root()),
                new OrphanFiles(Kind.KEPT, files.kept()));
    }

    /// Returns `DELETE /api/system/orphans/{kind}/{id}`; the list itself is part of `GET /api/system`.
    public List<Route> routes() {
        return List.of(Route.delete("/api/system/orphans/{kind}/{id}", rq -> {
            Kind kind = Arrays.stream(Kind.values()).filter(it -> it.toString().equals(rq.parameter("kind"))).findFirst()
                    .orElseThrow(() -> new Failure.NotFound("There is no such kind of orphan."));
            remove(kind, rq.parameter("id"));
            return Response.noContent();
        }));
    }

    /// Returns what the last look found.
    public List<Orphan> found() {
        return found;
    }

    /// Looks for orphans and logs new ones.
    ///
    /// @throws Failure.EngineDown if the engine does not answer; the last result is kept
    public synchronized void look() {
        List<Orphan> now = find();
        now.stream().filter(orphan -> orphan.kind() != Kind.KEPT && among(found, orphan.kind(), orphan.id()).isEmpty())
                .forEach(orphan -> LOG.log(System.Logger.Level.WARNING, "{0} {1}: {2}",
                        orphan.kind(), orphan.name(), orphan.what()));
        found = now;
    }

    /// Removes one orphan.
    ///
    /// @throws Failure.NotFound if there is no such orphan now
    /// @throws Failure.Conflict if something still uses it
    public void remove(Kind kind, String id) {
        synchronized (removal) { // not `this`: stopping a container takes time, and looking goes on
            look();
            Orphan orphan = among(found, kind, id).orElseThrow(() -> new Failure.NotFound(
                    "There is no such orphan: it was already removed, or belongs to a bot again."));
            LOG.log(System.Logger.Level.INFO, "removing the orphan {0} {1}", kind, orphan.name());
            switch (kind) {
                case CONTAINER -> host.inspect(id).ifPresent(container -> {
                    host.stop(container);
                    host.remove(id);
                });
                case NETWORK -> host.removeNetwork(id);
                case SECRETS, STATE, KEPT -> removeFiles(kind, new BotId(id));
            }
            look();
        }
    }

    private boolean known(BotId id) {
        return registry.row(id).isPresent();
    }

    private static Optional<Orphan> among(List<Orphan> orphans, Kind kind, String id) {
        return orphans.stream().filter(it -> it.kind() == kind && it.id().equals(id)).findFirst();
    }

    private void removeFiles(Kind kind, BotId id) {
        if (kind != Kind.KEPT && host.strays(this::known).stream().anyMatch(container -> container.bot().equals(Optional.of(id)))) {
            throw new Failure.Conflict("A container of that bot still uses it. Remove the container first.");
        }
        directories.stream().filter(it -> it.kind() == kind).forEach(it -> it.remove(id));
    }

    private List<Orphan> find() {
        return Stream.of(
                host.strays(this::known).stream().map(it -> Orphan.of(Kind.CONTAINER, it.id(), it.name(),
                        it.state().name().toLowerCase(Locale.ROOT), it.bot().map(id -> "bot " + id + ", which does not exist").orElse("no bot"))),
                directories.stream().flatMap(directory -> directory.find(this::known).stream()),
                host.strayNetworks(!registry.rows().isEmpty()).stream().map(it -> Orphan.of(Kind.NETWORK, it.id(), it.name(),
                        it.subnets().isEmpty() ? "" : " (" + it.subnets() + ")")))
                .flatMap(it -> it).sorted(Comparator.comparing(Orphan::kind).thenComparing(Orphan::id)).toList();
    }

    /// Something of this installation that belongs to no bot: left by a crash, a restored backup or a manual change.
    ///
    /// @param id   names it among those of its kind
    /// @param name for people
    /// @param what what it is, in a sentence
    public record Orphan(Kind kind, String id, String name, String what) {
        static Orphan of(Kind kind, String id, String name, Object... details) {
            return new Orphan(kind, id, name, kind.what.formatted(details));
        }

        /// What it is: something in the engine, or in a part of the data directory.
        public enum Kind {
            CONTAINER("A container (%s) of this installation that belongs to %s.",
                    "Stops and removes the container with everything written inside it. Mounted directories of the host are kept."),
            SECRETS("Secrets of a bot that does not exist.", "Deletes the secrets. Nobody needs them without the bot."),
            STATE("The configuration and state of a bot that does not exist.",
                    "Deletes the directory with everything that the bot has learned and stored. This cannot be undone."),
            KEPT("The state of a deleted bot, kept as its operator asked.", "Deletes the kept state. This cannot be undone."),
            NETWORK("A network of this installation without a bot%s.", "Removes the network. The next bot gets a new one.");

            private final String what;
            private final String wouldDo;

            Kind(String what, String wouldDo) {
                this.what = what;
                this.wouldDo = wouldDo;
            }

            @Override
            public String toString() {
                return name().toLowerCase(Locale.ROOT);
            }
        }

        /// As the system page shows it.
        public JsonValue toJson() {
            return Json.object().put("kind", kind.toString()).put("id", id).put("name", name)
                    .put("what", what).put("wouldDo", kind.wouldDo).build();
        }
    }

    /// A directory with a subdirectory for each bot.
    ///
    /// Only a directory whose name is a bot's id is ours, and no link. Its content may be hostile: it is never read, and the removal
    /// follows no link.
    ///
    /// @param root the directory of all; it may be missing
    record OrphanFiles(Kind kind, Path root) {

        /// Returns the subdirectories whose bot is gone. A bot's files are created after its record and deleted before it, and no id is
        /// used twice: so a directory without a record belongs to nobody.
        List<Orphan> find(Predicate<BotId> known) {
            try (Stream<Path> entries = Files.list(root)) {
                return entries.flatMap(entry -> BotId.of(entry.getFileName().toString())
                        .filter(id -> !known.test(id) && Files.isDirectory(entry, NOFOLLOW_LINKS)).stream())
                        .map(id -> Orphan.of(kind, id.value(), id.value())).toList();
            } catch (NoSuchFileException none) {
                return List.of();
            } catch (IOException e) {
                throw IoFailures.translate(e, "cannot look for files of deleted bots");
            }
        }

        void remove(BotId id) {
            IoFailures.run("cannot remove the files of a deleted bot", () -> TreeDeletion.delete(root.resolve(id.value())));
        }
    }
}
