package botmaker.logs;

import java.util.Optional;

/// Every id that begins with a `b` is the bot of [Recording]'s container; nothing of it is secret.
record OneBot() implements LoggedBots {
    @Override
    public Optional<Bot> find(String id) {
        return id.startsWith("b") ? Optional.of(new Bot("Bot", Optional.of(Recording.CONTAINER))) : Optional.empty();
    }

    @Override
    public Redaction redaction(String id) {
        return Redaction.NONE;
    }
}
