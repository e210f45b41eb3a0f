package botmaker.openclaw;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.json.Json;
import botmaker.openclaw.BotConfig.Access;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Every configuration that BotMaker can write, read by the real OpenClaw's own validator in the bot image.
@Tag("docker")
@Tag("heavy")
class OpenClawConfigDockerTest {
    /// One container for all: name, exit code and answer of the validator, a line for each file.
    private static final String VALIDATE = """
            ls /configs/*.json | xargs -P 2 -n 1 sh -c '
                answer=$(OPENCLAW_CONFIG_PATH=$0 node openclaw.mjs config validate --json 2>&1)
                echo "$(basename $0 .json) $? $(echo "$answer" | tr "\\n" " ")"'
            """;

    @Test
    void openclaw_accepts_every_combination_and_refuses_a_broken_one(@TempDir Path directory) throws Exception {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        Map<String, Integer> expected = new TreeMap<>();
        Access.Policy[] policies = Access.Policy.values();
        int turn = 0;
        for (Channel channel : Catalog.CHANNELS) {
            for (Provider provider : Catalog.PROVIDERS) {
                // Nine providers and three policies: each channel meets each policy, and each policy with and without a list.
                Access.Policy policy = policies[turn % 3];
                boolean list = policy == Access.Policy.ALLOWLIST || turn / 3 % 2 == 0;
                Access access = new Access(channel.person().isEmpty() ? Access.Policy.PAIRING : policy,
                        list ? Samples.people(channel) : List.of());
                OptionalInt port = turn++ % 2 == 0 ? OptionalInt.of(19100) : OptionalInt.empty();
                String name = channel.id() + "-" + provider.id() + "-" + policy.id() + (list ? "-list" : "");
                write(directory, name, OpenClawConfig.render(Samples.bot(provider, channel, access, port)).toString());
                expected.put(name, 0);
            }
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

    private static void write(Path directory, String name, String json) throws IOException {
        Path file = Files.writeString(directory.resolve(name + ".json"), json);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    }

    private static Map<String, String> validate(Path directory) throws IOException, InterruptedException {
        Process docker = new ProcessBuilder("docker", "run", "--rm", "--network", "none",
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
