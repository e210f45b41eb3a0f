package botmaker.logs;

import botmaker.docker.LogFrame;
import botmaker.json.Json;

/// Writes a line as the `data:` of its event: `{"t":…,"s":"out"|"err","m":"text"}`, with `"b"`, the bot, where several are
/// mixed, and with `"cut"`, the number of bytes left out, where the line was too long. For one thread.
final class LineJson {
    private static final int USUAL = 16 * 1024;

    private final LineFilter filter;
    private final String end;
    private final TimestampText times = new TimestampText();
    private StringBuilder json = new StringBuilder();

    private LineJson(LineFilter filter, String end) {
        this.filter = filter;
        this.end = end;
    }

    /// Lines of the only bot.
    static LineJson of(LineFilter filter) {
        return new LineJson(filter, "}");
    }

    /// Lines of one bot among several.
    static LineJson of(LineFilter filter, String botId) {
        return new LineJson(filter, ",\"b\":" + Json.of(botId) + "}");
    }

    String of(Line line) {
        if (json.capacity() > USUAL) {
            json = new StringBuilder(); // a very long line's memory is not kept
        }
        json.setLength(0);
        json.append("{\"t\":\"");
        times.append(json, line.time());
        json.append(line.source() == LogFrame.Source.OUT ? "\",\"s\":\"out\",\"m\":" : "\",\"s\":\"err\",\"m\":");
        Json.appendString(json, filter.apply(line.text()));
        if (line.cut() > 0) {
            json.append(",\"cut\":").append(line.cut());
        }
        return json.append(end).toString();
    }
}
