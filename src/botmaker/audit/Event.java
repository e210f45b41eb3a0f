package botmaker.audit;

import java.util.stream.Collectors;

/// An event to record. A text that does not apply is empty.
///
/// @param user    the signed-in user; empty without one, and for BotMaker itself
/// @param source  the address that the request came from; empty for BotMaker itself
/// @param action  `POST /api/bots/{id}/stop` for a request, a word for anything else
/// @param bot     the id of the bot concerned
/// @param name    that bot's name before the change, if it had one
/// @param outcome `ok`, or the kind of failure: `conflict`
/// @param detail  further facts, such as the names of the changed fields
record Event(String user, String source, String action, String bot, String name, String outcome, String detail) {
    static final String OK = "ok";
    private static final int LONGEST = 500;

    /// Returns an event of something that BotMaker did without a request.
    static Event ofItself(String action, String bot, String name, String detail) {
        return new Event("", "", action, bot, name, OK, detail);
    }

    /// Returns this event with texts of one line, at most 500 characters and valid UTF-8.
    Event plain() {
        return new Event(plain(user), plain(source), plain(action), plain(bot), plain(name), plain(outcome), plain(detail));
    }

    private static String plain(String text) {
        return text.codePoints().limit(LONGEST)
                .map(c -> Character.isISOControl(c) ? ' ' : Character.getType(c) == Character.SURROGATE ? 0xfffd : c)
                .mapToObj(Character::toString).collect(Collectors.joining());
    }
}
