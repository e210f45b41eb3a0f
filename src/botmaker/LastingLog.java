package botmaker;

import java.util.logging.LogManager;
import java.util.logging.SimpleFormatter;

/// The JDK's log, with two differences. It is written as [LogFormat] has it, unless the Java virtual machine was given another
/// format. And it stays open while BotMaker ends: the JDK's own manager takes away all handlers at the same moment, and with
/// them what is told last, such as where the record of who did what stands.
public final class LastingLog extends LogManager {
    private static final String FORMAT = SimpleFormatter.class.getName() + ".format";

    /// For the JDK, which makes it by name.
    public LastingLog() { }

    @Override
    public String getProperty(String name) {
        String value = super.getProperty(name);
        return SimpleFormatter.class.getName().equals(value) && System.getProperty(FORMAT, super.getProperty(FORMAT)) == null
                ? LogFormat.class.getName()
                : value;
    }

    @Override
    public void reset() {
        // what is written is flushed line by line
    }
}
