package botmaker.logs;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/// Finds bots and redacts their lines. Called repeatedly while a log is followed, so it answers from memory.
public interface LoggedBots {
    /// A bot whose log can be read.
    ///
    /// @param name        the display name
    /// @param containerId the full id of its present container; empty while it has none
    record Bot(String name, Optional<String> containerId) {
        public Bot {
            requireNonNull(name);
            requireNonNull(containerId);
        }
    }

    /// Removes a bot's secrets from what it wrote. For one thread.
    @FunctionalInterface
    interface Redaction {
        /// Leaves every text as it is.
        Redaction NONE = (text, cutBefore, cutAfter) -> text;

        /// Redacts a line.
        ///
        /// @param cutBefore whether its beginning may be missing
        /// @param cutAfter  whether its end is missing
        /// @throws java.io.UncheckedIOException when the secrets cannot be read: the text must then not be shown
        String apply(String text, boolean cutBefore, boolean cutAfter);
    }

    /// Finds a bot.
    ///
    /// @param id any text, as it stood in the URL
    /// @return empty when no such bot exists any more
    Optional<Bot> find(String id);

    /// Returns the redaction of a bot's lines.
    Redaction redaction(String id);
}
