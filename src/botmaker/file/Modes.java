package botmaker.file;

import java.nio.file.attribute.FileAttribute;
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

    public static FileAttribute<?> attribute(int mode) {
        return PosixFilePermissions.asFileAttribute(permissions(mode));
    }
}
