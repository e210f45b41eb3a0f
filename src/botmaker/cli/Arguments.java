package botmaker.cli;

import botmaker.config.Settings;
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
    static final String NO_PAUSE = "--no-pause";
    /// Ends a broker together with the server that started it: at the end of its standard input.
    static final String CHILD = "--child";
    private static final Set<String> FLAGS = Set.of(NO_PAUSE, CHILD);

    /// Signals wrong usage of the command line; the message says how.
    static final class WrongUse extends RuntimeException {
        private static final long serialVersionUID = 1L;

        WrongUse(String message) {
            super(message);
        }
    }

    /// @param words   the words after the command
    /// @param what    the required operand's name in messages; empty if none is accepted
    /// @param allowed the options that are accepted; all but [#FLAGS] have a value
    static Arguments of(List<String> words, String what, Set<String> allowed) {
        List<String> left = new ArrayList<>(words);
        Optional<String> operand = Optional.empty();
        Map<String, String> options = new TreeMap<>();
        while (!left.isEmpty()) {
            String word = left.removeFirst();
            boolean flag = FLAGS.contains(word);
            if (allowed.contains(word) && (flag || !options.containsKey(word) && !left.isEmpty())) {
                options.put(word, flag ? "" : left.removeFirst());
            } else if (!word.startsWith("-") && !what.isEmpty() && operand.isEmpty()) {
                operand = Optional.of(word);
            } else {
                throw new WrongUse("unexpected argument: " + word);
            }
        }
        if (operand.isEmpty() && !what.isEmpty()) {
            throw new WrongUse(what + " is missing");
        }
        return new Arguments(operand, Map.copyOf(options));
    }

    /// Returns the source of the settings: the named file, or the default one.
    Settings.Source source() {
        return new Settings.Source(value(CONFIG).map(Arguments::path)
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
