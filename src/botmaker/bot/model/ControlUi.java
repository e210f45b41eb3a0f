package botmaker.bot.model;

import java.util.OptionalInt;

/// Whether a bot's Control UI can be opened on this host, and at which port of 127.0.0.1.
///
/// The port is given by [BotStore] when the bot's row is written, and stays the bot's until it is switched off: OpenClaw
/// answers only to pages of exactly that port.
///
/// @param port empty where it is off, and in a wish that was not written yet
public record ControlUi(boolean on, OptionalInt port) {
    public static final ControlUi OFF = new ControlUi(false, OptionalInt.empty());
    /// On, at a port that is still to be given.
    static final ControlUi WANTED = new ControlUi(true, OptionalInt.empty());

    public ControlUi {
        if (!on && port.isPresent()) {
            throw new IllegalArgumentException("there is no port where it is off");
        }
    }

    public static ControlUi at(int port) {
        return new ControlUi(true, OptionalInt.of(port));
    }

    /// The same wish, carried over to a bot that has a port already.
    public static ControlUi wished(boolean on, ControlUi before) {
        if (!on) {
            return OFF;
        }
        return before.on() ? before : WANTED;
    }

    public boolean needsPort() {
        return on && port.isEmpty();
    }
}
