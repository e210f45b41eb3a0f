package botmaker.bot.view;

import botmaker.bot.host.BotHost.Container;
import botmaker.bot.host.Difference;
import botmaker.bot.model.BotRecord;
import botmaker.bot.model.BotSpec;
import botmaker.json.Json;
import botmaker.json.JsonValue.JsonObject;
import botmaker.json.JsonValue;
import botmaker.json.ObjectBuilder;
import java.time.Instant;
import java.util.Collection;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.SortedMap;

/// A bot as the API shows it: its record, what was observed, and its secrets by name only.
///
/// @param written       when each of its secrets was last written
/// @param imageOutdated whether a new container would be created from another image
public record BotView(BotRecord row, ObservedState seen, Status status, SortedMap<String, Instant> written, boolean imageOutdated) {

    /// Returns the names of its secrets, sorted.
    public Collection<String> secrets() {
        return written.keySet();
    }


    public JsonObject toJson() {
        BotSpec spec = row.spec();
        var settings = Json.object();
        spec.channel().settings().forEach(settings::put);
        var secretsWrittenAt = Json.object();
        written.forEach((name, time) -> secretsWrittenAt.put(name, time.toString()));
        ObjectBuilder json = Json.object()
                .put("id", row.id().value())
                .put("name", spec.name().value())
                .put("status", status.word().toString())
                .put("health", Status.health(status, seen))
                .put("reason", status.reason())
                .put("desired", lower(row.desired()))
                .put("ai", Json.object()
                        .put("provider", spec.ai().provider())
                        .put("model", spec.ai().model())
                        .put("baseUrl", spec.ai().baseUrl())
                        .build())
                .put("channel", Json.object()
                        .put("type", spec.channel().type())
                        .put("settings", settings.build())
                        .build())
                .put("access", Json.object()
                        .put("policy", lower(spec.access().policy()))
                        .put("allow", Json.strings(spec.access().allow()))
                        .put("pairedOwner", row.pairedOwner())
                        .build())
                .put("limits", spec.limits().toJson())
                .put("controlUi", controlUi())
                .put("secrets", Json.strings(secrets()))
                .put("secretsWrittenAt", secretsWrittenAt.build())
                .put("image", row.image())
                .put("imageDigest", seen.container().map(Container::imageId))
                .put("imageOutdated", imageOutdated)
                .put("drift", Json.array(seen.drift().stream().map(Difference::toJson).toList()))
                .put("previousImage", row.rollout().previous().map(BotRecord.Image::reference))
                .put("createdAt", row.createdAt().toString())
                .put("updatedAt", row.updatedAt().toString())
                .put("startedAt", seen.startedAt().map(Instant::toString))
                .put("since", since().toString())
                .put("containerId", seen.container().map(Container::id))
                .put("lastLogLines", Json.strings(seen.lastLines()));
        seen.stateBytes().ifPresent(bytes -> json.put("stateBytes", bytes));
        return json.build();
    }

    private JsonValue controlUi() {
        OptionalInt port = row.spec().controlUi().port();
        return port.isPresent() ? Json.object().put("port", port.getAsInt()).build() : Json.NULL;
    }

    /// Returns since when the bot has been in its present state.
    private Instant since() {
        return switch (status.word()) {
            case RUNNING -> seen.startedAt().orElse(row.updatedAt());
            case STOPPED, ERROR -> seen.container().flatMap(Container::finishedAt).orElse(row.updatedAt());
            case CREATING, DELETING, UNKNOWN -> row.updatedAt();
        };
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
