package botmaker.bot;

import botmaker.bot.host.BotFiles;
import botmaker.bot.host.BotHost.Container;
import botmaker.bot.host.BotHost;
import botmaker.bot.host.Difference;
import botmaker.bot.host.Warning;
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

/// A look at a data directory's bots by somebody who changes nothing, whether or not BotMaker runs there.
public final class BotInspection {
    private final Contents contents;
    private final BotHost containers;
    private List<Warning> warnings = List.of();
    private boolean isolationTested;

    private BotInspection(Contents contents, BotHost containers) {
        this.contents = contents;
        this.containers = containers;
    }

    /// Empty where there is no database, or one of another version, which is carried forward at the next start.
    ///
    /// @throws IOException when this user may not read it
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

    /// How many bots there are.
    public int bots() {
        return contents.rows().size();
    }

    /// The bridge device of the bots' network, whether or not it is there now.
    public String bridge() {
        return containers.bridge();
    }

    /// Returns what is wrong with the host, as [#drifted()] found it.
    public List<Warning> warnings() {
        return warnings;
    }

    /// Returns whether [#drifted()] found two running bots, of which one tried to reach the other.
    public boolean isolationTested() {
        return isolationTested;
    }

    /// Returns the bots whose containers are not as BotMaker would make them now, each in a sentence without secrets.
    ///
    /// @throws botmaker.error.Failure.EngineDown where the engine does not answer
    public List<String> drifted() {
        Map<BotId, List<Container>> all = containers.all(() -> { });
        containers.learn(contents.rows(), all);
        List<String> words = new ArrayList<>();
        for (BotRecord row : contents.rows()) {
            String bot = "bot %s (%s): ".formatted(row.spec().name().value(), row.id());
            List<Container> own = all.getOrDefault(row.id(), List.of());
            List<Difference> differences = containers.drift(row, own);
            if (!differences.isEmpty()) {
                words.add(bot + differences.stream()
                        .map(it -> "%s should be %s, is %s".formatted(it.what(), it.expected(), it.found()))
                        .collect(Collectors.joining("; ")));
            } else if (own.isEmpty() && row.phase() == BotRecord.Phase.READY && row.desired() == BotRecord.Desired.RUNNING) {
                words.add(bot + "it should run and has no container");
            }
        }
        int running = containers.checkNow(all.values().stream().flatMap(List::stream).toList());
        isolationTested = running >= 2;
        warnings = containers.warnings();
        return words;
    }
}
