package botmaker.bot.lifecycle;

import botmaker.bot.host.BotFiles;
import botmaker.bot.model.BotRecord.Phase;
import botmaker.bot.model.BotRecord;
import botmaker.bot.model.BotSecretStore;
import botmaker.bot.model.KeptKeys;
import botmaker.bot.model.NewBot;
import botmaker.bot.model.PriceBook;
import botmaker.bot.view.BotRegistry;
import botmaker.file.IoFailures;
import botmaker.openclaw.AiOrigin;
import botmaker.policy.BotPolicy;
import botmaker.policy.Origin;
import botmaker.policy.Policy;
import botmaker.secret.Secret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// Writes what the bots may reach and spend, for the broker: always the whole policy, as the records and the placeholders are now.
public final class PolicyWriter {
    private static final System.Logger LOG = System.getLogger(PolicyWriter.class.getName());

    private final Path file;
    private final Runnable written;
    private final ZoneId zone;
    private final KeptKeys keys;
    private final PriceBook prices;
    private final BotRegistry registry;
    private final BotSecretStore secrets;
    private final BotFiles files;
    private Optional<Policy> last = Optional.empty(); // guarded by this
    private volatile boolean needed;
    /// Whether the file does not follow the records, because it could not be written.
    private volatile boolean behind;

    /// @param file    the file that the broker reads
    /// @param written runs after the file was replaced
    /// @param zone    in which the days and months of budgets begin
    public PolicyWriter(Path file, Runnable written, ZoneId zone, KeptKeys keys, PriceBook prices, BotRegistry registry,
            BotSecretStore secrets, BotFiles files) {
        this.file = file;
        this.written = written;
        this.zone = zone;
        this.keys = keys;
        this.prices = prices;
        this.registry = registry;
        this.secrets = secrets;
        this.files = files;
    }

    /// Writes the policy durably, unless it is the one that was written last.
    public synchronized void write() {
        behind = true;
        Policy now = now();
        boolean isNew = !last.or(this::present).equals(Optional.of(now));
        if (isNew) {
            IoFailures.run("cannot write what the bots may reach", () -> now.write(file));
        }
        last = Optional.of(now);
        needed = !now.bots().isEmpty();
        behind = false;
        if (isNew) {
            written.run();
        }
    }

    /// Returns whether the last attempt to write the policy failed, so that the broker follows an older one.
    boolean isBehind() {
        return behind;
    }

    private Policy now() {
        List<BotPolicy> bots = registry.rows().stream()
                .filter(bot -> bot.spec().reach().isBrokered() && bot.phase() != Phase.DELETING).map(this::policy).toList();
        return bots.isEmpty() ? Policy.EMPTY : new Policy(bots, zone, prices.own(), keys.months());
    }

    /// Has the broker look at the directories of links again: a new one lacks the authority that a bot looks for when it starts.
    public void tell() {
        if (needed) {
            written.run();
        }
    }

    /// Returns the policy of an earlier run; empty if it cannot be read.
    private Optional<Policy> present() {
        try {
            return Optional.of(Policy.read(file));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /// Returns whether a bot needs a broker. Never waits for a policy that is being written, since that waits for the broker.
    public boolean isNeeded() {
        return needed;
    }

    private BotPolicy policy(BotRecord bot) {
        List<Origin> origins = new ArrayList<>();
        ai(bot).ifPresent(origins::add);
        List<Origin.Credential> tokens = tokens(bot);
        bot.spec().channelOrigins().stream().filter(_ -> !tokens.isEmpty()).map(it ->
                new Origin(it.link(), it.host(), it.port(), it.tls(), it.upstream(), it.service(), tokens, List.of())).forEach(origins::add);
        return new BotPolicy(bot.id().value(), bot.spec().reach(), files.link(bot.id()).toAbsolutePath(), origins, bot.spec().rules().webHosts(),
                bot.spec().rules().paused(), bot.spec().rules().budget(), bot.spec().rules().also());
    }

    /// Returns the server of a bot's AI; empty where the bot has no placeholder, so that all that it sends there is refused.
    private Optional<Origin> ai(BotRecord bot) {
        AiOrigin ai = AiOrigin.of(bot.spec().ai());
        Optional<String> key = bot.spec().aiKey();
        Supplier<Optional<Secret>> file = () -> secrets.next(bot, NewBot.AI_API_KEY);
        return (key.isEmpty() ? Optional.of(AiOrigin.NO_KEY) : placeholder(bot, file))
                .map(it -> new Origin(ai.link(), ai.host(), ai.port(), ai.tls(), ai.upstream(), ai.dialect(),
                        List.of(new Origin.Credential(key, it)), List.of(bot.spec().ai().model())));
    }

    /// Returns the credentials of a bot's channel.
    private List<Origin.Credential> tokens(BotRecord bot) {
        return bot.spec().channelFiles().stream().flatMap(file -> placeholder(bot, () -> secrets.placeholder(bot, file)).stream()
                .map(it -> new Origin.Credential(Optional.of(BotSecretStore.holder(bot.id())), file.value(), it))).toList();
    }

    /// Returns what the bot sends in the place of a key or token.
    private static Optional<String> placeholder(BotRecord bot, Supplier<Optional<Secret>> file) {
        try {
            return file.get().map(Secret::reveal);
        } catch (UncheckedIOException e) {
            LOG.log(System.Logger.Level.ERROR, "bot {0}: a placeholder cannot be read: {1}", bot.id(), e.getMessage());
            return Optional.empty();
        }
    }
}
