package botmaker.attack;

import botmaker.json.JsonValue;
import java.util.ArrayList;
import java.util.List;

/// What an attack must not change: the bots, what was done (each call that reached a route that changes something is recorded,
/// also one that failed there), and what belongs to no bot.
///
/// @param done the recorded actions but for refusals, which attacks are expected to leave
record Holdings(List<String> bots, List<String> done, String orphans) {
    private static final List<String> LASTING = List.of("id", "name", "desired", "updatedAt", "startedAt", "containerId", "secrets", "channel", "ai");

    /// How an answer is got as somebody who is signed in.
    interface Reader {
        JsonValue get(String path) throws Exception;
    }

    static Holdings of(Reader reader) throws Exception {
        List<String> bots = new ArrayList<>();
        for (JsonValue bot : reader.get("/api/bots").get("bots").elements()) {
            bots.add(LASTING.stream().map(member -> bot.find(member).map(JsonValue::toString).orElse("")).toList()
                    + reader.get("/api/bots/" + bot.get("id").string() + "/instructions").toString());
        }
        List<String> done = reader.get("/api/audit?limit=500").get("records").elements().stream()
                .filter(record -> !record.get("outcome").string().matches("denied|unauthenticated|throttled|refused"))
                .map(record -> record.get("user").string() + " " + record.get("action").string() + " " + record.get("outcome").string())
                .toList();
        return new Holdings(bots, done, reader.get("/api/system").get("orphans").toString());
    }
}
