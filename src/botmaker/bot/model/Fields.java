package botmaker.bot.model;

import botmaker.error.Failure.FieldError;
import botmaker.error.Failure;
import botmaker.json.Json;
import botmaker.json.JsonValue.JsonArray;
import botmaker.json.JsonValue.JsonBoolean;
import botmaker.json.JsonValue.JsonNull;
import botmaker.json.JsonValue.JsonNumber;
import botmaker.json.JsonValue.JsonObject;
import botmaker.json.JsonValue.JsonString;
import botmaker.json.JsonValue;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/// Reads a JSON object of a request field by field and collects every error, so that one answer reports all of them. A member
/// that was never read is an unknown field.
///
/// In a JSON Merge Patch (RFC 7396) an absent member keeps its present value, and null removes it.
public final class Fields {
    private final String pointer;
    private final Map<String, JsonValue> members;
    private final boolean patch;
    private final List<FieldError> errors;
    private final Set<String> known = new HashSet<>();

    private Fields(String pointer, JsonValue value, boolean patch, List<FieldError> errors) {
        this.pointer = pointer;
        this.members = value instanceof JsonObject ? value.members() : Map.of();
        this.patch = patch;
        this.errors = errors;
    }

    private Fields(JsonValue body, boolean patch) {
        this("", body, patch, new ArrayList<>());
        if (!(body instanceof JsonObject)) {
            errors.add(new FieldError("", "A JSON object is expected here."));
        }
    }

    /// Starts to read a request's body. Null is an error everywhere.
    public static Fields of(JsonValue body) {
        return new Fields(body, false);
    }

    /// Starts to read a JSON Merge Patch.
    public static Fields ofPatch(JsonValue body) {
        return new Fields(body, true);
    }

    /// Returns the fields of an object inside this one; of an empty one if it is absent or not an object.
    public Fields object(String name) {
        JsonValue value = take(name);
        boolean given = value instanceof JsonObject;
        if (value != null && !given) {
            refuse(name, "An object is expected here.");
        }
        return new Fields(at(name), given ? value : Json.NULL, patch && (given || !has(name)), errors);
    }

    /// Returns the fields of each object in a required list.
    ///
    /// @param most how many there may be
    public List<Fields> objects(String name, int most) {
        if (!has(name)) {
            refuse(name, "This field is required.");
        }
        return read(name, JsonArray.class, "A list of objects is", Optional.<List<Fields>>empty(), array -> {
            List<Fields> objects = new ArrayList<>();
            if (array.elements().size() > most) {
                return wrong(name, "At most %d are possible.".formatted(most));
            }
            for (JsonValue element : array.elements()) {
                objects.add(new Fields(at(name) + "/" + objects.size(), element, false, errors));
                if (!(element instanceof JsonObject)) {
                    errors.add(new FieldError(objects.getLast().pointer, "An object is expected here."));
                }
            }
            return Optional.of(List.copyOf(objects));
        }).orElse(List.of());
    }

    /// Returns whether a member is present, which is known from then on.
    public boolean has(String name) {
        known.add(name);
        return members.containsKey(name);
    }

    /// Returns a required text; empty if it is missing, which is an error.
    public String text(String name) {
        return text(name, Optional.empty());
    }

    /// The same; a patch that leaves it out keeps its present value.
    public String text(String name, Optional<String> present) {
        Optional<String> text = optionalText(name, present);
        if (text.isEmpty() && take(name) == null) {
            refuse(name, "This field is required.");
        }
        return text.orElse("");
    }

    public Optional<String> optionalText(String name) {
        return optionalText(name, Optional.empty());
    }

    Optional<String> optionalText(String name, Optional<String> present) {
        return read(name, JsonString.class, "A text is", present, text -> Optional.of(text.string()));
    }

    public Optional<Boolean> flag(String name) {
        return flag(name, Optional.empty());
    }

    Optional<Boolean> flag(String name, Optional<Boolean> present) {
        return read(name, JsonBoolean.class, "true or false is", present, flag -> Optional.of(flag.bool()));
    }

