package botmaker.bot.reconcile;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import botmaker.bot.model.BotId;
import botmaker.bot.reconcile.Orphan.Kind;
import botmaker.file.IoFailures;
import botmaker.file.PrivateFiles;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/// One directory that holds a directory for each bot, and those in it whose bot is gone.
///
/// Only a name that is a bot's id is ours; a link of such a name is not. What lies below may be hostile: nothing looks
/// into it, and its removal follows no link.
///
/// @param root  the directory of all; it may be missing
/// @param what  what lies there, for [Orphan]
public record OrphanFiles(Kind kind, Path root, String what, String wouldDo) {

    /// Those whose bot is gone. A bot's files come after its row and go before it, and an id is never used twice: so a
    /// directory that is still there after the row was missed is nobody's.
    public List<Orphan> find(Predicate<BotId> known) {
        List<Orphan> found = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(root)) {
            for (Path entry : entries) {
                BotId.of(entry.getFileName().toString())
                        .filter(id -> !known.test(id) && Files.isDirectory(entry, NOFOLLOW_LINKS))
                        .ifPresent(id -> found.add(new Orphan(kind, id.value(), id.value(), what, wouldDo)));
            }
        } catch (NoSuchFileException none) {
            return List.of();
        } catch (IOException e) {
            throw IoFailures.translate(e, "cannot look for what deleted bots left");
        }
        return found;
    }

    public void remove(BotId id) {
        try {
            PrivateFiles.deleteTree(root.resolve(id.value()));
        } catch (IOException e) {
            throw IoFailures.translate(e, "cannot remove what a deleted bot left");
        }
    }
}
