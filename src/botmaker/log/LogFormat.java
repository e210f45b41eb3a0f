package botmaker.log;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.logging.Formatter;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.SimpleFormatter;

/// Log lines on standard error: time, level, class, message, or as `java.util.logging.SimpleFormatter.format` wants them. What a
/// record has beyond its first line is indented: the names of a bot's files, and what the engine says, come into messages and
/// stack traces, and must not make lines that look like BotMaker's own.
///
/// The JDK's own format is built on `String.format`, whose first use would make each start some 20 ms longer.
public final class LogFormat extends Formatter {
    private static final String FORMAT = SimpleFormatter.class.getName() + ".format";
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSxx", Locale.ROOT);

    private final Optional<Formatter> given;

    /// For the JDK, which makes it by name.
    public LogFormat() {
        this(Optional.ofNullable(System.getProperty(FORMAT, LogManager.getLogManager().getProperty(FORMAT))).map(_ -> new SimpleFormatter()));
    }

    /// @param given makes the text instead, which is then made safe
    LogFormat(Optional<Formatter> given) {
        this.given = given;
    }

    /// Has the log written so, unless the Java virtual machine was given a log of its own. To be called before anything is logged.
    public static void use() {
        System.getProperties().putIfAbsent("java.util.logging.manager", LastingLog.class.getName());
    }

    @Override
    public String format(LogRecord record) {
        String text = given.isPresent() ? given.get().format(record) : usual(record);
        return text.strip().replaceAll("[\\p{Cntrl}&&[^\n\t]]", "?").replace("\n", "\n    ") + "\n";
    }

    private String usual(LogRecord record) {
        return TIME.format(record.getInstant().atZone(ZoneId.systemDefault()))
                + " " + record.getLevel().getName() + " " + record.getLoggerName() + " " + formatMessage(record)
                + Optional.ofNullable(record.getThrown()).map(LogFormat::trace).orElse("");
    }

    private static String trace(Throwable thrown) {
        StringWriter trace = new StringWriter();
        thrown.printStackTrace(new PrintWriter(trace));
        return "\n" + trace;
    }
}
