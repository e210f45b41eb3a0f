package botmaker.support;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import botmaker.docker.Container;
import botmaker.docker.Engine;
import botmaker.docker.EngineStream;
import botmaker.docker.LogFrame;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/// Looks for texts in everything that is a bot's: a canary must be nowhere, where its placeholder is found.
public final class ContainerSearch {
    private static final Engine ENGINE = new Engine(Path.of("/var/run/docker.sock"));
    private static final int PAGE = 4096;
    private static final String SCRIPT = """
            grep -raoF "$@" / --exclude-dir=proc --exclude-dir=sys 2>/dev/null
            grep -aoF "$@" /proc/[0-9]*/environ 2>/dev/null
            true""";

    private final List<String> texts;
    private final Map<String, Set<String>> found = new TreeMap<>();

    private ContainerSearch(List<String> texts) {
        this.texts = texts;
        texts.forEach(text -> found.put(text, new TreeSet<>()));
    }

    /// Searches what a running container can read, its description, its log, its files as the host sees them, and the memory of its
    /// processes as root outside.
    ///
    /// @return where each text is
    public static Map<String, Set<String>> ofRunning(Path data, String container, String id, String... texts) throws Exception {
        ContainerSearch search = new ContainerSearch(List.of(texts));
        search.inside(container);
        search.description(container);
        search.log(container);
        search.files(data.resolve("bots").resolve(id));
        search.memory(container);
        return search.found;
    }

    /// Searches a container that does not run: its description, and all files and directories of the host that it would get.
    public static Map<String, Set<String>> ofMade(String container, String... texts) throws Exception {
        ContainerSearch search = new ContainerSearch(List.of(texts));
        search.description(container);
        for (var mount : ENGINE.inspect(container).raw().get("Mounts").elements()) {
            search.files(Path.of(mount.get("Source").string()));
        }
        return search.found;
    }

    private void look(String where, String content) {
        texts.stream().filter(content::contains).forEach(text -> found.get(text).add(where));
    }

    private void inside(String container) {
        String output = ENGINE.exec(container, Stream.concat(Stream.of("sh", "-c", SCRIPT, "sh"), texts.stream().flatMap(text -> Stream.of("-e", text)))
                .toList(), Duration.ofMinutes(3)).orElseThrow().output();
        output.lines().distinct().forEach(line -> texts.stream().filter(text -> line.endsWith(":" + text))
                .forEach(text -> found.get(text).add(line.substring(0, line.length() - text.length() - 1))));
    }

    private void description(String container) {
        look("the container's description", ENGINE.inspect(container).raw().toString());
    }

    private void log(String container) {
        Container inspected = ENGINE.inspect(container);
        StringBuilder log = new StringBuilder();
        try (EngineStream<LogFrame> frames = ENGINE.logs(inspected, OptionalInt.empty(), false)) {
            for (Optional<LogFrame> frame; (frame = frames.next()).isPresent(); ) {
                log.append(new String(frame.get().payload(), ISO_8859_1));
            }
        }
        look("the container's log", log.toString());
    }

    private void files(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                look(file.toString(), Files.readString(file, ISO_8859_1));
            }
        } catch (NoSuchFileException | UncheckedIOException _) {
            files(directory); // the bot has removed something meanwhile
        }
    }

    private void memory(String container) throws IOException {
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            for (Path process : processes.filter(it -> it.getFileName().toString().matches("[0-9]+")).toList()) {
                if (belongsTo(process, container)) {
                    try {
                        memory(process);
                    } catch (IOException e) {
                        if (Files.exists(process)) {
                            throw e;
                        }
                    }
                }
            }
        }
    }

    private static boolean belongsTo(Path process, String container) {
        try {
            return Files.readString(process.resolve("cgroup")).contains(container);
        } catch (IOException ended) {
            return false;
        }
    }

    /// Returns whether a process has touched any of these pages: a look at the others would give them to it, up to its limit of memory.
    private static boolean present(RandomAccessFile pages, long from, int bytes) throws IOException {
        byte[] entries = new byte[bytes / PAGE * Long.BYTES];
        pages.seek(from / PAGE * Long.BYTES);
        int count = pages.read(entries);
        for (int last = Long.BYTES - 1; last < count; last += Long.BYTES) {
            if ((entries[last] & 0xc0) != 0) { // present, or swapped (proc_pid_pagemap(5))
                return true;
            }
        }
        return false;
    }

    /// Reads all memory of a process that can be read.
    private void memory(Path process) throws IOException {
        int overlap = texts.stream().mapToInt(String::length).max().orElse(0);
        byte[] buffer = new byte[1 << 20];
        try (RandomAccessFile memory = new RandomAccessFile(process.resolve("mem").toFile(), "r");
                RandomAccessFile pages = new RandomAccessFile(process.resolve("pagemap").toFile(), "r")) {
            for (String line : Files.readAllLines(process.resolve("maps"))) {
                String[] range = line.substring(0, line.indexOf(' ')).split("-");
                if (line.charAt(range[0].length() + range[1].length() + 2) != 'r' || line.endsWith("[vvar]")) {
                    continue;
                }
                String tail = "";
                long end = Long.parseUnsignedLong(range[1], 16);
                for (long at = Long.parseUnsignedLong(range[0], 16); at >= 0 && at < end; ) {
                    int most = (int) Math.min(buffer.length, end - at);
                    if (!present(pages, at, most)) {
                        tail = "";
                        at += most;
                        continue;
                    }
                    int count;
                    try {
                        memory.seek(at);
                        count = memory.read(buffer, 0, most);
                    } catch (IOException unreadable) {
                        break;
                    }
                    if (count <= 0) {
                        break;
                    }
                    String piece = tail + new String(buffer, 0, count, ISO_8859_1);
                    look("memory of process " + process.getFileName(), piece);
                    tail = piece.substring(Math.max(0, piece.length() - overlap));
                    at += count;
                }
            }
        }
    }
}
