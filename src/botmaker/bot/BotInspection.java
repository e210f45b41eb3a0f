package botmaker.bot;

import botmaker.bot.host.BotFiles;
import botmaker.bot.host.BotHost.Container;
import botmaker.bot.host.BotHost.Difference;
import botmaker.bot.host.BotHost.Warning;
import botmaker.bot.host.BotHost;
import botmaker.bot.model.BotId;
import botmaker.bot.model.BotRecord;
import botmaker.bot.model.BotStore.Contents;
import botmaker.bot.model.Schema;
import botmaker.secret.SecretStore;
import botmaker.store.DatabaseReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// Inspects the bots of a data directory without changing anything, whether or not BotMaker runs there.
public final class BotInspection {
    private final Contents contents;
    private final BotHost host;
    private List<Warning> warnings = List.of();
    private boolean isolationTested;

    private BotInspection(Contents contents, BotHost host) {
        this.contents = contents;
        this.host = host;
    }

    /// Opens a data directory; empty if it has no database, or one of another version, which the next start migrates.
    ///
    /// @throws IOException if this user may not read it
    public static Optional<BotInspection> of(Path data, BotHost.Factory host, Bots.Options options) throws IOException {
        return contents(data.resolve("botmaker.db")).map(contents -> {
            SecretStore secrets = new SecretStore(data.resolve("secrets"));
            return new BotInspection(contents, host.of(contents.installation(),
                    new BotFiles(options.root(), options.kept()), secrets, options.environment(), options.stopTimeout()));
        });
    }

    private static Optional<Contents> contents(Path database) throws IOException {
        if (!Files.exists(database)) {
            return Optional.empty();
        }
        int newest = Schema.MIGRATIONS.size();
        try (DatabaseReader reader = DatabaseReader.open(database, newest)) {
            return reader.version() == newest ? reader.read(Contents::of) : Optional.empty();
        }
    }

    /// Returns the number of bots.
    public int bots() {
        return contents.rows().size();
    }

    /// Returns the bridge device of the bots' network, whether or not it exists now.
    public String bridge() {
        return host.bridge();
    }

    /// Returns what is wrong with the host, as [#drifted()] found it.
    public List<Warning> warnings() {
        return warnings;
    }

    /// Returns whether [#drifted()] found two running bots and let one try to reach the other.
    public boolean isolationTested() {
        return isolationTested;
    }

    /// Returns the bots whose containers differ from what BotMaker would create now, each as a sentence without secrets.
    ///
    /// @throws botmaker.error.Failure.EngineDown where the engine does not answer
    public List<String> drifted() {
        Map<BotId, List<Container>> all = host.all(() -> { });
        host.learn(contents.rows(), all);
        List<String> found = new ArrayList<>();
        for (BotRecord row : contents.rows()) {
            String bot = "bot %s (%s): ".formatted(row.spec().name().value(), row.id());
            List<Container> own = all.getOrDefault(row.id(), List.of());
            List<Difference> differences = host.drift(row, own);
            if (!differences.isEmpty()) {
                found.add(bot + differences.stream()
                        .map(it -> "%s should be %s, is %s".formatted(it.what(), it.expected(), it.found()))
                        .collect(Collectors.joining("; ")));
            } else if (own.isEmpty() && row.phase() == BotRecord.Phase.READY && row.desired() == BotRecord.Desired.RUNNING) {
                found.add(bot + "should run, but has no container; start it");
            }
        }
        int running = host.checkNow(all.values().stream().flatMap(List::stream).toList());
        isolationTested = running >= 2;
        warnings = host.warnings();
        return found;
    }
}
