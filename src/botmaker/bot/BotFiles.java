package botmaker.bot;

import botmaker.file.PrivateFiles;
import botmaker.json.JsonValue;
import botmaker.openclaw.OpenClaw;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;

/// Every bot's own directory: `config/` (the operator's word, read-only for the bot) and `state/` (the bot's own, and
/// as hostile as the bot may become: nothing here follows a link in it).
final class BotFiles {
    private static final int PRIVATE = 0700;
    private static final int READABLE_DIRECTORY = 0755;
    private static final int READABLE = 0644;

    private final Path root;
    private final Path kept;

    /// @param root holds a directory for each bot
    /// @param kept takes the state directories that a deletion left
    BotFiles(Path root, Path kept) {
        this.root = root;
        this.kept = kept;
    }

    Path config(BotId id) {
        return root.resolve(id.value()).resolve("config");
    }

    Path state(BotId id) {
        return root.resolve(id.value()).resolve("state");
    }

    /// Makes a bot's directories and writes its configuration.
    void create(BotRow row, JsonValue config) throws IOException {
        BotId id = row.id();
        PrivateFiles.createDirectory(root.resolve(id.value()), PRIVATE);
        PrivateFiles.createDirectory(config(id), READABLE_DIRECTORY);
        PrivateFiles.createFile(config(id).resolve(OpenClaw.CONFIG_FILE), bytes(config), READABLE);
        PrivateFiles.createDirectory(state(id), PRIVATE);
        PrivateFiles.chown(state(id), row.owner().uid(), row.owner().gid());
        PrivateFiles.syncDirectory(root.resolve(id.value()));
        PrivateFiles.syncDirectory(root);
    }

    /// Moves a bot's state out of the way of its deletion; harmless when it has been moved before.
    void keepState(BotId id) throws IOException {
        if (Files.isDirectory(state(id), LinkOption.NOFOLLOW_LINKS)) {
            PrivateFiles.ensureDirectory(kept, PRIVATE);
            PrivateFiles.rename(state(id), kept.resolve(id.value()));
        }
    }

    /// Removes all of a bot's files; harmless when they are gone.
    void delete(BotId id) throws IOException {
        PrivateFiles.deleteTree(root.resolve(id.value()));
    }

    /// Where deleted bots may have left files.
    ///
    /// @param secrets holds a directory of secrets for each bot
    List<OrphanFiles> orphans(Path secrets) {
        return List.of(
                new OrphanFiles(Orphan.Kind.SECRETS, secrets,
                        "Credentials of a bot that is not there.",
                        "Deletes the credentials. Without the bot they are of use to nobody."),
                new OrphanFiles(Orphan.Kind.STATE, root,
                        "The configuration and state of a bot that is not there.",
                        "Deletes the directory with all that the bot had learned and stored. It cannot be undone."),
                new OrphanFiles(Orphan.Kind.KEPT, kept,
                        "The state of a deleted bot, kept as its operator wished.",
                        "Deletes the kept state. It cannot be undone."));
    }

    private static byte[] bytes(JsonValue config) {
        return (config.indented() + "\n").getBytes(StandardCharsets.UTF_8);
    }
}
