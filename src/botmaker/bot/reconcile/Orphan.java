package botmaker.bot.reconcile;

import botmaker.json.Json;
import botmaker.json.JsonValue;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// Something of this installation that no bot has any more: what a crash in a bad moment, a restored backup or somebody's
/// own hand left behind.
///
/// @param id      names it among those of its kind
/// @param name    for people
/// @param what    what it is, in a sentence
/// @param wouldDo what its removal does, in a sentence
public record Orphan(Kind kind, String id, String name, String what, String wouldDo) {
    /// Where it lies: in the engine, or in one of the data directory's parts.
    public enum Kind {
        CONTAINER, SECRETS, STATE, KEPT, NETWORK;

        public static Optional<Kind> of(String word) {
            return Arrays.stream(values()).filter(kind -> kind.toString().equals(word)).findFirst();
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// As the system page shows it.
    public JsonValue toJson() {
        return Json.object()
                .put("kind", kind.toString())
                .put("id", id)
                .put("name", name)
                .put("what", what)
                .put("wouldDo", wouldDo)
                .build();
    }
}
