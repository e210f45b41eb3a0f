package botmaker.logs;

import botmaker.docker.Container;
import botmaker.docker.Engine;
import botmaker.logs.LineReader.FrameSource;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// Reads the last lines of a container that no longer runs, to be shown with its state.
public final class LastLines {
    private static final int COUNT = 10;
    private static final int MAX_CHARACTERS = 1_000;

    /// A long line comes in several frames.
    private static final int FRAMES = 64;

    private LastLines() {}

    /// Reads the lines, without their times, redacted first and then cut to 1,000 characters each. They are fewer when the thread is
    /// interrupted.
    public static List<String> read(Engine engine, Container container, LoggedBots.Redaction redaction) {
        return read(FrameSource.of(engine, container), redaction);
    }

    static List<String> read(FrameSource source, LoggedBots.Redaction redaction) {
        OptionalInt window = OptionalInt.of(FRAMES);
        Deque<Line> last = new ArrayDeque<>();
        try (LineReader reader = new LineReader(source.open(window, false), window, true, Optional.empty())) {
            for (Optional<Line> line = reader.next(); line.isPresent(); line = reader.next()) {
                if (last.size() == COUNT) {
                    last.remove();
                }
                last.add(line.get());
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        try {
            return last.stream().map(line -> cut(line.text(redaction).strip())).toList();
        } catch (UncheckedIOException _) {
            return List.of("[not shown: BotMaker cannot read this bot's secrets]");
        }
    }

    private static String cut(String text) {
        if (text.length() <= MAX_CHARACTERS) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(MAX_CHARACTERS - 1)) ? MAX_CHARACTERS - 1 : MAX_CHARACTERS;
        return text.substring(0, end) + "…";
    }
}
