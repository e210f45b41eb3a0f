package botmaker.cli;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Starts this process anew under a UTF-8 locale where the present one is ASCII and an argument, a setting or the working directory
/// is not: Java could not name the file.
///
/// The locale of a Java process is fixed at its start. `execve(2)` keeps the process id, the open streams and all arguments, so
/// that a service manager sees one process.
final class Utf8 {
    private static final String LOCALE = "LC_ALL=C.UTF-8";
    private static final Path SELF = Path.of("/proc/self");

    private Utf8() { }

    /// Returns where nothing has to be done, or where it cannot be: a message then names the setting and the locale.
    ///
    /// @param words the command line
    static void ensure(List<String> words) throws IOException {
        Charset names = Charset.forName(System.getProperty("sun.jnu.encoding"), US_ASCII);
        List<String> environment = strings("environ");
        if (!names.equals(US_ASCII) || environment.contains(LOCALE)) {
            return;
        }
        List<String> arguments = strings("cmdline");
        if (!isAscii(arguments) || !isAscii(environment) || !isAscii(settings(words))
                || System.getProperty("user.dir").indexOf('\ufffd') >= 0) {
            environment.removeIf(variable -> variable.startsWith("LC_ALL="));
            environment.add(LOCALE);
            execute(Files.readSymbolicLink(SELF.resolve("exe")), arguments, environment);
        }
    }

    /// Returns the settings file as text with one character for each byte; nothing where it cannot be read, which its reader says.
    private static List<String> settings(List<String> words) {
        int option = words.indexOf(Arguments.CONFIG);
        try {
            Path file = Path.of(option >= 0 && option + 1 < words.size() ? words.get(option + 1) : "botmaker.properties");
            return List.of(Files.readString(file, ISO_8859_1));
        } catch (IOException | InvalidPathException unreadable) {
            return List.of();
        }
    }

    private static boolean isAscii(List<String> texts) {
        return texts.stream().allMatch(text -> text.chars().allMatch(c -> c < 0x80));
    }

    private static List<String> strings(String file) throws IOException {
        String all = Files.readString(SELF.resolve(file), ISO_8859_1);
        return new ArrayList<>(List.of((all.endsWith("\0") ? all.substring(0, all.length() - 1) : all).split("\0", -1)));
    }

    @SuppressWarnings("restricted")
    private static void execute(Path program, List<String> arguments, List<String> environment) {
        Linker linker = Linker.nativeLinker();
        try (Arena arena = Arena.ofConfined()) {
            int _ = (int) linker.downcallHandle(linker.defaultLookup().findOrThrow("execve"),
                    FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS)).invokeExact(
                    string(arena, program.toString()), array(arena, arguments), array(arena, environment));
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private static MemorySegment array(Arena arena, List<String> texts) {
        MemorySegment array = arena.allocate(ADDRESS, texts.size() + 1L);
        for (int i = 0; i < texts.size(); i++) {
            array.setAtIndex(ADDRESS, i, string(arena, texts.get(i)));
        }
        return array;
    }

    private static MemorySegment string(Arena arena, String text) {
        byte[] bytes = (text + "\0").getBytes(ISO_8859_1);
        return arena.allocateFrom(JAVA_BYTE, bytes);
    }
}
