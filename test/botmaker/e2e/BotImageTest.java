package botmaker.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.docker.Engine;
import botmaker.json.JsonValue;
import botmaker.openclaw.OpenClaw;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The image that `botmaker image build` makes. Runs in the repository's root.
@Tag("heavy")
class BotImageTest {
    private static final String IMAGE = "openclaw:" + OpenClaw.VERSION;

    @Test
    void the_version_is_the_same_wherever_it_is_written() throws IOException {
        JsonValue packages = JsonValue.parse(Files.readAllBytes(Path.of("openclaw-image", "app", "package.json")));
        assertEquals(OpenClaw.VERSION, packages.get("dependencies").get("openclaw").string());
        Properties settings = new Properties();
        try (var in = Files.newBufferedReader(Path.of("botmaker.properties"))) {
            settings.load(in);
        }
        assertEquals(IMAGE, settings.getProperty("openclaw.image"));
    }

    @Test
    void no_lock_file_names_the_registry_that_served_it() throws IOException {
        for (String folder : List.of("openclaw-image/app", "openclaw-image/node", "test/browser")) {
            String lock = Files.readString(Path.of(folder, "package-lock.json"));
            assertEquals(false, lock.contains("\"resolved\""), folder);
        }
    }

    @Test
    @Tag("docker")
    void a_label_carries_the_version() {
        assertEquals(OpenClaw.VERSION, new Engine(Path.of("/var/run/docker.sock")).images().find(IMAGE).orElseThrow()
                .labels().get("org.opencontainers.image.version"));
    }

    /// The hook in NODE_OPTIONS is what makes discord load; a plugin elsewhere than among the bundled ones is not trusted.
    @Test
    @Tag("docker")
    void the_channel_plugins_load_offline_as_any_user() throws Exception {
        assertEquals("discord irc matrix mattermost slack\n", inContainer("node", "-e", """
                const ids = ["discord", "irc", "matrix", "mattermost", "slack"];
                for (const id of ids) require(`/app/dist/extensions/${id}/dist/index.js`);
                console.log(ids.join(" "));"""));
    }

    /// Node tells for each module whether it took the compiled code. A cache of another node, of another user or that this user may not
    /// read is no error to it: it compiles, and a bot starts later.
    @Test
    @Tag("docker")
    void node_takes_the_code_that_was_compiled_with_the_image_as_any_user() throws Exception {
        String told = inContainer("bot-link", "sh", "-c", """
                NODE_DEBUG_NATIVE=COMPILE_CACHE node -e '
                    const gateway = require("fs").readdirSync("/app/dist").find(name => /^server-start-.*[.]mjs$/.test(name));
                    import(`/app/dist/${gateway}`).then(() => process.exit(0));' 2>&1 | grep "compile cache. V8 code cache for ESM"
                """);
        long taken = told.lines().filter(line -> line.contains(" was accepted")).count();
        long all = told.lines().map(line -> line.replaceFirst(" was .*", "")).distinct().count();
        assertTrue(all > 1000 && taken >= all * 0.9, taken + " of " + all + ": " + told.lines().limit(5).toList());
    }

    @Test
    @Tag("docker")
    void the_hosts_certificates_stayed_in_the_build_stage() throws Exception {
        assertEquals("0\n", inContainer("sh", "-c", "find / -xdev -name 'host-ca*' | grep -c . || true"));
    }

    private static String inContainer(String... command) throws IOException, InterruptedException {
        List<String> docker = List.of("docker", "run", "--rm", "--network=none", "--user=1900000001:1900000001", "--read-only",
                "--tmpfs=/tmp", "--cap-drop=ALL", "--security-opt=no-new-privileges", "--entrypoint=" + command[0], IMAGE);
        Process process = new ProcessBuilder(Stream.concat(
                docker.stream(), List.of(command).stream().skip(1)).toList()).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor(1, TimeUnit.MINUTES);
        return out;
    }
}
