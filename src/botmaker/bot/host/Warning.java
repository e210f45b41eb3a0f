package botmaker.bot.host;

import botmaker.json.Json;
import botmaker.json.JsonValue;

/// Something about the host that weakens what BotMaker promises, and what to do about it.
///
/// @param kind   such as `isolation`
/// @param title  what is wrong
/// @param detail what to do
/// @param help   the page of the documentation that says more
public record Warning(String kind, String title, String detail, String help) {
    /// The kind of the one warning that is not about safety.
    public static final String ENGINE_DEFAULTS = "engine-defaults";

    public JsonValue toJson() {
        return Json.object().put("kind", kind).put("title", title).put("detail", detail).put("help", help).build();
    }
}
