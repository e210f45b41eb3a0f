package botmaker.support;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import botmaker.docker.Engine;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Looks for a text in everything that is a bot's: a canary that must be nowhere.
public final class ContainerSearch {
    private static final Engine ENGINE = new Engine(Path.of("/var/run/docker.sock"));

    private ContainerSearch() {}

    /// Searches what the container can read, its description, and its files as the host sees them.
    public static List<String> places(Path data, String container, String id, String text) throws Exception {
        List<String> places = new ArrayList<>(ENGINE.exec(container, List.of("sh", "-c",
                "grep -rlaF \"$1\" / --exclude-dir=proc --exclude-dir=sys 2>/dev/null; grep -laF \"$1\" /proc/[0-9]*/environ 2>/dev/null",
                "sh", text), Duration.ofMinutes(3)).orElseThrow().output().lines().toList());
        if (ENGINE.inspect(container).raw().toString().contains(text)) {
            places.add("the container's description");
        }
        try (Stream<Path> all = Files.walk(data.resolve("bots").resolve(id))) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                if (Files.readString(file, ISO_8859_1).contains(text)) {
                    places.add(file.toString());
                }
            }
        }
        return places;
    }

    /// Searches the memory of the container's processes, as root outside.
    public static List<String> processesThatHold(String container, String text) throws IOException {
        List<String> holders = new ArrayList<>();
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            for (Path process : processes.filter(it -> it.getFileName().toString().matches("[0-9]+")).toList()) {
                if (belongsTo(process, container) && holds(process, text)) {
                    holders.add(process.getFileName().toString());
                }
            }
        }
        return holders;
    }

    private static boolean belongsTo(Path process, String container) {
        try {
            return Files.readString(process.resolve("cgroup")).contains(container);
        } catch (IOException ended) {
            return false;
        }
    }

    /// Reads all memory of a process that can be read.
    private static boolean holds(Path process, String text) throws IOException {
        byte[] buffer = new byte[1 << 20];
        try (RandomAccessFile memory = new RandomAccessFile(process.resolve("mem").toFile(), "r")) {
            for (String line : Files.readAllLines(process.resolve("maps"))) {
                String[] range = line.substring(0, line.indexOf(' ')).split("-");
                if (line.charAt(range[0].length() + range[1].length() + 2) != 'r' || line.endsWith("[vvar]")) {
                    continue;
                }
                String tail = "";
                long end = Long.parseUnsignedLong(range[1], 16);
                for (long at = Long.parseUnsignedLong(range[0], 16); at >= 0 && at < end; ) {
                    int count;
                    try {
                        memory.seek(at);
                        count = memory.read(buffer, 0, (int) Math.min(buffer.length, end - at));
                    } catch (IOException unreadable) {
                        break;
                    }
                    if (count <= 0) {
                        break;
                    }
                    String piece = tail + new String(buffer, 0, count, ISO_8859_1);
                    if (piece.contains(text)) {
                        return true;
                    }
                    tail = piece.substring(Math.max(0, piece.length() - text.length()));
                    at += count;
                }
            }
        }
        return false;
    }
}
