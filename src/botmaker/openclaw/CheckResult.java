package botmaker.openclaw;

import static java.util.Objects.requireNonNull;

import botmaker.json.Json;
import botmaker.json.JsonValue;
import botmaker.json.ObjectBuilder;
import java.util.List;
import java.util.Optional;

/// What a service said of a credential.
///
/// @param ok     whether it works; empty where that could not be told
/// @param detail the same in words, without the credential
/// @param models what a provider offers, where it said so
public record CheckResult(Optional<Boolean> ok, String detail, List<String> models) {
    public CheckResult {
        requireNonNull(ok);
        requireNonNull(detail);
        models = List.copyOf(models);
    }

    static CheckResult works(String detail) {
        return new CheckResult(Optional.of(true), detail, List.of());
    }

    static CheckResult fails(String detail) {
        return new CheckResult(Optional.of(false), detail, List.of());
    }

    static CheckResult unknown(String detail) {
        return new CheckResult(Optional.empty(), detail, List.of());
    }

    CheckResult with(List<String> offered) {
        return new CheckResult(ok, detail, offered);
    }

    /// The begin of an answer: `ok` (null where it could not be told) and `detail`.
    public ObjectBuilder toJson() {
        return Json.object().put("ok", ok.<JsonValue>map(Json::of).orElse(Json.NULL)).put("detail", detail);
    }
}
