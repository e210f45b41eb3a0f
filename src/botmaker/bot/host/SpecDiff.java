package botmaker.bot.host;

import botmaker.bot.host.BotHost.Container;
import botmaker.docker.ContainerSpec;
import botmaker.docker.EngineInfo;
import botmaker.docker.Images.Image;
import botmaker.json.Json;
import botmaker.json.JsonValue.JsonArray;
import botmaker.json.JsonValue.JsonBoolean;
import botmaker.json.JsonValue.JsonNull;
import botmaker.json.JsonValue.JsonNumber;
import botmaker.json.JsonValue.JsonObject;
import botmaker.json.JsonValue.JsonString;
import botmaker.json.JsonValue;
import botmaker.json.ObjectBuilder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Compares a container with its specification.
///
/// Compares the engine's whole description of it (`Config`, `HostConfig`, its networks, its image) with the body of the
/// request that would create it: what the specification says must be there, and nothing else may be, except what the image
/// ([Image#config()]) or the engine itself ([EngineDefaults]) adds.
///
/// Cannot see what no container carries with it: processes that somebody started inside with privileges (`docker exec
/// --privileged`), or files that somebody put there.
final class SpecDiff {
    /// Values of these may be somebody's secrets, so only their names are shown.
    private static final Set<String> UNTOLD = Set.of("Config.Env", "Config.Labels");
    static final String NOTHING = "nothing";

    private final EngineDefaults defaults;
    private final List<Difference> differences = new ArrayList<>();

    private SpecDiff(EngineInfo engine) {
        this.defaults = new EngineDefaults(engine);
    }

    /// Returns all differences, in the order of their names.
    ///
    /// @param network the name of the one network that the container should be in; its id is the specification's
    /// @param image   what the container should be made from; empty where the engine no longer has it: then what an image
    ///                may have added is left out on both sides
    static List<Difference> check(ContainerSpec spec, String network, Optional<Image> image, EngineInfo engine,
            Container container) {
        SpecDiff diff = new SpecDiff(engine);
        JsonObject wanted = spec.toJson();
        image.ifPresent(it -> diff.compare("Image", Optional.of(Json.of(it.id())), Optional.of(Json.of(container.imageId()))));
        diff.compare("Config", Optional.of(config(wanted, image)), Optional.of(judged(named(container.description().get("Config")), named(wanted), image)));
        diff.compare("HostConfig", Optional.of(wanted.get("HostConfig")), Optional.of(onNetwork(container, spec.network(), network)));
        diff.compare("Networks", Optional.of(Json.strings(List.of(network))), Optional.of(Json.strings(
                networks(container))));
        diff.differences.sort(Comparator.comparing(Difference::what));
        return List.copyOf(diff.differences);
    }

    private static List<String> networks(Container container) {
        return container.description().get("NetworkSettings").find("Networks").filter(it -> it instanceof JsonObject)
                .map(it -> it.members().keySet().stream().sorted().toList()).orElse(List.of());
    }

    // ---- what is compared

    /// Lays the specification over the image's configuration, as the engine does.
    private static JsonObject config(JsonObject wanted, Optional<Image> image) {
        Map<String, JsonValue> merged = new LinkedHashMap<>();
        image.ifPresent(it -> merged.putAll(named(it.config()).members()));
        merged.keySet().retainAll(EngineDefaults.INHERITED);
        named(wanted).members().forEach((name, value) -> {
            JsonValue below = merged.get(name);
            merged.put(name, value instanceof JsonObject && below instanceof JsonObject ? union(below, value) : value);
        });
        merged.remove("HostConfig");
        return object(merged);
    }

    private static JsonObject union(JsonValue below, JsonValue above) {
        Map<String, JsonValue> members = new LinkedHashMap<>(below.members());
        members.putAll(above.members());
        return object(members);
    }

    /// Leaves only what the specification names, at both levels, when the image is gone that may have added the rest.
    private static JsonValue judged(JsonObject config, JsonObject wanted, Optional<Image> image) {
        if (image.isPresent()) {
            return config;
        }
        Map<String, JsonValue> members = new LinkedHashMap<>(config.members());
        members.keySet().retainAll(wanted.members().keySet());
        members.replaceAll((name, value) -> {
            if (!(value instanceof JsonObject) || !(wanted.get(name) instanceof JsonObject)) {
                return value;
            }
            Map<String, JsonValue> inner = new LinkedHashMap<>(value.members());
            inner.keySet().retainAll(wanted.get(name).members().keySet());
            return object(inner);
        });
        return object(members);
    }

    /// Returns a configuration with its variables by name, since their order means nothing.
    private static JsonObject named(JsonValue config) {
        Map<String, JsonValue> members = new LinkedHashMap<>(config.members());
        if (members.get("Env") instanceof JsonArray variables) {
            Map<String, JsonValue> byName = new LinkedHashMap<>();
            variables.elements().forEach(it -> byName.put(it.string().split("=", 2)[0], it));
            members.put("Env", object(byName));
        }
        return object(members);
    }

