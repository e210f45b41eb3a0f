package botmaker.bot.lifecycle;

import botmaker.bot.host.BotFiles;
import botmaker.bot.host.BotHost;
import botmaker.bot.model.BotId;
import botmaker.bot.model.BotRecord.Desired;
import botmaker.bot.model.BotRecord.Owner;
import botmaker.bot.model.BotRecord;
import botmaker.bot.model.BotStore;
import botmaker.bot.model.NewBot;
import botmaker.bot.view.BotRegistry;
import botmaker.docker.Container;
import botmaker.docker.ContainerSpec;
import botmaker.docker.EngineException;
import botmaker.error.Failure;
import botmaker.file.IoFailures;
import botmaker.openclaw.OpenClawConfig;
import botmaker.secret.SecretStore;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// Puts together and takes apart what a bot consists of in the three stores. Whoever calls holds the bot's lock.
public final class BotAssembly {
    private final BotStore store;
    private final SecretStore secrets;
    private final BotFiles files;
    private final BotHost containers;
    private final BotRegistry fleet;
    private final CrashLoopDetector brake;

    public BotAssembly(BotStore store, SecretStore secrets, BotFiles files, BotHost containers, BotRegistry fleet, CrashLoopDetector brake) {
        this.store = store;
        this.secrets = secrets;
        this.files = files;
        this.containers = containers;
        this.fleet = fleet;
        this.brake = brake;
    }

    /// Writes a row, durably, and shows it.
    ///
    /// @return the row as it was written
    public BotRecord save(BotRecord row) {
        BotRecord written = store.update(row);
        fleet.update(written);
        return written;
    }

    /// Writes a new bot's files, makes its container and, where asked, starts it.
    public void build(BotRecord row, NewBot request) {
        Owner owner = row.owner();
        try {
            secrets.create(row.id().value(), request.secrets(), owner.uid(), owner.gid());
            fleet.secrets(row.id(), secrets.list(row.id().value()));
            files.create(row, OpenClawConfig.render(request.config(row)));
            if (request.instructions().isPresent()) {
                files.writeInstructions(row, request.instructions().get());
            }
        } catch (IOException e) {
            throw IoFailures.translate(e, "cannot write the bot's files");
        }
        create(row);
        if (request.start()) {
            asking("start the bot", () -> containers.start(container(row.id())));
        }
    }

    /// Makes a bot's container around its files.
    public Container make(BotRecord row) {
        create(row);
        return container(row.id());
    }

    private void create(BotRecord row) {
        asking("create the bot's container", () -> containers.create(row.id(), containers.spec(row)));
    }

    /// Starts a container of a bot, or a new one where the engine has lost what it needs.
    public void start(BotRecord row, Container container) {
        asking("start the bot", () -> {
            try {
                containers.start(container);
            } catch (EngineException e) {
                if (!e.notFound()) {
                    throw e;
                }
                // It went meanwhile, or its network did: `docker network prune` takes that while all bots are stopped, and
                // it never comes back under its id. All that is worth keeping is in the mounts.
                containers.remove(container);
                containers.start(make(row));
            }
        });
    }

    /// Makes a bot's container anew around its files, from the same image unless the row says otherwise; it runs
    /// afterwards where the bot should. Nothing is removed before it is known what to make instead.
    public void remake(BotRecord row) {
        BotId id = row.id();
        List<Container> old = containers.ofBot(id);
        BotRecord pinned = row.rollout().imageId().isEmpty() && !old.isEmpty()
                ? row.with(row.rollout().pinned(Optional.of(old.getFirst().imageId()))) : row;
        save(pinned);
        ContainerSpec[] spec = new ContainerSpec[1];
        asking("create the bot's container", () -> spec[0] = containers.spec(pinned));
        old.forEach(container -> asking("replace the bot's container", () -> {
            containers.stop(container);
            containers.remove(container);
            brake.forget(container.id());
        }));
        asking("create the bot's container", () -> containers.create(id, spec[0]));
        if (row.desired() == Desired.RUNNING && row.quarantine().isEmpty()) {
            asking("start the bot", () -> containers.start(container(id)));
        }
    }

    /// Removes what lies beside a bot's state and is needed no more.
    public void tidy(BotId id) {
        try {
            files.tidy(id);
        } catch (IOException e) {
            throw IoFailures.translate(e, "cannot tidy the bot's files");
        }
    }

    /// Removes all of a bot, also containers that somebody made with its labels; each step is harmless when repeated, and
    /// the row goes last.
    public void erase(BotRecord row) {
        BotId id = row.id();
        containers.ofBot(id).forEach(container -> {
            if (row.keepState()) {
                containers.stop(container);
            }
            containers.remove(container);
            brake.forget(container.id());
        });
        try {
            secrets.delete(id.value());
            if (row.keepState()) {
                files.keepState(id);
            }
            files.delete(id);
        } catch (IOException e) {
            throw IoFailures.translate(e, "cannot remove the bot's files");
        }
        store.remove(id);
        fleet.remove(id);
    }

    private Container container(BotId id) {
        return containers.find(id).orElseThrow(() -> new Failure.Conflict("The bot's container was removed meanwhile."));
    }

    /// Asks the engine for something, and turns its refusal into words that may be shown.
    public static void asking(String what, Runnable call) {
        try {
            call.run();
        } catch (EngineException e) {
            throw BotHost.refused(what, e);
        }
    }
}
