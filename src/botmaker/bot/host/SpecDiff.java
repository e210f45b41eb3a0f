package botmaker.bot.host;

import botmaker.bot.host.BotHost.Container;
import botmaker.bot.host.BotHost.Difference;
import botmaker.docker.ContainerSpec;
import botmaker.docker.EngineInfo;
import botmaker.docker.Images.Image;
import botmaker.json.Json.ObjectBuilder;
import botmaker.json.Json;
import botmaker.json.JsonValue.JsonArray;
import botmaker.json.JsonValue.JsonBoolean;
import botmaker.json.JsonValue.JsonNull;
import botmaker.json.JsonValue.JsonNumber;
import botmaker.json.JsonValue.JsonObject;
import botmaker.json.JsonValue.JsonString;
import botmaker.json.JsonValue;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Compares a container with its specification: the engine's whole description of it (`Config`, `HostConfig`, its
/// networks, its image) with the body of the request that would create it. What the specification says must be there, and nothing else may be, except what the image
/// ([Image#config()]) or every engine adds.
///
/// Cannot see what no container carries with it: processes that somebody started inside with privileges (`docker exec
/// --privileged`), or files that somebody put there.
final class SpecDiff {
    /// Values of these may be somebody's secrets, so only their names are shown.
    private static final Set<String> HIDDEN = Set.of("Config.Env", "Config.Labels");
    static final String NOTHING = "nothing";

    /// What containers cannot see below `/proc` and `/sys`. Newer engines add to it; lifting the protection empties it.
    private static final List<String> MASKED = List.of("/proc/asound", "/proc/acpi", "/proc/kcore", "/proc/keys",
            "/proc/latency_stats", "/proc/timer_list", "/proc/timer_stats", "/proc/sched_debug", "/proc/scsi", "/sys/firmware");
    private static final List<String> READ_ONLY =
            List.of("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger");

    /// What a container inherits from its image unless its specification says otherwise.
    private static final Set<String> INHERITED = Set.of("User", "ExposedPorts", "Env", "Labels", "Cmd", "ArgsEscaped", "Entrypoint",
            "Healthcheck", "WorkingDir", "Volumes", "StopSignal");

    private final Map<String, Predicate<JsonValue>> usual = new HashMap<>(); // by place: what an engine writes there by itself
    private final List<Difference> differences = new ArrayList<>();

    private SpecDiff(EngineInfo engine) {
        fillIn(engine);
    }

    /// Returns all differences, in the order of their names.
    ///
    /// @param network the name of the one network that the container should be in if it has one; its id is the specification's
    /// @param image   what the container should be made from; empty where the engine no longer has it: then what an image
    ///                may have added is left out on both sides
    static List<Difference> check(ContainerSpec spec, String network, Optional<Image> image, EngineInfo engine,
            Container container) {
        SpecDiff diff = new SpecDiff(engine);
        JsonObject wanted = spec.toJson();
        image.ifPresent(it -> diff.compare("Image", Json.of(it.id()), Json.of(container.imageId())));
        diff.compare("Config", config(wanted, image), judged(named(container.description().get("Config")), named(wanted), image));
        diff.compare("HostConfig", wanted.get("HostConfig"), onNetwork(container, spec.network(), network));
        diff.compare("Networks", Json.strings(List.of(spec.network().isPresent() ? network : ContainerSpec.NO_NETWORK)),
                Json.strings(networks(container)));
        diff.differences.sort(Comparator.comparing(Difference::what));
        return List.copyOf(diff.differences);
    }

    private static List<String> networks(Container container) {
        return container.description().get("NetworkSettings").find("Networks").filter(JsonObject.class::isInstance)
                .map(it -> it.members().keySet().stream().sorted().toList()).orElse(List.of());
    }

    // ---- what is compared

