package botmaker.file;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;

/// A descriptor from `open(2)`, called with the flags that Java does not offer: `O_PATH`, `O_DIRECTORY` and `O_NONBLOCK`.
///
/// No call here waits. An `O_PATH` descriptor pins a file without opening it, so that no pipe, device or lease (`fcntl(2)`,
/// `F_SETLEASE`) is involved. [#path] leads to exactly that file, even if its name is reused.
final class Descriptor implements AutoCloseable {
    /// The two flags whose values differ between the architectures that BotMaker runs on.
    private static final boolean ARM = System.getProperty("os.arch").equals("aarch64");
    private static final int O_DIRECTORY = ARM ? 0x4000 : 0x10000;
    private static final int O_NOFOLLOW = ARM ? 0x8000 : 0x20000;
    private static final int O_NONBLOCK = 0x800;
    private static final int O_CLOEXEC = 0x80000;
    private static final int O_PATH = 0x200000;

    private static final int ENOENT = 2;
    private static final int EAGAIN = 11;
    private static final int EACCES = 13;
    private static final int ENOTDIR = 20;

    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = STATE.varHandle(PathElement.groupElement("errno"));
    private static final MethodHandle OPEN = function("open", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT),
            Linker.Option.captureCallState("errno"), Linker.Option.firstVariadicArg(2));
    private static final MethodHandle CLOSE = function("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

    private final int number;
    private final Path path;
    private boolean closed;

    private Descriptor(int number) {
        this.number = number;
        this.path = Path.of("/proc/self/fd/" + number);
    }

    /// Pins a file of any kind, without following a link.
    static Descriptor pin(Path name) throws IOException {
        return open(name, O_PATH | O_NOFOLLOW);
    }

    /// Pins a directory.
    ///
    /// @throws NotDirectoryException if it is anything else, including a link to a directory
    static Descriptor pinDirectory(Path name) throws IOException {
        return open(name, O_PATH | O_NOFOLLOW | O_DIRECTORY);
    }

    /// Opens a pinned regular file for reading. While it is open, nobody can take a lease that blocks readers.
    ///
    /// @throws FileSystemException if a process holds such a lease
    Descriptor read() throws IOException {
        return open(path, O_NONBLOCK);
    }

    private static Descriptor open(Path name, int flags) throws IOException {
        byte[] bytes = FileNames.raw(name).getBytes(ISO_8859_1);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment text = arena.allocate(bytes.length + 1L);
            MemorySegment.copy(bytes, 0, text, JAVA_BYTE, 0, bytes.length);
            MemorySegment state = arena.allocate(STATE);
            int number = (int) OPEN.invokeExact(state, text, flags | O_CLOEXEC, 0);
            if (number < 0) {
                throw failure(name.toString(), (int) ERRNO.get(state, 0L));
            }
            return new Descriptor(number);
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private static IOException failure(String name, int error) {
        return switch (error) {
            case ENOENT -> new NoSuchFileException(name);
            case ENOTDIR -> new NotDirectoryException(name);
            case EACCES -> new AccessDeniedException(name);
            case EAGAIN -> new FileSystemException(name, null, "a process holds a lease on it; it cannot be read now");
            default -> new FileSystemException(name, null, "cannot be opened (errno " + error + ")");
        };
    }

    /// Returns a path to the pinned file or directory itself, which also resolves names below a directory.
    Path path() {
        return path;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            try {
                int _ = (int) CLOSE.invokeExact(number);
            } catch (Throwable e) {
                throw new IllegalStateException(e);
            }
        }
    }

    @SuppressWarnings("restricted")
    private static MethodHandle function(String name, FunctionDescriptor type, Linker.Option... options) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), type, options);
    }
}
