package botmaker;

import java.util.logging.LogManager;

/// Keeps the log open while BotMaker ends: the JDK's own manager takes away all handlers at the same moment, and with them
/// what is told last, such as where the record of who did what stands.
public final class LastingLog extends LogManager {
    /// For the JDK, which makes it by name.
    public LastingLog() { }

    @Override
    public void reset() {
        // what is written is flushed line by line
    }
}
