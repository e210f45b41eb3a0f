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

/// The arguments of a command: options in any order, and for some commands an operand.
///
/// @param operand a file or a subcommand; empty for commands without one
/// @param options the given options with their values, which are empty for flags
record Arguments(Optional<String> operand, Map<String, String> options) {
    static final String CONFIG = "--config";

    /// The arguments that a command accepts.
    ///
    /// @param operand the required operand's name in messages; empty if none is accepted
    /// @param flags   options without a value
    /// @param valued  options with a value
    record Form(String operand, Set<String> flags, Set<String> valued) {
        static final Form NOTHING = new Form("", Set.of(), Set.of());
        static final Form CONFIGURED = new Form("", Set.of(), Set.of(CONFIG));
    }

    /// Signals wrong usage of the command line; the message says how.
    static final class WrongUse extends RuntimeException {
        private static final long serialVersionUID = 1L;

        WrongUse(String message) {
            super(message);
        }
    }

    /// @param words the words after the command
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

    /// Returns the source of the settings: the named file, or the default one.
    SettingsSource source() {
        return new SettingsSource(value(CONFIG).map(Arguments::path)
                .or(() -> Optional.of(Path.of("botmaker.properties")).filter(Files::exists)), System.getenv());
    }

    /// Reads the settings.
    ///
    /// @throws Settings.Wrong if they are invalid
    Settings settings() throws Settings.Wrong {
        return source().load();
    }

    /// Returns the operand as a file.
    Path file() {
        return path(operand.orElseThrow());
    }

    private static Path path(String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new WrongUse("\"" + text + "\" is not a valid path; if it has letters beyond ASCII, set LC_ALL=C.UTF-8");
        }
    }

    boolean has(String option) {
        return options.containsKey(option);
    }

    Optional<String> value(String option) {
        return Optional.ofNullable(options.get(option));
    }
}
