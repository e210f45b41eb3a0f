package botmaker.backup;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import botmaker.file.FileNames;
import botmaker.file.PrivateFiles;
import botmaker.file.Tar;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/// Creates files from an archive's entries in an empty directory that is closed to other users.
///
/// An entry is created only in a directory that this class has just created, and only under a free name, so that nothing is written
/// through a link or outside. Names with `..` and the like are refused, too.
final class Unpacking {
    private static final Set<String> FILES = Set.of(Backup.DATABASE, Backup.PASSWORD);
    private static final Set<String> DIRECTORIES = Set.of(Backup.SECRETS, Backup.KEYS, UsageCopy.DIRECTORY, Backup.BOTS);
    private static final int MOST_MANIFEST = 64 << 10;
    /// The names in `bots/<id>` that BotMaker and the engine expect to be directories.
    private static final Set<String> BOT_DIRECTORIES = Set.of("state", "config");
    private static final Set<PosixFilePermission> CLOSED = PosixFilePermissions.fromString("rw-------");

    private final Path root;
    private final boolean givesAway;
    private final Deque<Open> open = new ArrayDeque<>();
    private final byte[] buffer = new byte[64 << 10];

    /// A directory that may still get entries; its mode, time and owner are set at its end.
    private record Open(Path path, Optional<Tar.Entry> entry) { }

    /// @param givesAway whether entries get the owners that they name, which only root can set
    Unpacking(Path root, boolean givesAway) {
        this.root = root;
        this.givesAway = givesAway;
        open.push(new Open(root, Optional.empty()));
    }

    /// Creates all files.
    ///
    /// @return the manifest, which is the first entry and is not written
    byte[] unpack(Tar.Reader tar) throws IOException {
        Tar.Entry first = tar.next().orElseThrow(() -> damaged("it is empty"));
        if (!first.name().equals(Backup.MANIFEST) || first.size() > MOST_MANIFEST) {
            throw damaged("it has no manifest");
        }
        ByteArrayOutputStream manifest = new ByteArrayOutputStream();
        for (int count; (count = tar.read(buffer)) > 0; ) {
            manifest.write(buffer, 0, count);
        }
        for (Optional<Tar.Entry> entry = tar.next(); entry.isPresent(); entry = tar.next()) {
            make(entry.get(), tar);
        }
        while (open.size() > 1) {
            leave();
        }
        for (String name : List.of(Backup.DATABASE, Backup.SECRETS, Backup.BOTS)) {
            if (!Files.exists(root.resolve(name), NOFOLLOW_LINKS)) {
                throw damaged("it has no " + name);
            }
        }
        return manifest.toByteArray();
    }

    private void make(Tar.Entry entry, Tar.Reader tar) throws IOException {
        Path path = checked(entry.name());
        while (!open.getFirst().path().equals(path.getParent())) {
            if (open.size() == 1) {
                throw damaged("an entry without its directory");
            }
            leave();
        }
        if (!fits(entry.kind(), path)) {
            throw damaged("an entry of the wrong kind");
        }
        switch (entry.kind()) {
            case DIRECTORY -> {
                PrivateFiles.createDirectory(path, 0700);
                open.push(new Open(path, Optional.of(entry)));
            }
            case FILE -> {
                write(path, entry.size(), tar);
                finish(path, entry);
            }
            case LINK -> {
                Files.createSymbolicLink(path, path(entry.target()));
                giveAway(path, entry);
            }
        }
    }

    private Path checked(String name) throws IOException {
        for (String part : name.split("/", -1)) {
            if (part.isEmpty() || part.equals(".") || part.equals("..")) {
                throw damaged("an invalid name");
            }
        }
        return root.resolve(path(name));
    }

    /// Returns whether an entry's kind is allowed at its path. Everything is allowed only below `bots/<id>/state`.
    private boolean fits(Tar.Kind kind, Path path) throws IOException {
        Path inside = root.relativize(path);
        String top = inside.getName(0).toString();
        int depth = inside.getNameCount();
        if (!(depth == 1 ? FILES.contains(top) || DIRECTORIES.contains(top) : DIRECTORIES.contains(top))) {
            throw damaged("an unexpected entry");
        }
        if (depth > 1 && top.equals(UsageCopy.DIRECTORY)) {
            return kind == Tar.Kind.FILE && inside.equals(Path.of(UsageCopy.FILE));
        }
        boolean inBots = top.equals(Backup.BOTS);
        return switch (kind) {
            case FILE -> depth == 1 ? FILES.contains(top) : depth > 2 && !(inBots && isBotDirectory(inside));
            case DIRECTORY -> depth == 1 ? DIRECTORIES.contains(top) : inBots || depth == 2;
            case LINK -> inBots && depth > 3;
        };
    }

    private static boolean isBotDirectory(Path inside) {
        return inside.getNameCount() == 3 && BOT_DIRECTORIES.contains(inside.getName(2).toString());
    }

    private static Path path(String name) throws IOException {
        try {
            return FileNames.path(name);
        } catch (InvalidPathException e) {
            throw damaged("a name that this system does not allow");
        }
    }

    /// Writes a file and skips zeros, so that a sparse file stays sparse.
    private void write(Path path, long size, Tar.Reader tar) throws IOException {
        try (FileChannel out = FileChannel.open(path, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(CLOSED))) {
            long at = 0;
            for (int count; (count = tar.read(buffer)) > 0; at += count) {
                boolean last = at + count == size;
                if (last || !isZero(buffer, count)) {
                    ByteBuffer rest = ByteBuffer.wrap(buffer, 0, count);
                    while (rest.hasRemaining()) {
                        out.write(rest, at + rest.position());
                    }
                }
            }
            out.force(true);
        }
    }

    private static boolean isZero(byte[] bytes, int count) {
        return bytes[0] == 0 && Arrays.equals(bytes, 0, count - 1, bytes, 1, count);
    }

    private void leave() throws IOException {
        Open left = open.pop();
        PrivateFiles.syncDirectory(left.path());
        finish(left.path(), left.entry().orElseThrow());
    }

    private void finish(Path path, Tar.Entry entry) throws IOException {
        giveAway(path, entry);
        Files.getFileAttributeView(path, BasicFileAttributeView.class, NOFOLLOW_LINKS)
                .setTimes(FileTime.from(entry.seconds(), TimeUnit.SECONDS), null, null);
        Files.setPosixFilePermissions(path, PrivateFiles.permissions(entry.mode()));
    }

    private void giveAway(Path path, Tar.Entry entry) throws IOException {
        if (givesAway && entry.uid() != 0) {
            PrivateFiles.chown(path, entry.uid(), entry.gid());
        }
    }

    private static IOException damaged(String what) {
        return new IOException("the backup cannot be used: " + what);
    }
}
