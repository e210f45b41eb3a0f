package botmaker.backup;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import botmaker.file.FileNames;
import botmaker.file.Modes;
import botmaker.file.PrivateFiles;
import botmaker.file.TarEntry;
import botmaker.file.TarReader;
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
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/// Makes files of an archive's entries, in a directory that is empty and closed to others.
///
/// An entry is made only directly in a directory that was made here just before, and only where there is nothing of its name:
/// so nothing can be written through a link or outside. Names with `..` and the like are refused besides.
final class Unpacking {
    private static final Set<String> TOP = Set.of(Backup.DATABASE, Backup.PASSWORD, Backup.SECRETS, Backup.BOTS);
    private static final int MOST_MANIFEST = 64 << 10;
    /// `bots/<id>/state/link`: what lies higher, BotMaker and the engine take for directories.
    private static final int LEAST_DEPTH_OF_LINKS = 4;
    private static final Set<PosixFilePermission> CLOSED = PosixFilePermissions.fromString("rw-------");

    private final Path root;
    private final boolean givesAway;
    private final Deque<Open> open = new ArrayDeque<>();
    private final byte[] buffer = new byte[64 << 10];

    /// A directory that may still get entries; its mode, time and owner come at its end.
    private record Open(Path path, Optional<TarEntry> entry) { }

    /// @param givesAway whether entries are given to the users that they name, which only root can do
    Unpacking(Path root, boolean givesAway) {
        this.root = root;
        this.givesAway = givesAway;
        open.push(new Open(root, Optional.empty()));
    }

    /// Makes all files.
    ///
    /// @return the manifest, which comes first and is not written
    byte[] unpack(TarReader tar) throws IOException {
        TarEntry first = tar.next().orElseThrow(() -> damaged("it is empty"));
        if (!new String(first.name(), ISO_8859_1).equals(Backup.MANIFEST) || first.size() > MOST_MANIFEST) {
            throw damaged("it has no manifest");
        }
        ByteArrayOutputStream manifest = new ByteArrayOutputStream();
        for (int count; (count = tar.read(buffer)) > 0; ) {
            manifest.write(buffer, 0, count);
        }
        for (Optional<TarEntry> entry = tar.next(); entry.isPresent(); entry = tar.next()) {
            make(entry.get(), tar);
        }
        while (open.size() > 1) {
            leave();
        }
        if (!Files.isRegularFile(root.resolve(Backup.DATABASE), NOFOLLOW_LINKS)) {
            throw damaged("it has no database");
        }
        return manifest.toByteArray();
    }

    private void make(TarEntry entry, TarReader tar) throws IOException {
        Path path = checked(entry.name());
        while (!open.getFirst().path().equals(path.getParent())) {
            if (open.size() == 1) {
                throw damaged("an entry is outside of every directory");
            }
            leave();
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
                if (!path.startsWith(root.resolve(Backup.BOTS)) || path.getNameCount() < root.getNameCount() + LEAST_DEPTH_OF_LINKS) {
                    throw damaged("a link in the place of what is BotMaker's own");
                }
                Files.createSymbolicLink(path, path(entry.target()));
                giveAway(path, entry);
            }
        }
    }

    private Path checked(byte[] name) throws IOException {
        String text = new String(name, ISO_8859_1);
        for (String part : text.split("/", -1)) {
            if (part.isEmpty() || part.equals(".") || part.equals("..")) {
                throw damaged("a name that is none");
            }
        }
        if (!TOP.contains(text.split("/", 2)[0])) {
            throw damaged("a name that has no place in it");
        }
        return root.resolve(path(name));
    }

    private static Path path(byte[] name) throws IOException {
        try {
            return FileNames.path(name);
        } catch (InvalidPathException e) {
            throw damaged("a name that cannot be");
        }
    }

    /// Where there are only zeros, nothing is written: a sparse file stays one.
    private void write(Path path, long size, TarReader tar) throws IOException {
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

    private void finish(Path path, TarEntry entry) throws IOException {
        giveAway(path, entry);
        Files.getFileAttributeView(path, BasicFileAttributeView.class, NOFOLLOW_LINKS)
                .setTimes(FileTime.from(entry.seconds(), TimeUnit.SECONDS), null, null);
        Files.setPosixFilePermissions(path, Modes.permissions(entry.mode()));
    }

    private void giveAway(Path path, TarEntry entry) throws IOException {
        if (givesAway && entry.uid() != 0) {
            PrivateFiles.chown(path, entry.uid(), entry.gid());
        }
    }

    private static IOException damaged(String what) {
        return new IOException("the backup cannot be used: " + what);
    }
}
