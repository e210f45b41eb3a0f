package botmaker.bot;

import botmaker.bot.Fleet.EngineView;
import botmaker.json.Json;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/// The bots as JSON text, written once for each change, however many ask for it.
///
/// What is kept is used again only for the very same values: nobody has to say that something changed.
final class FleetJson {
    /// @param json of that bot
    private record Shown(Bot bot, String json) {
        /// Whether this is another bot's text too. The parts are immutable, and kept as they are until they change: comparing
        /// what an inspect said would cost as much as writing it.
        boolean shows(Bot other) {
            return bot.row() == other.row()
                    && bot.seen() == other.seen()
                    && bot.written() == other.written()
                    && bot.status().equals(other.status())
                    && bot.imageOutdated() == other.imageOutdated();
        }
    }

    /// @param bots each bot's text
    private record Page(List<String> bots, EngineView engine, byte[] json) { }

    private final Map<BotId, Shown> shown = new ConcurrentHashMap<>();
    private volatile Page page = page(List.of(), EngineView.NEVER_SEEN);

    /// One bot.
    String of(Bot bot) {
        Shown last = shown.get(bot.row().id());
        if (last == null || !last.shows(bot)) {
            last = new Shown(bot, bot.toJson().toString());
            shown.put(bot.row().id(), last);
        }
        return last.json();
    }

    /// All bots and the engine, in UTF-8.
    byte[] of(List<Bot> bots, EngineView engine) {
        List<String> texts = bots.stream().map(this::of).toList();
        Page last = page;
        if (!last.bots().equals(texts) || !last.engine().equals(engine)) {
            last = page(texts, engine);
            page = last;
            shown.keySet().retainAll(bots.stream().map(bot -> bot.row().id()).collect(Collectors.toSet()));
        }
        return last.json();
    }

    private static Page page(List<String> bots, EngineView engine) {
        String rest = Json.object()
                .put("observedAt", engine.observedAt().map(Instant::toString))
                .put("engine", engine.toJson())
                .build().toString();
        String json = "{\"bots\":[" + String.join(",", bots) + "]," + rest.substring(1);
        return new Page(bots, engine, json.getBytes(StandardCharsets.UTF_8));
    }
}