    /// Replaces the network's name by its id.
    private static JsonObject onNetwork(Container container, String id, String name) {
        Map<String, JsonValue> members = new LinkedHashMap<>(container.description().get("HostConfig").members());
        members.computeIfPresent("NetworkMode", (_, mode) -> mode.equals(Json.of(name)) ? Json.of(id) : mode);
        return object(members);
    }

    private static JsonObject object(Map<String, JsonValue> members) {
        ObjectBuilder object = Json.object();
        members.forEach(object::put);
        return object.build();
    }

    // ---- how it is compared

    private void compare(String path, Optional<JsonValue> expected, Optional<JsonValue> found) {
        if (haveMembers(expected, found)) {
            Set<String> names = new TreeSet<>(members(expected).keySet());
            names.addAll(members(found).keySet());
            names.forEach(name -> compare(path + "." + name, member(expected, name), member(found, name)));
        } else if (!(defaults.fillsIn(path) ? defaults.accepts(path, expected, found) : expected.equals(found))) {
            differences.add(difference(path, expected, found));
        }
    }

    /// Returns whether to compare members: both are objects, or one is a non-empty object and the other is missing.
    private static boolean haveMembers(Optional<JsonValue> expected, Optional<JsonValue> found) {
        return Stream.of(expected, found).flatMap(Optional::stream).allMatch(JsonObject.class::isInstance)
                && Stream.of(expected, found).flatMap(Optional::stream).anyMatch(it -> !isEmpty(it));
    }

    private static Map<String, JsonValue> members(Optional<JsonValue> object) {
        return object.map(JsonValue::members).orElse(Map.of());
    }

    /// Returns a member unless it is empty. Names of the engine's own begin with a capital, and an empty value there means
    /// absent. Any other name was chosen by somebody (a port, a path, a label) and counts even with an empty value.
    private static Optional<JsonValue> member(Optional<JsonValue> object, String name) {
        return object.flatMap(it -> it.find(name))
                .map(SpecDiff::compact)
                .filter(value -> name.isEmpty() || !Character.isUpperCase(name.charAt(0)) || !isEmpty(value));
    }

    private static JsonValue compact(JsonValue value) {
        return switch (value) {
            case JsonObject object -> {
                Map<String, JsonValue> members = new LinkedHashMap<>();
                object.members().keySet().forEach(name ->
                        member(Optional.of(object), name).ifPresent(member -> members.put(name, member)));
                yield object(members);
            }
            case JsonArray array -> Json.array(array.elements().stream().map(SpecDiff::compact).toList());
            case JsonString _, JsonNumber _, JsonBoolean _, JsonNull _ -> value;
        };
    }

    private static boolean isEmpty(JsonValue value) {
        return switch (value) {
            case JsonObject object -> object.members().isEmpty();
            case JsonArray array -> array.elements().isEmpty();
            case JsonString text -> text.string().isEmpty();
            case JsonNumber number -> number.equals(Json.of(0));
            case JsonBoolean flag -> !flag.bool();
            case JsonNull _ -> true;
        };
    }

    // ---- how it is reported

    private static Difference difference(String path, Optional<JsonValue> expected, Optional<JsonValue> found) {
        if (UNTOLD.stream().anyMatch(it -> path.startsWith(it + "."))) {
            return new Difference(path, expected.isPresent() ? "as specified" : NOTHING,
                    found.isEmpty() ? NOTHING : expected.isPresent() ? "another value" : "a value");
        }
        if (expected.isPresent() && found.isPresent()
                && expected.get() instanceof JsonArray wanted && found.get() instanceof JsonArray there) {
            Optional<JsonValue> missing = without(wanted, there);
            Optional<JsonValue> extra = without(there, wanted);
            if (missing.isPresent() || extra.isPresent()) {
                return new Difference(path, words(missing), words(extra));
            }
        }
        return new Difference(path, words(expected), words(found));
    }

    private static Optional<JsonValue> without(JsonArray some, JsonArray others) {
        List<JsonValue> left = some.elements().stream().filter(it -> !others.elements().contains(it)).toList();
        return left.isEmpty() ? Optional.empty() : Optional.of(Json.array(left));
    }

    private static String words(Optional<JsonValue> value) {
        return value.map(SpecDiff::words).orElse(NOTHING);
    }

    private static String words(JsonValue value) {
        return switch (value) {
            case JsonArray array -> array.elements().stream().map(SpecDiff::words).collect(Collectors.joining(", "));
            case JsonString text -> text.string();
            case JsonObject _, JsonNumber _, JsonBoolean _, JsonNull _ -> value.toString();
        };
    }
}
