package botmaker.logs;

import botmaker.json.JsonValue.JsonObject;
import java.io.IOException;

/// Receives the log of one bot. Its calls block for as long as the reader at the other end does not read.
interface LogSink {
    /// Receives a line.
    ///
    /// @param after the position after it
    /// @throws java.io.UncheckedIOException when the bot's secrets cannot be read; nothing of the line was then sent
    void line(Line line, Position after) throws IOException, InterruptedException;

    /// Receives an event that belongs between two lines: `started`, `died`, `gap`, `engine`.
    void event(String name, JsonObject data) throws IOException, InterruptedException;

    /// Receives the position from which the next line will come, when no line had it.
    void at(Position position) throws IOException, InterruptedException;

    /// Sends what it has: the next line may be long in coming.
    void flush() throws IOException, InterruptedException;

    /// Sends what it has. Everything that the bot has written so far was received, so that the next line will be a new one.
    default void caughtUp() throws IOException, InterruptedException {
        flush();
    }
}