    /// Lays the specification over the image's configuration, as the engine does.
    private static JsonObject config(JsonObject wanted, Optional<Image> image) {
        Map<String, JsonValue> merged = new LinkedHashMap<>();
        image.ifPresent(it -> merged.putAll(named(it.config()).members()));
        merged.keySet().retainAll(INHERITED);
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
    private static JsonObject onNetwork(Container container, Optional<String> id, String name) {
        Map<String, JsonValue> members = new LinkedHashMap<>(container.description().get("HostConfig").members());
        members.computeIfPresent("NetworkMode", (_, mode) -> id.isPresent() && mode.equals(Json.of(name)) ? Json.of(id.get()) : mode);
        return object(members);
    }

    private static JsonObject object(Map<String, JsonValue> members) {
        ObjectBuilder object = Json.object();
        members.forEach(object::put);
        return object.build();
    }

    // ---- how it is compared

    /// @param expected JSON `null` where nothing is specified
    /// @param found    JSON `null` where there is nothing
    private void compare(String path, JsonValue expected, JsonValue found) {
        if (haveMembers(expected, found)) {
            Set<String> names = new TreeSet<>(members(expected).keySet());
            names.addAll(members(found).keySet());
            names.forEach(name -> compare(path + "." + name, member(expected, name), member(found, name)));
        } else if (!(usual.containsKey(path) ? isSpecified(expected, found) || usual.get(path).test(found) : expected.equals(found))) {
            differences.add(difference(path, expected, found));
        }
    }

    private static boolean isSpecified(JsonValue expected, JsonValue found) {
        return !expected.isNull() && expected.equals(found);
    }

    /// Returns whether to compare members: both are objects, or one is a non-empty object and the other is missing.
    private static boolean haveMembers(JsonValue expected, JsonValue found) {
        return Stream.of(expected, found).allMatch(it -> it instanceof JsonObject || it.isNull())
                && !(isEmpty(expected) && isEmpty(found));
    }

    private static Map<String, JsonValue> members(JsonValue objectOrNull) {
        return objectOrNull.isNull() ? Map.of() : objectOrNull.members();
    }

    /// Returns a member, or JSON `null` where it is missing or empty. Names of the engine's own begin with a capital, and an
    /// empty value there means absent. Any other name was chosen by somebody (a port, a path, a label) and counts even with an
    /// empty value.
    private static JsonValue member(JsonValue objectOrNull, String name) {
        JsonValue value = compact(members(objectOrNull).getOrDefault(name, Json.NULL));
        return !name.isEmpty() && Character.isUpperCase(name.charAt(0)) && isEmpty(value) ? Json.NULL : value;
    }

    private static JsonValue compact(JsonValue value) {
        return switch (value) {
            case JsonObject object -> {
                Map<String, JsonValue> members = new LinkedHashMap<>(object.members());
                members.replaceAll((name, _) -> member(object, name));
                members.values().removeIf(JsonValue::isNull);
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

    private static Difference difference(String path, JsonValue expected, JsonValue found) {
        if (HIDDEN.stream().anyMatch(it -> path.startsWith(it + "."))) {
            return difference(path, expected.isNull() ? NOTHING : "as specified",
                    found.isNull() ? NOTHING : expected.isNull() ? "a value" : "another value");
        }
        if (expected instanceof JsonArray wanted && found instanceof JsonArray there) {
            String missing = words(without(wanted, there));
            String extra = words(without(there, wanted));
            if (!missing.equals(NOTHING) || !extra.equals(NOTHING)) {
                return difference(path, missing, extra);
            }
        }
        return difference(path, words(expected), words(found));
    }

    private static Difference difference(String path, String expected, String found) {
        return new Difference(path, expected, found, true);
    }

    private static JsonValue without(JsonArray some, JsonArray others) {
        List<JsonValue> left = some.elements().stream().filter(it -> !others.elements().contains(it)).toList();
        return left.isEmpty() ? Json.NULL : Json.array(left);
    }

    private static String words(JsonValue value) {
        return switch (value) {
            case JsonArray array -> array.elements().stream().map(SpecDiff::words).collect(Collectors.joining(", "));
            case JsonString text -> text.string();
            case JsonNull _ -> NOTHING;
            case JsonObject _, JsonNumber _, JsonBoolean _ -> value.toString();
        };
    }

    // ---- what every engine adds

    /// Fills in what every engine adds to a specification, which is no drift. What the configuration of one engine adds is not here:
    /// [DriftDetector] finds it out.
    ///
    /// An engine that writes null, zero or empty where the specification says nothing is not listed: its language writes
    /// absent values so.
    private void fillIn(EngineInfo engine) {
        usual.put("Config.Image", _ -> true); // by name or by digest: the image itself is compared by its digest
        usual.put("Config.Env." + BotContainerSpec.PLAIN_PROXY, JsonValue::isNull); // of a container that an earlier version made
        usual.put("HostConfig.CpuShares", JsonValue::isNull); // the kernel's own default, which is what is specified
        usual.put("HostConfig.ShmSize", value -> value.isNull() || isNumber(value, 64L << 20));
        usual.put("HostConfig.ConsoleSize", value -> value.isNull() || value.elements().stream().allMatch(it -> isNumber(it, 0)));
        usual.put("HostConfig.MemorySwappiness", value -> value.isNull() || isNumber(value, -1));
        usual.put("HostConfig.Runtime", value -> value.isNull() || value.equals(Json.of(engine.runtime())));
        usual.put("HostConfig.MaskedPaths", value -> contains(value, MASKED));
        usual.put("HostConfig.ReadonlyPaths", value -> contains(value, READ_ONLY));
        forgets(engine, "memory", "HostConfig.Memory", "HostConfig.MemorySwap");
        forgets(engine, "swap", "HostConfig.MemorySwap");
        forgets(engine, "cpu", "HostConfig.NanoCpus");
        forgets(engine, "pids", "HostConfig.PidsLimit");
    }

    /// Accepts that a limit is missing which the host's kernel does not enforce; the system page says so.
    private void forgets(EngineInfo engine, String limit, String... paths) {
        if (engine.unenforced().contains(limit)) {
            for (String path : paths) {
                usual.put(path, value -> value.isNull() || isNumber(value, -1));
            }
        }
    }

    private static boolean isNumber(JsonValue value, long number) {
        return value.equals(Json.of(number));
    }

    private static boolean contains(JsonValue found, List<String> known) {
        return !found.isNull() && new HashSet<>(found.elements()).containsAll(known.stream().map(Json::of).toList());
    }
}
