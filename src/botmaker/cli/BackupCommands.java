package botmaker.cli;

import botmaker.audit.Audit;
import botmaker.backup.Backup;
import botmaker.backup.Restore;
import botmaker.bot.Inventory;
import botmaker.bot.model.Schema;
import botmaker.config.Settings;
import botmaker.config.Version;
import botmaker.docker.Engine;
import botmaker.file.CommandLock;
import botmaker.file.DirectoryLock;
import botmaker.file.IoFailures;
import botmaker.file.PrivateFiles;
import botmaker.server.DataDirectory;
import botmaker.store.Database;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// The commands `backup` and `restore`.
final class BackupCommands {
    /// How long a command may clean up after a signal; a paused bot must be resumed.
    private static final long TIDYING_SECONDS = 90;

    private BackupCommands() {
    }

    /// Writes a backup of the data directory, whether BotMaker serves from it or not.
    ///
    /// @param pauses whether bots are paused while their files are copied
    /// @return whether the operator has nothing left to do
    static boolean backUp(Settings settings, Path file, boolean pauses) throws Exception {
        Path data = settings.data();
        DataDirectory.require(data);
        Backup backup = new Backup(data.toRealPath(), Schema.MIGRATIONS.size(),
                new EngineBackupSource(new Engine(settings.dockerSocket()), CommandLock.of(data), pauses), Version.current(),
                BackupCommands::say);
        backup.check(file);
        char[] passphrase = Passphrase.choose("passphrase");
        long begun = System.nanoTime();
        Backup.Outcome outcome;
        try (DirectoryLock _ = DirectoryLock.forBackup(data).orElse(null)) { // tells the server who paused a bot
            outcome = tidily("cannot write the backup " + file, () -> backup.write(file, passphrase));
        }
        Arrays.fill(passphrase, ' ');
        System.out.printf("%s: %d bots, %d bytes, in %d s; without the passphrase nobody can read it%n", file,
                outcome.bots(), outcome.bytes(), TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begun));
        return outcome.well();
    }

    /// Restores the data directory from a backup.
    ///
    /// @return true
    static boolean restore(Settings settings, Path file) throws Exception {
        Restore restore = new Restore(settings.data(), BackupCommands::settle, BackupCommands::say);
        restore.requireRoom();
        if (!Files.isRegularFile(file)) {
            throw new IOException(file + " does not exist or is not a file");
        }
        char[] passphrase = Passphrase.ask("passphrase");
        Restore.Origin origin = tidily("cannot restore " + file + " to " + settings.data(), () -> restore.from(file, passphrase));
        Arrays.fill(passphrase, ' ');
        System.out.printf("""
                %s: %d bots, as BotMaker %s kept them at %s. Start BotMaker now. Bots whose containers are on this host are
                restarted with the restored files; start the others in the dashboard once they run nowhere else. Budgets go on with
                what the bots had spent by then.%n""",
                settings.data(), origin.bots(), origin.botmaker(), origin.createdAt());
        if (!PrivateFiles.isRoot()) {
            System.out.println("All bots' files belong to this user now, which does not protect bots from each other. To protect "
                    + "them, restore as root.");
        }
        return true;
    }

    private static void settle(Path unpacked, Restore.Origin origin) throws IOException {
        boolean root = PrivateFiles.isRoot();
        Optional<Integer> uid = root ? Optional.empty() : Optional.of(PrivateFiles.currentUid());
        Optional<Integer> gid = root ? Optional.empty() : Optional.of(PrivateFiles.currentGid());
        try (Database database = Database.open(unpacked.resolve("botmaker.db"), Schema.MIGRATIONS)) {
            Inventory.settle(database, uid, gid);
            Audit.restored(database, Clock.systemUTC(), origin.createdAt());
        } catch (IllegalArgumentException e) {
            throw new IOException("the backup cannot be used: " + e.getMessage(), e);
        }
    }

    private static void say(String line) {
        System.err.println("botmaker: " + line);
    }

    /// Runs work that a signal interrupts instead of killing, so that it can undo what is incomplete.
    private static <T> T tidily(String what, Callable<T> work) throws Exception {
        Thread worker = Thread.currentThread();
        CountDownLatch done = new CountDownLatch(1);
        Thread hook = Thread.ofPlatform().name("shutdown").unstarted(() -> {
            worker.interrupt();
            try {
                done.await(TIDYING_SECONDS, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            return work.call();
        } catch (IOException e) {
            if (Thread.currentThread().isInterrupted()) {
                throw new IOException("stopped before it was complete; nothing of it is left", e);
            }
            if (e instanceof FileSystemException || IoFailures.isDiskFull(e)) {
                throw IoFailures.translate(e, what);
            }
            throw e;
        } finally {
            done.countDown();
        }
    }
}