    /// Reads a number in a unit that is `scale` times smaller, such as thousandths. It must be whole in that unit and lie between
    /// two bounds; `unit` names what is counted.
    public Optional<Long> number(String name, long scale, long least, long most, String unit, Optional<Long> present) {
        return read(name, JsonNumber.class, "A number is", present, number -> {
            BigDecimal scaled = decimal(number).multiply(BigDecimal.valueOf(scale));
            if (scaled.compareTo(BigDecimal.valueOf(least)) < 0 || scaled.compareTo(BigDecimal.valueOf(most)) > 0) {
                return wrong(name, "Between %s and %s %s.".formatted(plain(least, scale), plain(most, scale), unit));
            }
            if (scaled.stripTrailingZeros().scale() > 0) {
                return wrong(name, scale == 1 ? "A whole number of %s.".formatted(unit)
                        : "At most %d digits after the decimal point.".formatted(Long.toString(scale).length() - 1));
            }
            return Optional.of(scaled.longValueExact());
        });
    }

    /// Reads a list of texts; empty if it is absent.
    List<String> texts(String name, List<String> present) {
        return read(name, JsonArray.class, "A list of texts is", Optional.of(present), array -> {
            List<String> texts = new ArrayList<>();
            for (JsonValue element : array.elements()) {
                if (!(element instanceof JsonString)) {
                    errors.add(new FieldError(at(name) + "/" + texts.size(), "A text is expected here."));
                }
                texts.add(element instanceof JsonString text ? text.string() : "");
            }
            return Optional.of(List.copyOf(texts));
        }).orElse(List.of());
    }

    /// Reads an object whose members are all texts; empty if it is absent. The caller checks the names.
    public Map<String, String> textsByName(String name) {
        return textsByName(name, Map.of());
    }

    Map<String, String> textsByName(String name, Map<String, String> present) {
        Fields inner = object(name);
        Map<String, String> texts = new LinkedHashMap<>(inner.patch ? present : Map.of());
        inner.members.keySet().forEach(key -> inner.optionalText(key)
                .ifPresentOrElse(text -> texts.put(key, text), () -> texts.remove(key)));
        return texts;
    }

    /// Reports every member that was not read.
    public void end() {
        members.forEach((name, value) -> {
            if (!known.contains(name) && !(patch && value instanceof JsonNull)) {
                refuse(name, "There is no such field.");
            }
        });
    }

    /// Returns whether there is no error so far.
    public boolean isValid() {
        return errors.isEmpty();
    }

    /// Adds an error of a member.
    public void refuse(String name, String message) {
        errors.add(new FieldError(at(name), message));
    }

    /// Adds errors of fields that have none yet: those found first say more.
    public void refuse(List<FieldError> more) {
        Set<String> reported = new HashSet<>(errors.stream().map(FieldError::field).toList());
        more.stream().filter(error -> !reported.contains(error.field())).forEach(errors::add);
    }

    /// Ends the reading of a whole request.
    ///
    /// @throws Failure.Invalid with every error, if there is one
    public void check() {
        if (!errors.isEmpty()) {
            throw new Failure.Invalid(errors);
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

    /// Returns a member's value; null if it is absent or removed.
    private JsonValue take(String name) {
        known.add(name);
        JsonValue value = members.get(name);
        return patch && value instanceof JsonNull ? null : value;
    }

    /// Reads a member of one type; its present value where a patch leaves it out, and empty where it is wrong, which is an error.
    private <J extends JsonValue, T> Optional<T> read(String name, Class<J> type, String expected, Optional<T> present,
            Function<J, Optional<T>> conversion) {
        JsonValue value = take(name);
        if (value == null) {
            return patch && !has(name) ? present : Optional.empty();
        }
        return type.isInstance(value) ? conversion.apply(type.cast(value)) : wrong(name, expected + " expected here.");
    }

    private <T> Optional<T> wrong(String name, String message) {
        refuse(name, message);
        return Optional.empty();
    }

    /// Returns the JSON Pointer of a member (RFC 6901).
    private String at(String name) {
        return pointer + "/" + name.replace("~", "~0").replace("/", "~1");
    }

    private static String plain(long value, long scale) {
        return value % scale == 0 ? Long.toString(value / scale) : Double.toString((double) value / scale);
    }
}
