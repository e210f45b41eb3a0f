package botmaker;

import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/// Log lines on standard error: time, level, class, message. What a record has beyond its first line is indented: the names of
/// a bot's files, and what the engine says, come into messages and stack traces, and must not make lines that look like
/// BotMaker's own.
final class LogFormat extends SimpleFormatter {
    @Override
    public String format(LogRecord record) {
        return super.format(record).strip().replaceAll("[\\p{Cntrl}&&[^\n\t]]", "?").replace("\n", "\n    ") + "\n";
    }

    /// Sets this format, unless the Java virtual machine was given another.
    static void use() {
        System.getProperties().putIfAbsent("java.util.logging.SimpleFormatter.format",
                "%1$tFT%1$tT.%1$tL%1$tz %4$s %3$s %5$s%6$s%n");
        for (Handler handler : Logger.getLogger("").getHandlers()) {
            if (SimpleFormatter.class.equals(handler.getFormatter().getClass())) {
                handler.setFormatter(new LogFormat());
            }
        }
    }
}
