package botmaker;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// What follows a command on the command line: options in any order, and for some commands one file.
///
/// @param file    empty for commands that take none
/// @param config  the file after `--config`
/// @param options all others that were given
record Arguments(Optional<Path> file, Optional<Path> config, Set<String> options) {
    static final String CONFIG = "--config";

    /// The command line was used wrongly; the words say how.
    static final class WrongUse extends RuntimeException {
        private static final long serialVersionUID = 1L;

        WrongUse(String message) {
            super(message);
        }
    }

    /// @param words   what follows the command
    /// @param allowed the options that it takes
    /// @param files   how many files it needs, 0 or 1
    static Arguments of(List<String> words, Set<String> allowed, int files) {
        List<String> left = new ArrayList<>(words);
        List<Path> found = new ArrayList<>();
        Set<String> options = new TreeSet<>();
        Optional<Path> config = Optional.empty();
        while (!left.isEmpty()) {
            String word = left.removeFirst();
            if (word.equals(CONFIG) && allowed.contains(CONFIG) && config.isEmpty() && !left.isEmpty()) {
                config = Optional.of(Path.of(left.removeFirst()));
            } else if (allowed.contains(word) && !word.equals(CONFIG)) {
                options.add(word);
            } else if (!word.startsWith("-") && found.size() < files) {
                found.add(Path.of(word));
            } else {
                throw new WrongUse("\"" + word + "\" cannot stand there");
            }
        }
        if (found.size() < files) {
            throw new WrongUse("the name of a file is missing");
        }
        return new Arguments(found.stream().findFirst(), config, options);
    }

    /// The settings of the file that was named, or of the usual one.
    ///
    /// @throws Settings.Wrong where they are wrong
    Settings settings() throws Settings.Wrong {
        return Settings.load(config.or(() -> Optional.of(Path.of("botmaker.properties")).filter(Files::exists)), System.getenv());
    }

    boolean has(String option) {
        return options.contains(option);
    }
}
