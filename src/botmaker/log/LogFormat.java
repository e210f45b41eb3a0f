package botmaker.log;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.logging.ConsoleHandler;
import java.util.logging.Formatter;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.SimpleFormatter;

/// Formats log lines as time, level, class and message, or by `java.util.logging.SimpleFormatter.format` where that is set.
///
/// Every line of a record after its first is indented. Messages and stack traces contain the names of a bot's files and texts of
/// the engine, which must not produce lines that look like BotMaker's own.
///
/// The JDK's own format uses `String.format`, whose first use takes 20 ms of each start.
public final class LogFormat extends Formatter {
    private static final String FORMAT = SimpleFormatter.class.getName() + ".format";
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSxx", Locale.ROOT);

    private final Optional<Formatter> given;

    /// Makes the format; the JDK calls this by name.
    public LogFormat() {
        this(Optional.ofNullable(System.getProperty(FORMAT, LogManager.getLogManager().getProperty(FORMAT))).map(_ -> new SimpleFormatter()));
    }

    /// @param given formats the record instead; its text is then made safe
    LogFormat(Optional<Formatter> given) {
        this.given = given;
    }

    /// Selects this format, unless the Java virtual machine was started with a log manager of its own. Call it before the first
    /// line is logged.
    public static void use() {
        System.getProperties().putIfAbsent("java.util.logging.manager", Manager.class.getName());
    }

    @Override
    public String format(LogRecord record) {
        String text = given.isPresent() ? given.get().format(record) : usual(record);
        return text.strip().replaceAll("[\\p{Cntrl}&&[^\n\t]]", "?").replace("\n", "\n    ") + "\n";
    }

    private String usual(LogRecord record) {
        return line(record.getInstant(), record.getLevel().getName(), record.getLoggerName(), formatMessage(record))
                + Optional.ofNullable(record.getThrown()).map(LogFormat::trace).orElse("");
    }

    static String line(Instant at, String level, String logger, String message) {
        return TIME.format(at.atZone(ZoneId.systemDefault())) + " " + level + " " + logger + " " + message;
    }

    private static String trace(Throwable thrown) {
        StringWriter trace = new StringWriter();
        thrown.printStackTrace(new PrintWriter(trace));
        return "\n" + trace;
    }

    /// The JDK's log manager with [LogFormat] as the default format. It keeps its handlers during shutdown: the JDK's own removes them
    /// at once, and with them the last lines, such as the head of the audit log.
    public static final class Manager extends LogManager {
        private static final String CONSOLE = ConsoleHandler.class.getName() + ".formatter";

        /// Makes the manager; the JDK calls this by name.
        public Manager() { }

        @Override
        public String getProperty(String name) {
            String value = super.getProperty(name);
            boolean usual = value == null ? CONSOLE.equals(name) : value.equals(SimpleFormatter.class.getName());
            return usual ? LogFormat.class.getName() : value;
        }

        @Override
        public void reset() {
            // each line is flushed when it is written
        }
    }
}
