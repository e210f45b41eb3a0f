package botmaker.cli;

import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/// Reads a password or passphrase: without echo on a console, otherwise as one line of standard input. It is never an argument or an
/// environment variable, which others could read.
final class Passphrase {
    private static final int LEAST = 12;

    private Passphrase() {
    }

    /// Reads a new one, on a console twice.
    ///
    /// @param what its name in prompts and messages
    /// @throws IOException if it is too short, or the two entries differ
    static char[] choose(String what) throws IOException {
        char[] chosen = ask(what);
        if (chosen.length < LEAST) {
            throw new IOException("a " + what + " of at least " + LEAST + " characters is needed");
        }
        if (console().isPresent() && !Arrays.equals(chosen, ask("same " + what + " again"))) {
            throw new IOException("the two entries do not match");
        }
        return chosen;
    }

    /// Reads an existing one.
    ///
    /// @throws IOException if standard input cannot be read
    static char[] ask(String what) throws IOException {
        Optional<Console> console = console();
        if (console.isPresent()) {
            String prompt = Character.toUpperCase(what.charAt(0)) + what.substring(1) + ": ";
            return Optional.ofNullable(console.get().readPassword("%s", prompt)).orElse(new char[0]);
        }
        var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8.newDecoder()));
        try {
            String line = Optional.ofNullable(in.readLine()).orElse("");
            if (in.ready() && in.readLine() != null) {
                throw new IOException("the " + what + " must be a single line");
            }
            return line.toCharArray();
        } catch (CharacterCodingException _) {
            throw new IOException("the " + what + " must be UTF-8 text");
        }
    }

    private static Optional<Console> console() {
        return Optional.ofNullable(System.console()).filter(Console::isTerminal);
    }
}
