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

    /// Where there is a proxy, OpenClaw gives Slack's WebSocket a dispatcher of its undici, which that of an older undici cannot use (openclaw
    /// issue 155840).
    @Test
    @Tag("docker")
    void slacks_websocket_connects_through_a_proxy() throws Exception {
        assertEquals("connected\n", inContainer(List.of("--env=HTTP_PROXY=http://127.0.0.1:3128"), "node", "--input-type=module", "-e", """
                import { createHash } from "node:crypto";
                import { realpathSync } from "node:fs";
                import { createServer } from "node:http";
                import { createRequire } from "node:module";
                import { connect } from "node:net";
                import { createHttp1EnvHttpProxyAgent, resolveEnvHttpProxyAgentOptions } from "/app/dist/plugin-sdk/fetch-runtime.js";
                const client = realpathSync("/app/dist/extensions/slack/node_modules/@slack/bolt/node_modules/@slack/socket-mode");
                const { WebSocket } = createRequire(client)("undici");
                const end = text => { console.log(text); process.exit(0); };
                const slack = createServer().on("upgrade", (request, socket) => {
                    const key = request.headers["sec-websocket-key"] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
                    socket.write("HTTP/1.1 101 Switching Protocols\\r\\nConnection: Upgrade\\r\\nUpgrade: websocket\\r\\nSec-WebSocket-Accept: "
                        + createHash("sha1").update(key).digest("base64") + "\\r\\n\\r\\n");
                });
                const proxy = createServer().on("connect", (_, socket) => {
                    const there = connect(8080, "127.0.0.1", () => socket.write("HTTP/1.1 200 OK\\r\\n\\r\\n"));
                    there.pipe(socket).pipe(there);
                });
                slack.listen(8080, () => proxy.listen(3128, () => {
                    const socket = new WebSocket("ws://wss-primary.slack.com/link/", {
                        dispatcher: createHttp1EnvHttpProxyAgent(resolveEnvHttpProxyAgentOptions()) });
                    socket.onopen = () => end("connected");
                    socket.onerror = () => end("never connects");
                }));"""));
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

    /// OpenClaw's guard looks names up, and its fetch connects to what the guard saw: with the policies of the plugins for Slack and Mattermost, with
    /// none, and with every name of this host that is not the broker's.
    @Test
    @Tag("docker")
    void openclaw_fetches_files_from_names_of_the_broker_and_from_no_other_name_or_port_of_the_loopback_device() throws Exception {
        String told = inContainer(List.of("--env=BOTMAKER_LINKS=8080=m0", "--env=OPENCLAW_STATE_DIR=/tmp/state", "--tmpfs=/run/botmaker:mode=777",
                "--add-host=files.slack.com:127.0.0.1", "--add-host=elsewhere.slack.com:127.0.0.2"), "bot-link", "node", "--input-type=module", "-e", """
                import { createServer } from "node:http";
                import { fetchWithSsrFGuard } from "/app/dist/plugin-sdk/ssrf-runtime.js";
                const serve = (text, at) => new Promise(listening => createServer((_, response) => response.end(text)).listen(at, listening));
                await serve("of the broker", "/run/botmaker/m0");
                await serve("of the bot itself", 18789);
                const policies = {
                    slack: { allowedHostnames: ["*.slack.com"], hostnameAllowlist: ["*.slack.com"], allowRfc2544BenchmarkRange: true },
                    mattermost: { allowedHostnames: ["files.slack.com", "elsewhere.slack.com"] },
                    strict: undefined,
                };
                const attempt = async (url, policy) => {
                    try {
                        const { response, release } = await fetchWithSsrFGuard({ url, policy: policies[policy], timeoutMs: 5000 });
                        const text = await response.text();
                        await release();
                        return text;
                    } catch (error) {
                        return error.name === "SsrFBlockedError" ? "refused" : "not reached";
                    }
                };
                for (const policy of Object.keys(policies)) for (const url of ["http://files.slack.com:8080/", "http://files.slack.com:18789/",
                    "http://elsewhere.slack.com:18789/", "http://localhost:8080/", "http://127.0.0.1:8080/", "http://198.18.0.1:8080/"])
                    console.log(policy, url.slice(7, -1), await attempt(url, policy));
                console.log(await (await fetch("http://files.slack.com:8080/")).text());
                process.exit(0);""");
        assertEquals("""
                slack files.slack.com:8080 of the broker
                slack files.slack.com:18789 not reached
                slack elsewhere.slack.com:18789 refused
                slack localhost:8080 refused
                slack 127.0.0.1:8080 refused
                slack 198.18.0.1:8080 refused
                mattermost files.slack.com:8080 of the broker
                mattermost files.slack.com:18789 not reached
                mattermost elsewhere.slack.com:18789 refused
                mattermost localhost:8080 refused
                mattermost 127.0.0.1:8080 refused
                mattermost 198.18.0.1:8080 refused
                strict files.slack.com:8080 refused
                strict files.slack.com:18789 refused
                strict elsewhere.slack.com:18789 refused
                strict localhost:8080 refused
                strict 127.0.0.1:8080 refused
                strict 198.18.0.1:8080 refused
                of the broker
                """, told);
    }

    @Test
    @Tag("docker")
    void the_hosts_certificates_stayed_in_the_build_stage() throws Exception {
        assertEquals("0\n", inContainer("sh", "-c", "find / -xdev -name 'host-ca*' | grep -c . || true"));
    }

    private static String inContainer(String... command) throws IOException, InterruptedException {
        return inContainer(List.of(), command);
    }

    private static String inContainer(List<String> options, String... command) throws IOException, InterruptedException {
        List<String> docker = List.of("docker", "run", "--rm", "--network=none", "--user=1900000001:1900000001", "--read-only",
                "--tmpfs=/tmp", "--cap-drop=ALL", "--security-opt=no-new-privileges", "--entrypoint=" + command[0]);
        Process process = new ProcessBuilder(Stream.of(docker, options, List.of(IMAGE), List.of(command).subList(1, command.length))
                .flatMap(List::stream).toList()).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor(1, TimeUnit.MINUTES);
        return out;
    }
}
