package botmaker.openclaw;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.json.Json;
import botmaker.json.JsonValue;
import botmaker.json.JsonValue.JsonObject;
import botmaker.openclaw.BotConfig.Access;
import botmaker.openclaw.BotConfig.Egress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Every section of every configuration that BotMaker can write, read by the real OpenClaw's own validator in the bot image.
/// A section is the value of one top-level key; a configuration whose sections were all read in others is left out, and one that
/// brings only another channel is read together with others: each file costs OpenClaw three seconds of processor time.
@Tag("docker")
class OpenClawConfigDockerTest {
    /// The sections that name the bot's channel, or what it needs.
    private static final List<String> BY_CHANNEL = List.of("channels", "plugins", "secrets");

    /// One container for all: name, exit code and answer of the validator, a line for each file.
    private static final String VALIDATE = """
            ls /configs/*.json | xargs -n 1 sh -c '
                answer=$(OPENCLAW_CONFIG_PATH=$0 node openclaw.mjs config validate --json 2>&1)
                echo "$(basename $0 .json) $? $(echo "$answer" | tr "\\n" " ")"'
            """;

    @Test
    void openclaw_accepts_every_section_and_refuses_a_broken_one(@TempDir Path directory) throws Exception {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        Map<String, Integer> expected = new TreeMap<>();
        for (JsonObject config : everySection()) {
            String name = "valid-" + expected.size();
            write(directory, name, config.toString());
            expected.put(name, 0);
        }
        write(directory, "broken", Json.object().put("gateway", Json.object().put("mode", "local").put("colour", "red").build())
                .build().toString());
        expected.put("broken", 1);

        Map<String, String> answers = validate(directory);
        Map<String, Integer> codes = new TreeMap<>();
        answers.forEach((name, answer) -> codes.put(name, Integer.valueOf(answer.substring(0, answer.indexOf(' ')))));
        assertEquals(expected, codes, () -> answers.entrySet().stream().filter(entry -> !entry.getValue().startsWith("0 "))
                .map(Object::toString).collect(Collectors.joining("\n")));
        assertTrue(answers.remove("broken").contains("colour"));
        assertEquals(List.of(), answers.values().stream().filter(answer -> !answer.contains("\"warnings\":[]")).toList());
    }

    /// Returns configurations that together hold every section of every bot, each at least once.
    private static List<JsonObject> everySection() {
        List<JsonObject> files = new ArrayList<>();
        Set<Map.Entry<String, JsonValue>> read = new HashSet<>();
        for (BotConfig bot : everyBot()) {
            JsonObject config = OpenClawConfig.render(bot);
            Set<Map.Entry<String, JsonValue>> unread = new HashSet<>(config.members().entrySet());
            unread.removeAll(read);
            read.addAll(unread);
            if (unread.isEmpty()) {
                continue;
            }
            String channel = bot.channel().type();
            int host = IntStream.range(0, files.size()).filter(i -> files.get(i).get("channels").find(channel).isEmpty()).findFirst().orElse(-1);
            if (host >= 0 && unread.stream().allMatch(section -> BY_CHANNEL.contains(section.getKey()))) {
                files.set(host, united(files.get(host), config));
            } else {
                files.add(config);
            }
        }
        return files;
    }

    /// Returns a configuration with the channels of another one, and what they need, beside its own.
    private static JsonObject united(JsonObject one, JsonObject other) {
        Map<String, JsonValue> members = new LinkedHashMap<>(one.members());
        for (String section : BY_CHANNEL) {
            members.put(section, unite(one.get(section), other.get(section)));
        }
        return new JsonObject(members);
    }

    private static JsonValue unite(JsonValue one, JsonValue other) {
        if (!(one instanceof JsonObject(var mine) && other instanceof JsonObject(var others))) {
            assertEquals(one, other);
            return one;
        }
        Map<String, JsonValue> members = new LinkedHashMap<>(mine);
        others.forEach((name, value) -> members.merge(name, value, OpenClawConfigDockerTest::unite));
        return new JsonObject(members);
    }

    /// Every channel with everyone that it can admit, with and without a Control UI, on every provider, and every provider behind a
    /// broker, at its usual address where it has one. The first ones change
    /// provider, people and port together, so that few of them hold every section that any of them has.
    private static List<BotConfig> everyBot() {
        List<BotConfig> bots = new ArrayList<>();
        int providers = Catalog.PROVIDERS.size();
        for (int shift = 0; shift < providers; shift++) {
            int turn = shift;
            for (Channel channel : Catalog.CHANNELS) {
                for (Access access : accesses(channel)) {
                    Provider provider = Catalog.PROVIDERS.get(turn % providers);
                    bots.add(Samples.bot(provider, channel, access, turn % 2 == 0 ? OptionalInt.of(19100) : OptionalInt.empty()));
                    bots.add(Samples.bot(provider, channel, access, turn % 2 == 0 ? OptionalInt.empty() : OptionalInt.of(19100)));
                    turn++;
                }
            }
        }
        Channel webChat = Catalog.channel(Channel.WEB_CHAT).orElseThrow();
        for (Provider provider : Catalog.PROVIDERS) {
            bots.add(Samples.behindBroker(provider, webChat, Egress.BROKER_ONLY));
        }
        bots.add(Samples.behindBroker(Catalog.PROVIDERS.getFirst(), webChat, Egress.BROKER_AND_WEB));
        return bots;
    }

    private static List<Access> accesses(Channel channel) {
        if (channel.person().isEmpty()) {
            return List.of(new Access(Access.Policy.PAIRING, List.of()));
        }
        List<Access> accesses = new ArrayList<>();
        for (Access.Policy policy : Access.Policy.values()) {
            accesses.add(new Access(policy, Samples.people(channel)));
            if (policy != Access.Policy.ALLOWLIST) {
                accesses.add(new Access(policy, List.of()));
            }
        }
        return accesses;
    }

    private static void write(Path directory, String name, String json) throws IOException {
        Path file = Files.writeString(directory.resolve(name + ".json"), json);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    }

    private static Map<String, String> validate(Path directory) throws IOException, InterruptedException {
        Process docker = new ProcessBuilder("docker", "run", "--rm", "--network", "none", "--cpu-shares", "128",
                "--mount", "type=bind,readonly,target=/configs,source=" + directory,
                "--env", "OPENCLAW_STATE_DIR=/tmp/state", "--env", "HOME=/tmp",
                "--entrypoint", "sh", OpenClaw.IMAGE, "-c", VALIDATE).redirectErrorStream(true).start();
        try (var lines = docker.inputReader()) {
            Map<String, String> answers = lines.lines().map(line -> line.split(" ", 2))
                    .collect(Collectors.toMap(line -> line[0], line -> line.length > 1 ? line[1] : "", (a, b) -> a + "\n" + b, TreeMap::new));
            assertEquals(0, docker.waitFor(), answers::toString);
            return answers;
        }
    }
}
