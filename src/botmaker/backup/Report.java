package botmaker.backup;

import botmaker.file.FileNames;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// Tells what of a bot is not in the backup as it was, without letting a bot with a million pipes flood it.
final class Report {
    private static final int MOST = 20;

    private final Consumer<String> lines;
    private final List<String> duties = new ArrayList<>();
    private String bot = "";
    private int count;

    Report(Consumer<String> lines) {
        this.lines = lines;
    }

    /// From now on it is about this bot.
    void begin(Member member) {
        bot = member.id();
        count = 0;
    }

    void say(String what) {
        lines.accept("bot " + bot + ": " + what);
    }

    /// Something about one file.
    void file(Path path, String what) {
        if (count++ < MOST) {
            say(FileNames.printable(path) + ": " + what);
        }
    }

    void end() {
        if (count > MOST) {
            say("and " + (count - MOST) + " more like these");
        }
    }

    /// Something that the operator must do.
    void duty(String what) {
        say(what);
        duties.add(what);
    }

    boolean hasDuties() {
        return !duties.isEmpty();
    }
}
