package botmaker.support;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import botmaker.file.PrivateFiles;
import botmaker.file.TreeDeletion;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Runs tests' mains as a user without privileges, with a directory of its own. Needs root, and `setpriv` (util-linux).
///
/// The class path is copied to where that user can read it: a checkout may lie below a closed home directory.
public final class OrdinaryUser implements AutoCloseable {
    public static final int UID = 1_900_000_777;

    private final Path home;
    private final Path classes;

    private OrdinaryUser(Path home, Path classes) {
        this.home = home;
        this.classes = classes;
    }

    /// @param temp a temporary directory, which is opened for passing through
    public static OrdinaryUser in(Path temp) throws IOException {
        assumeTrue(PrivateFiles.isRoot(), "being somebody else needs root");
        Files.setPosixFilePermissions(temp, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path home = Files.createDirectory(temp.resolve("home"));
        PrivateFiles.chown(home, UID, UID);
        return new OrdinaryUser(home, Files.createDirectory(temp.resolve("classes")));
    }

    /// A directory that belongs to the user.
    public Path home() {
        return home;
    }

    /// Runs a main after a piece of shell, as [ChildJvm#run] does.
    public String run(String shell, Class<?> main, Object... arguments) throws IOException {
        List<String> jvm = new ArrayList<>(ChildJvm.commandAfter(shell, main, arguments));
        int classPath = jvm.indexOf("-cp") + 1;
        jvm.set(classPath, copy(jvm.get(classPath)));
        return run(jvm.toArray(String[]::new));
    }

    /// Runs any command, as [ChildJvm#run] does.
    public String run(String... command) throws IOException {
        return run(UID, command);
    }

    /// Runs any command as any user.
    public static String run(int uid, String... command) throws IOException {
        List<String> all = new ArrayList<>(List.of("setpriv", "--reuid", Integer.toString(uid), "--regid",
                Integer.toString(uid), "--clear-groups", "--inh-caps=-all", "--"));
        all.addAll(Arrays.asList(command));
        return ChildJvm.run(all);
    }

    @Override
    public void close() throws IOException {
        TreeDeletion.delete(home);
        TreeDeletion.delete(classes);
    }

    private String copy(String classPath) throws IOException {
        List<String> copies = new ArrayList<>();
        for (String entry : classPath.split(":")) {
            Path from = Path.of(entry).toAbsolutePath();
            if (Files.exists(from)) {
                Path to = classes.resolve(copies.size() + "-" + from.getFileName());
                if (!Files.exists(to)) {
                    copyTree(from, to);
                }
                copies.add(to.toString());
            }
        }
        return String.join(":", copies);
    }

    private static void copyTree(Path from, Path to) throws IOException {
        Files.walkFileTree(from, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes attributes) throws IOException {
                Files.createDirectory(to.resolve(from.relativize(dir).toString()));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Path copy = file.equals(from) ? to : to.resolve(from.relativize(file).toString());
                Files.copy(file, copy);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
