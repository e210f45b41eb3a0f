package botmaker.docker;

import botmaker.json.JsonValue;
import java.util.Optional;

/// A step of a build or a pull, in the engine's words.
///
/// @param item  the layer it is about
/// @param done  bytes so far, 0 when unknown
/// @param total bytes in all, 0 when unknown
public record Progress(String message, Optional<String> item, long done, long total) {

    /// @throws EngineException when the step is the engine's report of a failure
    static Progress of(JsonValue json) {
        Fields.text(json, "error").ifPresent(error -> {
            throw new EngineException(500, error);
        });
        Optional<JsonValue> detail = Fields.present(json, "progressDetail");
        return new Progress(
                Fields.text(json, "stream").or(() -> Fields.text(json, "status")).orElse("").strip(),
                Fields.text(json, "id"),
                detail.map(d -> Fields.number(d, "current")).orElse(0L),
                detail.map(d -> Fields.number(d, "total")).orElse(0L));
    }
}
