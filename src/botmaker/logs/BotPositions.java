package botmaker.logs;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// A place in the merged log of several bots: one position in each bot's log. As text it is the `id:` of a line's event,
/// `<bot>:<position>,<bot>:<position>`.
///
/// @param positions by bot id; a bot without one is at its beginning
record BotPositions(Map<String, Position> positions) {
    private static final Pattern BOT = Pattern.compile("[A-Za-z0-9._~-]{1,64}");
    private static final int LONGEST = 4096;

    BotPositions {
        positions = Map.copyOf(positions);
    }

    /// Reads positions; empty when the text is none.
    static Optional<BotPositions> parse(String text) {
        if (text.length() > LONGEST) {
            return Optional.empty();
        }
        Map<String, Position> positions = new LinkedHashMap<>();
        for (String part : text.split(",", -1)) {
            int colon = part.indexOf(':');
            Optional<Position> position = Position.parse(part.substring(colon + 1));
            if (colon < 0 || position.isEmpty() || !BOT.matcher(part.substring(0, colon)).matches()
                    || positions.put(part.substring(0, colon), position.get()) != null) {
                return Optional.empty();
            }
        }
        return Optional.of(new BotPositions(positions));
    }

    Optional<Position> of(String botId) {
        return Optional.ofNullable(positions.get(botId));
    }
}
