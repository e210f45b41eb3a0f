package botmaker.log;

import java.util.logging.ConsoleHandler;
import java.util.logging.LogManager;
import java.util.logging.SimpleFormatter;

/// The JDK's log, with two differences. It is written by [LogFormat], unless the Java virtual machine was given another formatter
/// than the JDK's own. And it stays open while BotMaker ends: the JDK's own manager takes away all handlers at the same moment, and with
/// them what is told last, such as where the record of who did what stands.
public final class LastingLog extends LogManager {
    private static final String CONSOLE = ConsoleHandler.class.getName() + ".formatter";

    /// For the JDK, which makes it by name.
    public LastingLog() { }

    @Override
    public String getProperty(String name) {
        String value = super.getProperty(name);
        boolean usual = value == null ? CONSOLE.equals(name) : value.equals(SimpleFormatter.class.getName());
        return usual ? LogFormat.class.getName() : value;
    }

    @Override
    public void reset() {
        // what is written is flushed line by line
    }
}
