package botmaker.audit;

import botmaker.json.Json;
import botmaker.json.JsonValue;

/// A record as it is stored.
///
/// @param seq  1, 2, 3, …
/// @param at   when it happened, RFC 3339 in UTC
/// @param hash see [Chain]
record Entry(long seq, String at, Event event, String hash) {
    JsonValue toJson() {
        return Json.object()
                .put("seq", seq)
                .put("at", at)
                .put("user", event.user())
                .put("source", event.source())
                .put("action", event.action())
                .put("bot", event.bot())
                .put("name", event.name())
                .put("outcome", event.outcome())
                .put("detail", event.detail())
                .put("hash", hash)
                .build();
    }
}
