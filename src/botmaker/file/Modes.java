package botmaker.file;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;

/// Permission bits as `chmod(2)` numbers, 0700, and in the forms that `java.nio.file` wants.
public final class Modes {
    private Modes() {
    }

    public static Set<PosixFilePermission> permissions(int mode) {
        if ((mode & ~0777) != 0) {
            throw new IllegalArgumentException("no plain permission bits: 0" + Integer.toOctalString(mode));
        }
        Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
        for (PosixFilePermission permission : PosixFilePermission.values()) {
            if ((mode & 0400 >> permission.ordinal()) != 0) { // declared in the order of rwxrwxrwx
                permissions.add(permission);
            }
        }
        return permissions;
    }

    /// The way back.
    public static int number(Set<PosixFilePermission> permissions) {
        return permissions.stream().mapToInt(permission -> 0400 >> permission.ordinal()).sum();
    }

    static FileAttribute<?> attribute(int mode) {
        return PosixFilePermissions.asFileAttribute(permissions(mode));
    }

    /// Sets the permissions of a directory's entry without following a link.
    ///
    /// That takes opening it (Java has no `AT_SYMLINK_NOFOLLOW` on Linux), which an ordinary user cannot where the
    /// permissions shut itself out. Then it is done by name: a link put in the place just now could only lead to what
    /// belongs to the same user. Root, who could be led anywhere, can open everything.
    static void set(SecureDirectoryStream<Path> in, Path name, Set<PosixFilePermission> permissions) throws IOException {
        try {
            in.getFileAttributeView(name, PosixFileAttributeView.class, NOFOLLOW_LINKS).setPermissions(permissions);
        } catch (AccessDeniedException shutOut) {
            if (PrivateFiles.isRoot()) {
                throw shutOut;
            }
            in.getFileAttributeView(name, PosixFileAttributeView.class).setPermissions(permissions);
        }
    }
}
