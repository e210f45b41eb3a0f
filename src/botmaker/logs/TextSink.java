package botmaker.logs;

import static java.nio.charset.StandardCharsets.UTF_8;

import botmaker.docker.LogFrame;
import botmaker.json.JsonValue.JsonObject;
import java.io.IOException;
import java.io.OutputStream;

/// Lines of one bot as a text file, `<time> <out|err> <text>`. What is not the bot's begins with `-- ` instead of a time.
final class TextSink implements LogSink {
    private static final int USUAL = 16 * 1024;

    private final OutputStream out;
    private final LineFilter filter;
    private final TimestampText times = new TimestampText();
    private StringBuilder text = new StringBuilder();

    TextSink(OutputStream out, LineFilter filter) {
        this.out = out;
        this.filter = filter;
    }

    @Override
    public void line(Line line, Position after) throws IOException {
        if (text.capacity() > USUAL) {
            text = new StringBuilder(); // a very long line's memory is not kept
        }
        text.setLength(0);
        times.append(text, line.time());
        text.append(line.source() == LogFrame.Source.OUT ? " out " : " err ").append(filter.apply(line.text()));
        if (line.cut() > 0) {
            text.append(" … (").append(line.cut()).append(" bytes left out)");
        }
        write(text.append('\n'));
    }

    @Override
    public void event(String name, JsonObject data) throws IOException {
        note(name + " " + data);
    }

    /// Adds a remark of BotMaker's own.
    void note(String remark) throws IOException {
        write(new StringBuilder("-- ").append(remark).append('\n'));
    }

    @Override
    public void at(Position position) {
        // a file has no positions
    }

    @Override
    public void flush() throws IOException {
        out.flush();
    }

    private void write(StringBuilder line) throws IOException {
        out.write(line.toString().getBytes(UTF_8));
    }
}
