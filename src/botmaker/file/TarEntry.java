package botmaker.file;

import java.util.Arrays;

/// One entry of a tar archive.
///
/// @param name    relative, with slashes; the kernel's bytes
/// @param mode    permission bits
/// @param uid     its owner; 0 for the user who unpacks it
/// @param gid     its group; 0 likewise
/// @param size    of the content that follows, in bytes; 0 except for files
/// @param seconds the time of its last change, in seconds since 1970
/// @param target  a link's target; empty otherwise
public record TarEntry(byte[] name, Kind kind, int mode, int uid, int gid, long size, long seconds, byte[] target) {
    private static final byte[] NONE = {};

    /// The kinds of entries by their type flag.
    public enum Kind {
        FILE('0'), LINK('2'), DIRECTORY('5');

        final char flag;

        Kind(char flag) {
            this.flag = flag;
        }
    }

    public static TarEntry file(byte[] name, int mode, int uid, int gid, long size, long seconds) {
        return new TarEntry(name, Kind.FILE, mode, uid, gid, size, seconds, NONE);
    }

    public static TarEntry directory(byte[] name, int mode, int uid, int gid, long seconds) {
        return new TarEntry(name, Kind.DIRECTORY, mode, uid, gid, 0, seconds, NONE);
    }

    public static TarEntry link(byte[] name, int uid, int gid, long seconds, byte[] target) {
        return new TarEntry(name, Kind.LINK, 0777, uid, gid, 0, seconds, target);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TarEntry it && kind == it.kind && mode == it.mode && uid == it.uid && gid == it.gid
                && size == it.size && seconds == it.seconds && Arrays.equals(name, it.name) && Arrays.equals(target, it.target);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(name);
    }
}
