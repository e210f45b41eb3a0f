package botmaker.cli;

import botmaker.config.Settings;
import botmaker.config.SettingsSource;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// What follows a command on the command line: options in any order, and for some commands one word more.
///
/// @param operand a file or a subcommand; empty for commands that take none
/// @param options those that were given, with their values; empty for one that takes none
record Arguments(Optional<String> operand, Map<String, String> options) {
    static final String CONFIG = "--config";

    /// What a command takes.
    ///
    /// @param operand what the word is that must follow it, for people; empty where none may
    /// @param flags   options without a value
    /// @param valued  options that a value must follow
    record Form(String operand, Set<String> flags, Set<String> valued) {
        static final Form NOTHING = new Form("", Set.of(), Set.of());
        static final Form CONFIGURED = new Form("", Set.of(), Set.of(CONFIG));
    }

    /// The command line was used wrongly; the words say how.
    static final class WrongUse extends RuntimeException {
        private static final long serialVersionUID = 1L;

        WrongUse(String message) {
            super(message);
        }
    }

    /// @param words what follows the command
    static Arguments of(List<String> words, Form form) {
        List<String> left = new ArrayList<>(words);
        Optional<String> operand = Optional.empty();
        Map<String, String> options = new TreeMap<>();
        while (!left.isEmpty()) {
            String word = left.removeFirst();
            if (form.valued().contains(word) && !options.containsKey(word) && !left.isEmpty()) {
                options.put(word, left.removeFirst());
            } else if (form.flags().contains(word)) {
                options.put(word, "");
            } else if (!word.startsWith("-") && !form.operand().isEmpty() && operand.isEmpty()) {
                operand = Optional.of(word);
            } else {
                throw new WrongUse("unexpected argument: " + word);
            }
        }
        if (operand.isEmpty() && !form.operand().isEmpty()) {
            throw new WrongUse(form.operand() + " is missing");
        }
        return new Arguments(operand, Map.copyOf(options));
    }

    /// The settings of the file that was named, or of the usual one.
    SettingsSource source() {
        return new SettingsSource(value(CONFIG).map(Arguments::path)
                .or(() -> Optional.of(Path.of("botmaker.properties")).filter(Files::exists)), System.getenv());
    }

    /// The same, read.
    ///
    /// @throws Settings.Wrong where they are wrong
    Settings settings() throws Settings.Wrong {
        return source().load();
    }

    /// The file that must follow the command.
    Path file() {
        return path(operand.orElseThrow());
    }

    private static Path path(String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new WrongUse("\"" + text + "\" cannot be the name of a file here; set LC_ALL=C.UTF-8 if it has letters beyond ASCII");
        }
    }

    boolean has(String option) {
        return options.containsKey(option);
    }

    Optional<String> value(String option) {
        return Optional.ofNullable(options.get(option));
    }
}
