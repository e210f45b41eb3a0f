package botmaker.backup;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import botmaker.backup.BackupSource.BackupBot;
import botmaker.file.PrivateFiles;
import botmaker.file.Tar;
import botmaker.json.Json;
import botmaker.secret.Secret;
import botmaker.secret.SecretName;
import botmaker.secret.SecretStore;
import botmaker.store.DatabaseReader;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.zip.GZIPOutputStream;

/// Writes a backup of a data directory, also while BotMaker serves from it. Changes nothing in the directory.
///
/// The database is one committed state, and every bot's secrets agree with its row ([Records]). The files of a paused bot are those
/// of one moment; without a pause, which is reported, they are read one after another. They are newer than the row; the configuration,
/// which depends on the row, is generated again at the next start.
public final class Backup {
    /// Entries of a backup apart from the bots.
    static final String MANIFEST = "manifest.json";
    static final String DATABASE = "botmaker.db";
    static final String PASSWORD = "admin-password";
    static final String SECRETS = "secrets";
    static final String KEYS = "keys";
    static final String BOTS = "bots";
    static final int FORMAT = 1;
    private static final int BUFFER = 64 << 10;
    private static final int MOST_PASSWORD = 64 << 10;
    /// The longest pause of one bot: 64 GiB need ten minutes, and a hostile bot may delay the copy.
    private static final Duration LIMIT = Duration.ofMinutes(30);

    private final Path data;
    private final int newestSchema;
    private final BackupSource source;
    private final String version;
    private final Consumer<String> lines;

    /// A finished backup.
    ///
    /// @param bots  the number of bots
    /// @param bytes the size of the file
    /// @param well  whether the operator has nothing left to do
    public record Outcome(int bots, long bytes, boolean well) { }

    /// @param version      of BotMaker
    /// @param newestSchema the newest known schema of the database
    /// @param lines        receives messages about bots that are not backed up completely
    public Backup(Path data, int newestSchema, BackupSource source, String version, Consumer<String> lines) {
        this.data = data;
        this.newestSchema = newestSchema;
        this.source = source;
        this.version = version;
        this.lines = lines;
    }

    /// Refuses a file that exists, and one in the data directory.
    ///
    /// @throws IOException with what to do
    public void check(Path file) throws IOException {
        refuseExisting(file);
        Path parent = file.toAbsolutePath().getParent();
        if (parent == null || !Files.isDirectory(parent)) {
            throw new IOException("the directory for " + file + " does not exist; create it, or name another file");
        }
        // a link may lead into the data directory, and so may a bind mount
        for (Path above = parent.toRealPath(); above != null; above = above.getParent()) {
            if (Files.isSameFile(above, data)) {
                throw new IOException(file + " is in the data directory and would be lost with it; name a file elsewhere");
            }
        }
    }

    /// Writes the complete backup file, or none.
    ///
    /// @throws IOException if that fails, or if this thread is interrupted, whose flag stays set
    public Outcome write(Path file, char[] passphrase) throws IOException {
        return write(file, passphrase, Seal.ROUNDS, LIMIT);
    }

