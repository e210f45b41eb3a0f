package botmaker.logs;

import static java.nio.charset.StandardCharsets.UTF_8;

import botmaker.docker.LogFrame;
import botmaker.json.Json;

/// One line of a container's log, without its line end.
///
/// @param time      when its first byte was written, by the engine's clock, in nanoseconds since 1970
/// @param ordinal   how many lines with exactly the same time precede it
/// @param bytes     hold the text in `[from..to)`
/// @param cutBefore whether its beginning may be missing, since reading began with it
/// @param cut       how many bytes at its end were left out, because it is too long
record Line(long time, int ordinal, LogFrame.Source source, byte[] bytes, int from, int to, boolean cutBefore, long cut) {

    /// Returns the text; malformed UTF-8 becomes U+FFFD.
    String text() {
        return new String(bytes, from, to - from, UTF_8);
    }

    /// Returns the text without secrets.
    String text(LoggedBots.Redaction redaction) {
        return redaction.apply(text(), cutBefore, cut > 0);
    }

    /// Writes lines as the `data:` of their events: `{"t":…,"s":"out"|"err","m":"text"}`, with `"b"`, the bot, where several are mixed,
    /// and with `"cut"`, the number of bytes left out, when the line is too long. For one thread.
    static final class Writer {
        private static final int USUAL_CAPACITY = 16 * 1024;

        private final LoggedBots.Redaction redaction;
        private final String end;
        private final Timestamp.Writer times = new Timestamp.Writer();
        private StringBuilder out = new StringBuilder();

        private Writer(LoggedBots.Redaction redaction, String end) {
            this.redaction = redaction;
            this.end = end;
        }

        /// Returns a writer for the log of one bot.
        static Writer of(LoggedBots.Redaction redaction) {
            return new Writer(redaction, "}");
        }

        /// Returns a writer for one bot among several.
        static Writer of(LoggedBots.Redaction redaction, String botId) {
            return new Writer(redaction, ",\"b\":" + Json.of(botId) + "}");
        }

        String json(Line line) {
            StringBuilder json = empty().append("{\"t\":\"");
            times.append(json, line.time());
            json.append(line.source() == LogFrame.Source.OUT ? "\",\"s\":\"out\",\"m\":" : "\",\"s\":\"err\",\"m\":");
            Json.appendString(json, line.text(redaction));
            if (line.cut() > 0) {
                json.append(",\"cut\":").append(line.cut());
            }
            return json.append(end).toString();
        }

        /// Returns a line of a text file: `<time> <out|err> <text>`.
        String text(Line line) {
            StringBuilder text = empty();
            times.append(text, line.time());
            text.append(line.source() == LogFrame.Source.OUT ? " out " : " err ").append(line.text(redaction));
            if (line.cut() > 0) {
                text.append(" … (").append(line.cut()).append(" bytes left out)");
            }
            return text.append('\n').toString();
        }

        private StringBuilder empty() {
            if (out.capacity() > USUAL_CAPACITY) {
                out = new StringBuilder(); // drops the memory of a very long line
            }
            out.setLength(0);
            return out;
        }
    }
}
