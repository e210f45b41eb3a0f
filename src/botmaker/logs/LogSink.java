package botmaker.logs;

import botmaker.json.JsonValue.JsonObject;
import java.io.IOException;

/// Where the lines of one bot go. Its calls block for as long as the reader at the other end does not read.
interface LogSink {
    /// Takes a line.
    ///
    /// @param after the position after it
    void line(Line line, Position after) throws IOException, InterruptedException;

    /// Takes something that happened between two lines: `started`, `died`, `gap`, `engine`.
    void event(String name, JsonObject data) throws IOException, InterruptedException;

    /// Tells where the next line will come from, when no line told it.
    void at(Position position) throws IOException, InterruptedException;

    /// Sends what it has: the next line may be long in coming.
    void flush() throws IOException, InterruptedException;
}
