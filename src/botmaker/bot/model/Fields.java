package botmaker.bot.model;

import botmaker.error.FieldError;
import botmaker.json.JsonValue;
import botmaker.json.JsonValue.JsonArray;
import botmaker.json.JsonValue.JsonBoolean;
import botmaker.json.JsonValue.JsonNumber;
import botmaker.json.JsonValue.JsonObject;
import botmaker.json.JsonValue.JsonString;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Reads one JSON object of a request field by field and collects everything that is wrong with it, so that a person
/// learns of all errors at once. What was never asked for is an unknown field.
public final class Fields {
    private final String pointer;
    private final Map<String, JsonValue> members;
    private final List<FieldError> errors;
    private final Set<String> known = new HashSet<>();

    private Fields(String pointer, Map<String, JsonValue> members, List<FieldError> errors) {
        this.pointer = pointer;
        this.members = members;
        this.errors = errors;
    }

    /// The fields of a whole request body.
    public static Fields of(JsonValue body, List<FieldError> errors) {
        if (body instanceof JsonObject) {
            return new Fields("", body.members(), errors);
        }
        errors.add(new FieldError("", "A JSON object is expected here."));
        return new Fields("", Map.of(), errors);
    }

    /// The fields of an object inside this one; where it is absent or no object, of an empty one.
    public Fields object(String name) {
        String path = at(name);
        return switch (take(name)) {
            case JsonObject object -> new Fields(path, object.members(), errors);
            case null -> new Fields(path, Map.of(), errors);
            default -> {
                errors.add(new FieldError(path, "An object is expected here."));
                yield new Fields(path, Map.of(), errors);
            }
        };
    }

    /// Notes that a member is known, whatever it is.
    public void ignore(String name) {
        known.add(name);
    }

    public boolean has(String name) {
        return members.containsKey(name);
    }

    /// A text that must be there; where it is not, the error is noted and the text is empty.
    public String text(String name) {
        if (!has(name)) {
            known.add(name);
            errors.add(new FieldError(at(name), "This field is required."));
            return "";
        }
        return optionalText(name).orElse("");
    }

    public Optional<String> optionalText(String name) {
        return switch (take(name)) {
            case JsonString text -> Optional.of(text.string());
            case null -> Optional.empty();
            default -> wrong(name, "A text is expected here.");
        };
    }

    public Optional<Boolean> flag(String name) {
        return switch (take(name)) {
            case JsonBoolean flag -> Optional.of(flag.bool());
            case null -> Optional.empty();
            default -> wrong(name, "true or false is expected here.");
        };
    }

    /// Reads a number as so many thousandths or the like, of which `scale` make one. It must be whole in these units, and lie between
    /// two bounds; `unit` names what is counted.
    public Optional<Long> number(String name, long scale, long least, long most, String unit) {
        return switch (take(name)) {
            case JsonNumber number -> {
                BigDecimal scaled = decimal(number).multiply(BigDecimal.valueOf(scale));
                if (scaled.compareTo(BigDecimal.valueOf(least)) < 0 || scaled.compareTo(BigDecimal.valueOf(most)) > 0) {
                    yield wrong(name, "Between %s and %s %s.".formatted(plain(least, scale), plain(most, scale), unit));
                }
                if (scaled.stripTrailingZeros().scale() > 0) {
                    yield wrong(name, scale == 1 ? "A whole number of %s.".formatted(unit)
                            : "At most %d digits after the decimal point.".formatted(Long.toString(scale).length() - 1));
                }
                yield Optional.of(scaled.longValueExact());
            }
            case null -> Optional.empty();
            default -> wrong(name, "A number is expected here.");
        };
    }

    /// A list of texts; absent is empty.
    public List<String> texts(String name) {
        return switch (take(name)) {
            case JsonArray array -> {
                List<String> texts = new ArrayList<>();
                for (JsonValue element : array.elements()) {
                    if (element instanceof JsonString text) {
                        texts.add(text.string());
                    } else {
                        errors.add(new FieldError(at(name) + "/" + texts.size(), "A text is expected here."));
                        texts.add("");
                    }
                }
                yield List.copyOf(texts);
            }
            case null -> List.of();
            default -> {
                wrong(name, "A list of texts is expected here.");
                yield List.of();
            }
        };
    }

    /// An object whose members are all texts; absent is empty. Which names are allowed is for the caller to check.
    public Map<String, String> textsByName(String name) {
        Fields inner = object(name);
        Map<String, String> texts = new LinkedHashMap<>();
        inner.members.keySet().forEach(key -> inner.optionalText(key).ifPresent(text -> texts.put(key, text)));
        return texts;
    }

    /// Notes every member that nobody asked for.
    public void end() {
        for (String name : members.keySet()) {
            if (!known.contains(name)) {
                errors.add(new FieldError(at(name), "There is no such field."));
            }
        }
    }

    /// Returns a number's exact value, or one beyond all bounds for an exponent that Java cannot represent.
    private static BigDecimal decimal(JsonNumber number) {
        try {
            return new BigDecimal(number.text());
        } catch (NumberFormatException | ArithmeticException e) {
            return BigDecimal.valueOf(Long.MAX_VALUE);
        }
    }

    private JsonValue take(String name) {
        known.add(name);
        return members.get(name);
    }

    private <T> Optional<T> wrong(String name, String message) {
        errors.add(new FieldError(at(name), message));
        return Optional.empty();
    }

    /// The JSON Pointer of a member (RFC 6901).
    private String at(String name) {
        return pointer + "/" + name.replace("~", "~0").replace("/", "~1");
    }

    private static String plain(long value, long scale) {
        return value % scale == 0 ? Long.toString(value / scale) : Double.toString((double) value / scale);
    }
}
