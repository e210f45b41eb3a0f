package botmaker.bot.view;

import botmaker.bot.host.Warning;
import botmaker.bot.model.BotId;
import botmaker.bot.view.BotRegistry.EngineView;
import botmaker.json.Json;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/// The bots as JSON text, written once for each change, however many ask for it.
///
/// What is kept of a bot is used again only for the very same values, and the whole while nobody says that something changed.
public final class BotJson {
    /// @param json of that bot
    private record Shown(BotView bot, String json) {
        /// Whether this is another bot's text too. The parts are immutable, and kept as they are until they change: comparing
        /// what an inspect said would cost as much as writing it.
        boolean shows(BotView other) {
            return bot.row() == other.row()
                    && bot.seen() == other.seen()
                    && bot.written() == other.written()
                    && bot.status().equals(other.status())
                    && bot.imageOutdated() == other.imageOutdated();
        }
    }

    private record Page(long changes, EngineView engine, byte[] json) { }

    private final Map<BotId, Shown> shown = new ConcurrentHashMap<>();
    private volatile Page page = page(0, EngineView.NEVER_SEEN, List.of());

    /// One bot.
    public String of(BotView bot) {
        Shown last = shown.get(bot.row().id());
        if (last == null || !last.shows(bot)) {
            last = new Shown(bot, bot.toJson().toString());
            shown.put(bot.row().id(), last);
        }
        return last.json();
    }

    /// All bots and the engine, in UTF-8.
    ///
    /// @param changes how many there were, counted before the bots are asked for
    public byte[] of(long changes, EngineView engine, Supplier<List<BotView>> all) {
        Page last = page;
        if (last.changes() != changes || !last.engine().equals(engine)) {
            List<BotView> bots = all.get();
            last = page(changes, engine, bots.stream().map(this::of).toList());
            page = last;
            shown.keySet().retainAll(bots.stream().map(bot -> bot.row().id()).collect(Collectors.toSet()));
        }
        return last.json();
    }

    private static Page page(long changes, EngineView engine, List<String> bots) {
        String rest = Json.object()
                .put("observedAt", engine.observedAt().map(Instant::toString))
                .put("engine", engine.toJson())
                .put("warnings", Json.array(engine.warnings().stream().map(Warning::toJson).toList()))
                .build().toString();
        String json = "{\"bots\":[" + String.join(",", bots) + "]," + rest.substring(1);
        return new Page(changes, engine, json.getBytes(StandardCharsets.UTF_8));
    }
}
