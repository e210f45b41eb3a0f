package botmaker.bot.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.bot.model.BotId;
import botmaker.bot.reconcile.Orphans.Orphan.Kind;
import botmaker.bot.reconcile.Orphans.Orphan;
import botmaker.bot.reconcile.Orphans.OrphanFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OrphanFilesTest {
    private static final BotId ONE = new BotId("0123456789abcdef");
    private static final BotId TWO = new BotId("fedcba9876543210");

    @TempDir
    Path root;

    private OrphanFiles files() {
        return new OrphanFiles(Kind.STATE, root);
    }

    @Test
    void directories_of_bots_that_are_not_known_are_orphans() throws Exception {
        Files.createDirectory(root.resolve(ONE.value()));
        Files.createDirectory(root.resolve(TWO.value()));

        assertEquals(List.of(new Orphan(Kind.STATE, TWO.value(), TWO.value(), "The configuration and state of a bot that does not exist.")), files().find(ONE::equals));
    }

    @Test
    void names_that_no_bot_can_have_files_and_links_are_not_ours() throws Exception {
        Path elsewhere = Files.createDirectory(root.resolve("elsewhere"));
        Files.createFile(root.resolve(ONE.value()));
        Files.createSymbolicLink(root.resolve(TWO.value()), elsewhere);

        assertEquals(List.of(), files().find(_ -> false));
    }

    /// A deletion that ended between the listing and the look at the rows made its bot's directory an orphan for a moment.
    @Test
    void a_directory_that_goes_with_its_row_is_no_orphan() throws Exception {
        Path directory = Files.createDirectory(root.resolve(ONE.value()));

        assertEquals(List.of(), files().find(_ -> !directory.toFile().delete()));
    }

    @Test
    void a_directory_that_is_missing_has_none() {
        assertEquals(List.of(), new OrphanFiles(Kind.KEPT, root.resolve("missing")).find(_ -> false));
    }

    @Test
    void a_removal_takes_one_directory_and_may_be_repeated() throws Exception {
        Files.createDirectories(root.resolve(ONE.value()).resolve("a/b"));
        Files.createDirectory(root.resolve(TWO.value()));

        files().remove(ONE);
        files().remove(ONE);

        assertTrue(Files.notExists(root.resolve(ONE.value())));
        assertTrue(Files.exists(root.resolve(TWO.value())));
    }
}
