package botmaker.backup;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import botmaker.backup.Roster.Stillness;
import botmaker.file.TarEntry;
import botmaker.file.TarWriter;
import botmaker.file.Trees;
import botmaker.json.Json;
import botmaker.secret.Secret;
import botmaker.secret.SecretName;
import botmaker.secret.SecretStore;
import botmaker.store.DatabaseReader;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.function.Consumer;
import java.util.zip.GZIPOutputStream;

/// Makes a backup of a data directory, also while BotMaker serves from it.
///
/// What is guaranteed: the database is one committed state of it. Every bot's secrets agree with its row ([Records]). A bot's
/// own files are those of one moment where it was kept still, and otherwise as they were found one after another, which is
/// said. They are of a later moment than its row, and what is decided by the row (its configuration) is made anew from it at
/// the next start.
public final class Backup {
    /// What a backup holds beside the bots.
    static final String MANIFEST = "manifest.json";
    static final String DATABASE = "botmaker.db";
    static final String PASSWORD = "admin-password";
    static final String SECRETS = "secrets";
    static final String BOTS = "bots";
    static final int FORMAT = 1;
    private static final int BUFFER = 64 << 10;
    private static final int MOST_PASSWORD = 64 << 10;

    private final Path data;
    private final int newestSchema;
    private final Roster roster;
    private final String version;
    private final Consumer<String> lines;

    /// How it went.
    ///
    /// @param bots  how many are in it
    /// @param bytes of the file
    /// @param well  whether there is nothing left to do for its operator
    public record Outcome(int bots, long bytes, boolean well) { }

    /// @param version      of BotMaker
    /// @param newestSchema of the database, that is known
    /// @param lines        takes what is worth knowing about bots that are not kept whole
    public Backup(Path data, int newestSchema, Roster roster, String version, Consumer<String> lines) {
        this.data = data;
        this.newestSchema = newestSchema;
        this.roster = roster;
        this.version = version;
        this.lines = lines;
    }

    /// Writes a backup: the whole file, or none.
    ///
    /// @throws IOException where it cannot be made; also when this thread is interrupted, with the flag set
    public Outcome write(Path file, char[] passphrase) throws IOException {
        return write(file, passphrase, Seal.ROUNDS);
    }

    Outcome write(Path file, char[] passphrase, int rounds) throws IOException {
        if (file.toAbsolutePath().normalize().startsWith(data)) {
            throw new IOException(file + " lies in the data directory, with which it would be lost. Name a file elsewhere");
        }
        Report report = new Report(lines);
        try (NewFile target = new NewFile(file)) {
            SealedOutput sealed = new SealedOutput(Channels.newOutputStream(target.channel()), Seal.make(passphrase, rounds));
            GZIPOutputStream compressed = new GZIPOutputStream(new BufferedOutputStream(sealed, BUFFER), BUFFER) {
                {
                    def.setLevel(1); // bots stand still meanwhile
                }
            };
            int bots = write(new TarWriter(new BufferedOutputStream(compressed, BUFFER)), report);
            compressed.finish();
            compressed.flush();
            sealed.finish();
            target.publish();
            return new Outcome(bots, Files.size(file), !report.hasDuties());
        }
    }

    private int write(TarWriter tar, Report report) throws IOException {
        Records records;
        try (DatabaseReader database = DatabaseReader.open(data.resolve(DATABASE), newestSchema)) {
            records = Records.read(database, new SecretStore(data.resolve(SECRETS)), roster);
        }
        long now = Instant.now().getEpochSecond();
        file(tar, MANIFEST, manifest(records), 0, 0, now);
        file(tar, DATABASE, records.database(), 0, 0, now);
        if (Files.isRegularFile(data.resolve(PASSWORD), NOFOLLOW_LINKS) && Files.size(data.resolve(PASSWORD)) <= MOST_PASSWORD) {
            file(tar, PASSWORD, Files.readAllBytes(data.resolve(PASSWORD)), 0, 0, now);
        }
        directory(tar, SECRETS, 0, 0, now);
        for (Member bot : records.members()) {
            secrets(tar, bot, records.secrets().get(bot.id()), now);
        }
        directory(tar, BOTS, 0, 0, now);
        for (Member bot : records.members()) {
            report.begin(bot);
            files(tar, bot, report);
            report.end();
        }
        tar.finish();
        return records.members().size();
    }

    private static void secrets(TarWriter tar, Member bot, Map<String, Map<SecretName, Secret>> owners, long now) throws IOException {
        for (Map.Entry<String, Map<SecretName, Secret>> owner : owners.entrySet()) {
            String directory = SECRETS + "/" + owner.getKey();
            directory(tar, directory, bot.uid(), bot.gid(), now);
            for (Map.Entry<SecretName, Secret> secret : owner.getValue().entrySet()) {
                file(tar, directory + "/" + secret.getKey().value(), secret.getValue().reveal().getBytes(UTF_8),
                        bot.uid(), bot.gid(), now);
            }
        }
    }

    private void files(TarWriter tar, Member bot, Report report) throws IOException {
        Path directory = data.resolve(BOTS).resolve(bot.id());
        Stillness still = roster.still(bot);
        try {
            still.flaw().ifPresent(report::say);
            Trees.walk(directory, new BotTree(tar, Path.of(BOTS, bot.id()), bot, report));
        } catch (NoSuchFileException e) {
            report.say("has no files: it is being made or was deleted meanwhile");
        } finally {
            still.release().ifPresent(report::duty);
        }
    }

    private byte[] manifest(Records records) {
        return (Json.object().put("format", FORMAT).put("botmaker", version).put("createdAt", Instant.now().toString())
                .put("bots", records.members().size()).build().indented() + "\n").getBytes(UTF_8);
    }

    private static void directory(TarWriter tar, String name, int uid, int gid, long now) throws IOException {
        tar.add(TarEntry.directory(name.getBytes(UTF_8), 0700, uid, gid, now), new byte[0]);
    }

    private static void file(TarWriter tar, String name, byte[] content, int uid, int gid, long now) throws IOException {
        tar.add(TarEntry.file(name.getBytes(UTF_8), 0600, uid, gid, content.length, now), content);
    }
}
