package botmaker.bot.host;

import botmaker.bot.model.BotId;
import botmaker.bot.model.BotRecord;
import botmaker.file.CommandLock;
import botmaker.file.DirectoryLock;
import botmaker.file.FileWork;
import botmaker.file.HostileDirectory;
import botmaker.file.IoFailures;
import botmaker.file.PrivateFiles;
import botmaker.file.TreeDeletion;
import botmaker.file.Trees;
import botmaker.json.JsonValue;
import botmaker.openclaw.OpenClaw;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Reads and writes each bot's directory: `config/` (BotMaker's, read-only for the bot), `link/` (the broker's sockets, read-only for
/// the bot) and `state/` (the bot's, and as hostile as the bot may become: nothing here follows a link in it).
public final class BotFiles {
    private static final int PRIVATE = 0700;
    private static final int READABLE_DIRECTORY = 0755;
    private static final int READABLE = 0644;
    private static final int SECRET = 0600;
    private static final Path WORKSPACE = Path.of(OpenClaw.WORKSPACE);
    private static final Path INSTRUCTIONS = Path.of(OpenClaw.INSTRUCTIONS_FILE);
    private static final String COPY = "state-copy";
    private static final String UNFINISHED_COPY = "state-copy-unfinished";
    private static final String DISCARDED = "state-discarded";
    private static final String INCOMING = "incoming";
    private static final String NEXT_CONFIG = "config-next";
    private static final List<String> TEMPORARY = List.of(COPY, UNFINISHED_COPY, DISCARDED, INCOMING, NEXT_CONFIG);

    /// Limits how long reading or writing a bot's instructions may take, since the bot can delay access to its files.
    private static final Duration LIMIT = Duration.ofSeconds(2);

    private final FileWork work = new FileWork();
    private final CommandLock commands;
    private final Path root;
    private final Path kept;

    /// @param root holds a directory for each bot
    /// @param kept takes the state directories that a deletion left
    public BotFiles(Path root, Path kept) {
        this.root = root;
        this.kept = kept;
        this.commands = CommandLock.of(data());
    }

    /// Begins a command in a bot: until it is closed, no backup pauses one.
    CommandLock.Held beginCommand() throws IOException {
        return commands.beginCommand();
    }

    /// Creates the lock that a running backup holds.
    public void prepareForBackups() throws IOException {
        DirectoryLock.prepareForBackups(data());
    }

    /// Returns whether a backup is running.
    public boolean isBackupRunning() {
        try {
            return DirectoryLock.isBackupRunning(data());
        } catch (IOException e) {
            throw IoFailures.translate(e, "cannot tell whether a backup is running");
        }
    }

    private Path data() {
        return root.toAbsolutePath().getParent();
    }

    public Path config(BotId id) {
        return root.resolve(id.value()).resolve("config");
    }

    /// Returns a path beside the state, on the same file system, that the bot cannot reach.
    private Path beside(BotId id, String name) {
        return root.resolve(id.value()).resolve(name);
    }

    public Path state(BotId id) {
        return root.resolve(id.value()).resolve("state");
    }

    /// Returns the directory of the broker's sockets.
    public Path link(BotId id) {
        return beside(id, "link");
    }

    /// Creates the directory for the broker's sockets unless it exists.
    public void ensureLink(BotId id) throws IOException {
        PrivateFiles.ensureDirectory(link(id), READABLE_DIRECTORY);
    }

    /// Creates a bot's directories and writes its configuration.
    public void create(BotRecord row, JsonValue config) throws IOException {
        BotId id = row.id();
        PrivateFiles.createDirectory(root.resolve(id.value()), PRIVATE);
        PrivateFiles.createDirectory(config(id), READABLE_DIRECTORY);
        PrivateFiles.createFile(configFile(id), bytes(config), READABLE);
        PrivateFiles.createDirectory(state(id), PRIVATE);
        PrivateFiles.chown(state(id), row.owner().uid(), row.owner().gid());
        PrivateFiles.syncDirectory(root.resolve(id.value()));
        PrivateFiles.syncDirectory(root);
    }

    /// Returns the highest user id that owns files of any bot, also of deleted ones; -1 where there are none.
    ///
    /// @param secrets holds a directory of secrets for each bot
    public int highestOwner(Path secrets) throws IOException {
        int highest = -1;
        for (Path directory : List.of(root, kept, secrets)) {
            if (Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
                try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
                    for (Path entry : entries) {
                        highest = Math.max(highest, Math.max(owner(entry), owner(entry.resolve("state"))));
                    }
                }
            }
        }
        return highest;
    }

    private static int owner(Path path) throws IOException {
        try {
            return (int) Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException | NotDirectoryException gone) {
            return -1;
        } catch (FileSystemException e) {
            if (Files.isRegularFile(path.getParent(), LinkOption.NOFOLLOW_LINKS)) { // Java has no exception of its own for that
                return -1;
            }
            throw e;
        }
    }

    // ---- the state: hostile

    /// Reads the bot's instructions; empty where there are none.
    ///
    /// @throws IOException if the bot has put something else in their place, or keeps others from reading them
    public Optional<String> instructions(BotId id) throws IOException {
        return work.call(id.value(), LIMIT, () -> readInstructions(id));
    }

    private Optional<String> readInstructions(BotId id) throws IOException {
        try (HostileDirectory state = HostileDirectory.open(state(id));
                HostileDirectory workspace = state.enter(WORKSPACE)) {
            Optional<byte[]> bytes = workspace.read(INSTRUCTIONS, OpenClaw.MOST_INSTRUCTIONS);
            if (bytes.isEmpty()) {
                return Optional.empty();
            }
            if (bytes.get().length > OpenClaw.MOST_INSTRUCTIONS) {
                throw new IOException("the instructions are too long");
            }
            return Optional.of(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes.get())).toString());
        } catch (NoSuchFileException absent) {
            return Optional.empty();
        }
    }

    /// Replaces the bot's instructions. The file is prepared where the bot cannot reach it, and moved into the bot's workspace, which
    /// is created if it is missing.
    public void writeInstructions(BotRecord row, String text) throws IOException {
        work.call(row.id().value(), LIMIT, () -> {
            putInstructions(row, text);
            return row;
        });
    }

    private void putInstructions(BotRecord row, String text) throws IOException {
        Path incoming = beside(row.id(), INCOMING);
        TreeDeletion.delete(incoming);
        int uid = row.owner().uid();
        int gid = row.owner().gid();
        try (HostileDirectory state = HostileDirectory.open(state(row.id()))) {
            try {
                state.attributes(WORKSPACE);
            } catch (NoSuchFileException absent) {
                PrivateFiles.createDirectory(incoming, PRIVATE);
                PrivateFiles.chown(incoming, uid, gid);
                state.put(incoming, WORKSPACE);
            }
            try (HostileDirectory workspace = state.enter(WORKSPACE)) {
                PrivateFiles.createFile(incoming, text.getBytes(StandardCharsets.UTF_8), SECRET, uid, gid);
                workspace.put(incoming, INSTRUCTIONS);
            }
        } finally {
            TreeDeletion.delete(incoming);
        }
    }

    /// Copies the state of a bot that does not run, completely or not at all.
    public void copyState(BotRecord row) throws IOException {
        Path unfinished = beside(row.id(), UNFINISHED_COPY);
        TreeDeletion.delete(unfinished);
        TreeDeletion.delete(beside(row.id(), COPY));
        Trees.copy(state(row.id()), unfinished, row.owner().uid(), row.owner().gid());
        PrivateFiles.rename(unfinished, beside(row.id(), COPY));
    }

    public boolean hasCopy(BotId id) {
        return Files.isDirectory(beside(id, COPY), LinkOption.NOFOLLOW_LINKS);
    }

    /// Restores the state from its copy, if there is one.
    public void putStateBack(BotId id) throws IOException {
        if (hasCopy(id)) {
            TreeDeletion.delete(beside(id, DISCARDED));
            if (Files.isDirectory(state(id), LinkOption.NOFOLLOW_LINKS)) {
                PrivateFiles.rename(state(id), beside(id, DISCARDED));
            }
            PrivateFiles.rename(beside(id, COPY), state(id));
        }
        tidy(id);
    }

    /// Removes temporary files beside the state: copies, and what a crash left.
    public void tidy(BotId id) throws IOException {
        for (String name : TEMPORARY) {
            if (Files.exists(beside(id, name), LinkOption.NOFOLLOW_LINKS)) {
                TreeDeletion.delete(beside(id, name));
            }
        }
    }

    /// Returns whether [#tidy] has something to remove.
    public boolean isUntidy(BotId id) {
        return TEMPORARY.stream().anyMatch(name -> Files.exists(beside(id, name), LinkOption.NOFOLLOW_LINKS));
    }

    // ---- the configuration

    /// Returns whether a bot's configuration is this one, to the byte.
    public boolean hasConfig(BotId id, JsonValue config) throws IOException {
        try {
            return Arrays.equals(Files.readAllBytes(configFile(id)), bytes(config));
        } catch (NoSuchFileException absent) {
            return false;
        }
    }

    /// Replaces a bot's configuration, which OpenClaw reloads by itself. The file is prepared beside the directory, where [#tidy]
    /// finds what a crash left of it.
    public void writeConfig(BotId id, JsonValue config) throws IOException {
        if (!hasConfig(id, config)) {
            Path next = beside(id, NEXT_CONFIG);
            TreeDeletion.delete(next);
            PrivateFiles.createFile(next, bytes(config), READABLE);
            PrivateFiles.rename(next, configFile(id));
        }
    }

    private Path configFile(BotId id) {
        return config(id).resolve(OpenClaw.CONFIG_FILE);
    }

    /// Returns whether there is a state that [#keepState] could keep.
    public boolean hasState(BotId id) {
        return Files.isDirectory(state(id), LinkOption.NOFOLLOW_LINKS) || hasCopy(id);
    }

    /// Moves a bot's state out of the way of its deletion; does nothing if it was moved before.
    ///
    /// @param onTrial whether the bot is on trial with another image: the copy from before is the good one, since OpenClaw
    ///                migrates state forward only. It is also the good one where a rollback was cut off between its two renames.
    public void keepState(BotId id, boolean onTrial) throws IOException {
        boolean copy = hasCopy(id) && (onTrial || !Files.isDirectory(state(id), LinkOption.NOFOLLOW_LINKS));
        Path good = copy ? beside(id, COPY) : state(id);
        if (Files.isDirectory(good, LinkOption.NOFOLLOW_LINKS) && !Files.exists(kept.resolve(id.value()), LinkOption.NOFOLLOW_LINKS)) {
            PrivateFiles.ensureDirectory(kept, PRIVATE);
            PrivateFiles.rename(good, kept.resolve(id.value()));
        }
    }

    /// Removes all of a bot's files; does nothing if they are gone.
    public void delete(BotId id) throws IOException {
        if (Files.exists(root.resolve(id.value()), LinkOption.NOFOLLOW_LINKS)) {
            TreeDeletion.delete(root.resolve(id.value()));
        }
    }

    /// Returns the directory that holds a directory for each bot.
    public Path root() {
        return root;
    }

    /// Returns the directory that takes the state of deleted bots.
    public Path kept() {
        return kept;
    }

    private static byte[] bytes(JsonValue config) {
        return (config.indented() + "\n").getBytes(StandardCharsets.UTF_8);
    }
}
