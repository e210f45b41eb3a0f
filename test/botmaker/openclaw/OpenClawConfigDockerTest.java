package botmaker.openclaw;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.json.Json;
import botmaker.json.JsonValue;
import botmaker.json.JsonValue.JsonObject;
import botmaker.openclaw.BotConfig.Access;
import botmaker.openclaw.BotConfig.Egress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Every configuration that BotMaker can write, read by the real OpenClaw's own validator in the bot image: what `openclaw config validate`
/// does, for all files in one process, since its start takes three seconds of processor time.
@Tag("docker")
class OpenClawConfigDockerTest {
    /// Prints the name and the outcome of each file, on a line of its own.
    private static final String VALIDATE = """
            import { readdirSync } from "node:fs";
            const dist = "/app/dist/";
            const { readConfigFileSnapshotWithPluginMetadata } = await import(dist + "config/config.js");
            const parts = readdirSync(dist).filter((file) => file.startsWith("config-cli-validation-"));
            const modules = await Promise.all(parts.map((file) => import(dist + file)));
            const { finishConfigValidationForCli } = modules.find((module) => "finishConfigValidationForCli" in module);
            for (const file of readdirSync("/configs")) {
              process.env.OPENCLAW_CONFIG_PATH = "/configs/" + file;
              const read = await readConfigFileSnapshotWithPluginMetadata({ observe: false, prepareValidation: "strict" });
              const { exists, valid, issues, warnings } = await finishConfigValidationForCli(read);
              console.log(file.replace(/[.]json$/, "") + " " + JSON.stringify({ exists, valid, issues, warnings }));
            }
            """;
    private static final String ACCEPTED = "{\"exists\":true,\"valid\":true,\"issues\":[],\"warnings\":[]}";

    @Test
    void openclaw_accepts_every_configuration_and_refuses_broken_ones(@TempDir Path directory) throws Exception {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        Set<JsonObject> configs = everyBot().stream().map(OpenClawConfig::render).collect(Collectors.toCollection(LinkedHashSet::new));
        int valid = 0;
        for (JsonObject config : configs) {
            write(directory, "valid-" + valid++, config.toString());
        }
        JsonObject sample = configs.iterator().next();
        for (String section : sample.members().keySet()) {
            Map<String, JsonValue> members = new LinkedHashMap<>(sample.members());
            members.put(section, Json.object().put("colour", "red").build());
            write(directory, "broken-" + section, new JsonObject(members).toString());
        }

        Map<String, String> answers = validate(directory);
        assertEquals(configs.size() + sample.members().size(), answers.size());
        answers.forEach((name, answer) -> {
            if (name.startsWith("valid-")) {
                assertEquals(ACCEPTED, answer, () -> name + ": " + read(directory, name));
            } else {
                assertTrue(answer.contains("\"valid\":false") && answer.contains("colour"), () -> name + ": " + answer);
            }
        });
    }

    /// Every channel with everyone that it can admit, with and without a Control UI, on every provider, and every provider behind a
    /// broker, at its usual address where it has one.
    private static List<BotConfig> everyBot() {
        List<BotConfig> bots = new ArrayList<>();
        for (Provider provider : Catalog.PROVIDERS) {
            for (Channel channel : Catalog.CHANNELS) {
                for (Access access : accesses(channel)) {
                    bots.add(Samples.bot(provider, channel, access, OptionalInt.empty()));
                    bots.add(Samples.bot(provider, channel, access, OptionalInt.of(19100)));
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

    private static String read(Path directory, String name) {
        try {
            return Files.readString(directory.resolve(name + ".json"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, String> validate(Path directory) throws IOException, InterruptedException {
        Process docker = new ProcessBuilder("docker", "run", "--rm", "--network", "none",
                "--mount", "type=bind,readonly,target=/configs,source=" + directory,
                "--env", "OPENCLAW_STATE_DIR=/tmp/state", "--env", "HOME=/tmp",
                "--entrypoint", "node", OpenClaw.IMAGE, "--input-type=module", "--eval", VALIDATE).redirectErrorStream(true).start();
        try (var lines = docker.inputReader()) {
            Map<String, String> answers = lines.lines().map(line -> line.split(" ", 2))
                    .collect(Collectors.toMap(line -> line[0], line -> line.length > 1 ? line[1] : "", (a, b) -> a + "\n" + b, TreeMap::new));
            assertEquals(0, docker.waitFor(), answers::toString);
            return answers;
        }
    }
}
