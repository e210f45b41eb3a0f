package botmaker.audit;

import java.util.stream.Collectors;

/// Something worth a record. A text that does not apply is empty.
///
/// @param user    who is signed in; empty for a stranger, and for BotMaker itself
/// @param source  the address that the request came from; empty for BotMaker itself
/// @param action  what: `POST /api/bots/{id}/stop` for a request, a word for anything else
/// @param bot     the id of the bot that it is about
/// @param name    that bot's name: the one before the change, where there was one
/// @param outcome `ok`, or the kind of failure: `conflict`
/// @param detail  what else may be told, such as the names of the fields that were changed
record Event(String user, String source, String action, String bot, String name, String outcome, String detail) {
    static final String OK = "ok";
    private static final int LONGEST = 500;

    /// Something that BotMaker did by itself.
    static Event ofItself(String action, String bot, String name, String detail) {
        return new Event("", "", action, bot, name, OK, detail);
    }

    /// This event with texts that can be kept and printed: one line each, of some length, that has a form in UTF-8.
    Event plain() {
        return new Event(plain(user), plain(source), plain(action), plain(bot), plain(name), plain(outcome), plain(detail));
    }

    private static String plain(String text) {
        return text.codePoints().limit(LONGEST)
                .map(c -> Character.isISOControl(c) ? ' ' : Character.getType(c) == Character.SURROGATE ? 0xfffd : c)
                .mapToObj(Character::toString).collect(Collectors.joining());
    }
}