    Outcome write(Path file, char[] passphrase, int rounds, Duration limit) throws IOException {
        check(file);
        Path target = file.toAbsolutePath();
        Path temporary = target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID());
        try (FileChannel channel = FileChannel.open(temporary, Set.of(CREATE_NEW, WRITE), PrivateFiles.attribute(0600))) {
            Seal.Output sealed = new Seal.Output(Channels.newOutputStream(channel), Seal.make(passphrase, rounds));
            GZIPOutputStream compressed = new GZIPOutputStream(new BufferedOutputStream(sealed, BUFFER), BUFFER) {
                {
                    def.setLevel(1); // fast, since bots are paused meanwhile
                }
            };
            Records records = records();
            boolean well = write(new Tar.Writer(new BufferedOutputStream(compressed, BUFFER)), records,
                    new UsageCopy(data.resolve(UsageCopy.FILE), temporary.resolveSibling(temporary.getFileName() + ".usage"), lines), limit);
            compressed.finish();
            compressed.flush();
            sealed.finish();
            channel.force(true);
            publish(temporary, target);
            return new Outcome(records.bots().size(), Files.size(target), well);
        } finally {
            try {
                Files.deleteIfExists(temporary);
            } catch (IOException e) {
                lines.accept("the temporary name could not be removed; delete it: " + temporary);
            }
        }
    }

    private Records records() throws IOException {
        try (DatabaseReader database = DatabaseReader.open(data.resolve(DATABASE), newestSchema)) {
            return Records.read(database, List.of(new SecretStore(data.resolve(SECRETS)), new SecretStore(data.resolve(KEYS))), source);
        }
    }

    private boolean write(Tar.Writer tar, Records records, UsageCopy usage, Duration limit) throws IOException {
        long now = Instant.now().getEpochSecond();
        file(tar, MANIFEST, manifest(records), 0, 0, now);
        file(tar, DATABASE, records.database(), 0, 0, now);
        if (Files.isRegularFile(data.resolve(PASSWORD), NOFOLLOW_LINKS) && Files.size(data.resolve(PASSWORD)) <= MOST_PASSWORD) {
            file(tar, PASSWORD, Files.readAllBytes(data.resolve(PASSWORD)), 0, 0, now);
        }
        directory(tar, SECRETS, 0, 0, now);
        for (var bot : records.bots().entrySet()) {
            secrets(tar, SECRETS, bot.getValue(), bot.getKey().uid(), bot.getKey().gid(), now);
        }
        keys(tar, records, now);
        boolean well = usage.write(tar, now);
        directory(tar, BOTS, 0, 0, now);
        for (BackupBot bot : records.bots().keySet()) {
            well &= new BotArchive(tar, Path.of(BOTS, bot.id()), bot, lines, limit)
                    .write(data.resolve(BOTS).resolve(bot.id()), source);
        }
        tar.finish();
        return well;
    }

    /// Writes the kept keys, if there are any, as they are now, and what is held for the bots, as their secrets are.
    private void keys(Tar.Writer tar, Records records, long now) throws IOException {
        SecretStore keys = new SecretStore(data.resolve(KEYS));
        if (Files.isDirectory(keys.root(), NOFOLLOW_LINKS)) {
            directory(tar, KEYS, 0, 0, now);
        }
        for (String owner : keys.owners().stream().filter(it -> !it.contains("-")).toList()) { // those of bots are among their secrets
            owner(tar, KEYS + "/" + owner, keys.all(owner), 0, 0, now);
        }
        for (Map<String, Map<SecretName, Secret>> held : records.bots().values()) {
            secrets(tar, KEYS, held, 0, 0, now);
        }
    }

    /// Writes those of a bot's secrets that are in one store.
    private static void secrets(Tar.Writer tar, String store, Map<String, Map<SecretName, Secret>> directories, int uid, int gid, long now)
            throws IOException {
        for (Map.Entry<String, Map<SecretName, Secret>> directory : directories.entrySet()) {
            if (directory.getKey().startsWith(store + "/")) {
                owner(tar, directory.getKey(), directory.getValue(), uid, gid, now);
            }
        }
    }

    private static void owner(Tar.Writer tar, String directory, Map<SecretName, Secret> secrets, int uid, int gid, long now)
            throws IOException {
        directory(tar, directory, uid, gid, now);
        for (Map.Entry<SecretName, Secret> secret : secrets.entrySet()) {
            file(tar, directory + "/" + secret.getKey().value(), secret.getValue().reveal().getBytes(UTF_8), uid, gid, now);
        }
    }

    private byte[] manifest(Records records) {
        return (Json.object().put("format", FORMAT).put("botmaker", version).put("createdAt", Instant.now().toString())
                .put("bots", records.bots().size()).build().indented() + "\n").getBytes(UTF_8);
    }

    private static void directory(Tar.Writer tar, String name, int uid, int gid, long now) throws IOException {
        tar.add(Tar.Entry.directory(name, 0700, uid, gid, now), new byte[0]);
    }

    private static void file(Tar.Writer tar, String name, byte[] content, int uid, int gid, long now) throws IOException {
        tar.add(Tar.Entry.file(name, 0600, uid, gid, content.length, now), content);
    }

    /// Gives the complete file its name, durably. Never replaces an existing file.
    private static void publish(Path temporary, Path file) throws IOException {
        try {
            Files.createLink(file, temporary);
        } catch (IOException | UnsupportedOperationException noHardLinks) { // FAT, some network disks; or it exists
            refuseExisting(file);
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        }
        PrivateFiles.syncDirectory(file.getParent());
    }

    private static void refuseExisting(Path file) throws IOException {
        if (Files.exists(file, NOFOLLOW_LINKS)) {
            throw new IOException(file + " already exists and is never replaced; name another file");
        }
    }
}
