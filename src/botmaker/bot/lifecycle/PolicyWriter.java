package botmaker.bot.lifecycle;

import botmaker.bot.host.BotFiles;
import botmaker.bot.model.BotRecord.Phase;
import botmaker.bot.model.BotRecord;
import botmaker.bot.model.NewBot;
import botmaker.bot.view.BotRegistry;
import botmaker.file.IoFailures;
import botmaker.openclaw.AiOrigin;
import botmaker.policy.BotPolicy;
import botmaker.policy.Origin;
import botmaker.policy.Policy;
import botmaker.secret.Secret;
import botmaker.secret.SecretStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Writes what the bots may reach, for the broker: always the whole policy, as the records and the placeholders are now.
public final class PolicyWriter {
    private static final System.Logger LOG = System.getLogger(PolicyWriter.class.getName());

    private final Path file;
    private final Runnable written;
    private final BotRegistry registry;
    private final SecretStore secrets;
    private final BotFiles files;
    private Optional<Policy> last = Optional.empty(); // guarded by this

    /// @param file    the file that the broker reads
    /// @param written runs after the file was replaced
    public PolicyWriter(Path file, Runnable written, BotRegistry registry, SecretStore secrets, BotFiles files) {
        this.file = file;
        this.written = written;
        this.registry = registry;
        this.secrets = secrets;
        this.files = files;
    }

    /// Writes the policy durably, unless it is the one that was written last.
    public synchronized void write() {
        Policy now = new Policy(registry.rows().stream()
                .filter(bot -> bot.spec().reach().isBrokered() && bot.phase() != Phase.DELETING).map(this::policy).toList(),
                ZoneOffset.UTC, List.of(), Map.of());
        if (!last.or(this::present).equals(Optional.of(now))) {
            IoFailures.run("cannot write what the bots may reach", () -> now.write(file));
            written.run();
        }
        last = Optional.of(now);
    }

    /// Returns the policy of an earlier run; empty if it cannot be read.
    private Optional<Policy> present() {
        try {
            return Optional.of(Policy.read(file));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /// Returns whether a bot needs a broker.
    public synchronized boolean isNeeded() {
        return last.filter(policy -> !policy.bots().isEmpty()).isPresent();
    }

    private BotPolicy policy(BotRecord bot) {
        AiOrigin ai = AiOrigin.of(bot.spec().ai());
        Optional<String> key = bot.spec().aiKey();
        Optional<Origin.Credential> credential = (key.isEmpty() ? Optional.of(AiOrigin.NO_KEY) : placeholder(bot))
                .map(it -> new Origin.Credential(key, it));
        Origin origin = new Origin(ai.link(), ai.host(), ai.port(), ai.tls(), ai.upstream(), ai.dialect(), credential,
                List.of(bot.spec().ai().model()));
        return new BotPolicy(bot.id().value(), bot.spec().reach(), files.link(bot.id()).toAbsolutePath(),
                credential.isPresent() ? List.of(origin) : List.of(), bot.spec().rules().webHosts(), bot.spec().rules().paused(), bot.spec().rules().budget());
    }

    /// Returns what the bot sends in the place of its key. Without it, all that the bot sends is refused.
    private Optional<String> placeholder(BotRecord bot) {
        try {
            return secrets.read(bot.id().value(), NewBot.AI_API_KEY).map(Secret::reveal);
        } catch (UncheckedIOException e) {
            LOG.log(System.Logger.Level.ERROR, "bot {0}: its placeholder cannot be read: {1}", bot.id(), e.getMessage());
            return Optional.empty();
        }
    }
}
