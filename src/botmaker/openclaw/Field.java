package botmaker.openclaw;

import static java.util.Objects.requireNonNull;

import botmaker.json.Json;
import botmaker.json.JsonValue;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// One thing that a provider or channel needs to be told: the form shows it, the check enforces it.
///
/// @param key         its name in requests
/// @param label       its name for people
/// @param kind        what it holds
/// @param required    whether a bot cannot do without
/// @param pattern     what the whole value (each entry of a list) must match, in the common subset of Java's and
///                    JavaScript's regular expressions
/// @param hint        one or two sentences on what belongs here
/// @param placeholder an example that works for nobody
/// @param help        a page that tells where one gets it
public record Field(String key, String label, Kind kind, boolean required, Optional<Pattern> pattern, String hint,
                    Optional<String> placeholder, Optional<String> help) {
    /// What a field holds. A secret was made by a machine, a password may have been thought up by a person.
    public enum Kind { TEXT, URL, HOST, PORT, FLAG, LIST, SECRET, PASSWORD }

    public Field {
        requireNonNull(key);
        requireNonNull(label);
        requireNonNull(kind);
        requireNonNull(pattern);
        requireNonNull(hint);
        requireNonNull(placeholder);
        requireNonNull(help);
    }

    static Field required(Kind kind, String key, String label, String hint) {
        return new Field(key, label, kind, true, Optional.empty(), hint, Optional.empty(), Optional.empty());
    }

    static Field optional(Kind kind, String key, String label, String hint) {
        return new Field(key, label, kind, false, Optional.empty(), hint, Optional.empty(), Optional.empty());
    }

    Field matching(String regex) {
        return new Field(key, label, kind, required, Optional.of(Pattern.compile(regex)), hint, placeholder, help);
    }

    Field placeholder(String text) {
        return new Field(key, label, kind, required, pattern, hint, Optional.of(text), help);
    }

    Field help(String url) {
        return new Field(key, label, kind, required, pattern, hint, placeholder, Optional.of(url));
    }

    /// Whether its value is kept in a file of its own and never shown.
    public boolean secret() {
        return kind == Kind.SECRET || kind == Kind.PASSWORD;
    }

    /// What is wrong with a value, in words that do not repeat it.
    Optional<String> problem(String value) {
        return Formats.problem(kind, value).or(() -> mismatch(value));
    }

    private Optional<String> mismatch(String value) {
        boolean matches = pattern.isEmpty() || (kind == Kind.LIST ? Formats.entries(value).stream() : Optional.of(value).stream())
                .allMatch(text -> pattern.get().matcher(text).matches());
        return matches ? Optional.empty() : Optional.of("This does not have the right form. " + hint);
    }

    JsonValue toJson() {
        return Json.object()
                .put("key", key)
                .put("label", label)
                .put("kind", kind.name().toLowerCase(Locale.ROOT))
                .put("secret", secret())
                .put("required", required)
                .put("pattern", pattern.map(Pattern::pattern))
                .put("hint", hint)
                .put("placeholder", placeholder)
                .put("help", help)
                .build();
    }
}
