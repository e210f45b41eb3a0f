package botmaker.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import botmaker.docker.Engine;
import botmaker.file.PrivateFiles;
import botmaker.json.JsonValue;
import botmaker.support.Listener;
import botmaker.support.Program;
import botmaker.support.RunningApp;
import botmaker.support.TestImage;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A data directory that release 0.1.0 made, with its containers, taken over by the program under test.
///
/// `kept/` holds what that release left: its database, the files of six bots, the bodies of its requests to the engine
/// (`engine.json`) and what it said of each bot (`bots.json`). Only three things depend on the machine and are filled in: the
/// data directory, the image and the network's id. Keys and tokens are not real.
@Tag("docker")
class KeptDataTest {
    private static final Path KEPT = Path.of("test", "botmaker", "e2e", "kept");
    private static final Path SOCKET = Path.of("/var/run/docker.sock");
    private static final Engine ENGINE = new Engine(SOCKET);
    private static final int FIRST_UID = 1_800_000_000;
    private static final String SLEEPS = "trap 'exit 143' TERM; echo ready; sleep 3600 & wait";
    private static final String DIES = "echo out of order; exit 1";

    @TempDir
    private Path temp;
    private Path data;
    private Map<String, String> settings = Map.of();

    @BeforeEach
    void layOut() throws Exception {
        assumeTrue(PrivateFiles.isRoot(), "files of several users need root");
        data = temp.resolve("data");
        settings = Map.of("BOTMAKER_OPENCLAW_IMAGE", TestImage.running(ENGINE, SLEEPS), "BOTMAKER_BOT_STOP_TIMEOUT", "2s",
                "BOTMAKER_BOT_UID_BASE", Integer.toString(FIRST_UID), "BOTMAKER_BOT_CPUS", "1", "BOTMAKER_BOT_PORTS", "28917-28920",
                "BOTMAKER_DATA_DIR", data.toString(), "TZ", "UTC");
        copy();
        for (JsonValue bot : bots()) {
            own(bot.get("id").string(), bot.get("secretsWrittenAt"));
        }
        RunningApp.cleanEngine(ENGINE, copyOfDatabase());
    }

    @AfterEach
    void cleanEngine() throws Exception {
        if (data != null && Files.exists(data)) {
            RunningApp.cleanEngine(ENGINE, data);
        }
    }

    @Test
    void bots_of_the_release_before_run_on_untouched_and_nothing_of_them_is_lost() throws Exception {
        makeContainers();
        Map<String, String> before = containers();
        assertEquals(6, before.size(), before.toString());
        RunningApp app = RunningApp.start(data, settings);
        try {
            for (JsonValue bot : bots()) {
                String id = bot.get("id").string();
                compare(bot, app.await(id, "status", bot.get("status").string(), Duration.ofSeconds(30)));
            }
            assertEquals("You are a kept bot.\n", JsonValue.parse(app.get("/api/bots/" + id("Running") + "/instructions").body())
                    .get("text").string());
            lookAgain(app);
            assertEquals(before, containers(), "a container was started again or made anew");
            for (JsonValue bot : JsonValue.parse(app.get("/api/bots").body()).get("bots").elements()) {
                String name = bot.get("name").string();
                assertEquals(name.equals("Paired ü") ? 1 : 0, bot.get("drift").elements().size(), bot.toString());
            }
        } finally {
            app.stop();
        }
        try (Stream<Path> files = Files.walk(KEPT.resolve("secrets"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertArrayEquals(Files.readAllBytes(file), Files.readAllBytes(data.resolve(KEPT.relativize(file))), file.toString());
            }
        }
        Program.Outcome verified = new Program(temp).run(settings, "", "audit", "verify");
        assertEquals(0, verified.exit(), verified.toString());
    }

    /// Limits one container by hand and waits until that shows, so that every container was compared with its bot meanwhile.
    private static void lookAgain(RunningApp app) throws Exception {
        String id = id("Paired ü");
        call("POST", "/containers/botmaker-" + id + "/update", "{\"NanoCpus\": 900000000}");
        Listener.await("the drift of a container that was limited by hand", () -> {
            try {
                return !JsonValue.parse(app.get("/api/bots/" + id).body()).get("drift").elements().isEmpty();
            } catch (IOException | InterruptedException e) {
                throw new AssertionError(e);
            }
        });
    }

    private static void compare(JsonValue kept, JsonValue now) {
        for (var member : kept.members().entrySet()) {
            assertEquals(member.getValue(), now.get(member.getKey()), member.getKey() + " of " + kept.get("name"));
        }
        assertEquals(List.of(), now.get("drift").elements(), now.toString());
    }

    private static List<JsonValue> bots() throws IOException {
        return JsonValue.parse(Files.readAllBytes(KEPT.resolve("bots.json"))).elements();
    }

    private static String id(String name) throws IOException {
        return bots().stream().filter(bot -> bot.get("name").string().equals(name)).findFirst().orElseThrow().get("id").string();
    }

    private void copy() throws Exception {
        for (String part : List.of("botmaker.db", "bots", "secrets")) {
            try (Stream<Path> files = Files.walk(KEPT.resolve(part))) {
                for (Path file : files.toList()) {
                    Path copy = data.resolve(KEPT.relativize(file));
                    Files.createDirectories(copy.getParent());
                    Files.copy(file, copy);
                    close(copy, Files.isDirectory(copy) ? "rwx------" : "rw-------");
                }
            }
        }
        close(data, "rwx------");
        try (Connection database = DriverManager.getConnection("jdbc:sqlite:" + data.resolve("botmaker.db"));
             PreparedStatement images = database.prepareStatement("UPDATE bots SET image = ?, image_id = ? WHERE image = ?")) {
            pin(images, "kept-fixture:1", TestImage.running(ENGINE, SLEEPS));
            pin(images, "kept-fixture:2", TestImage.running(ENGINE, DIES));
        }
    }

    private static void pin(PreparedStatement images, String kept, String image) throws Exception {
        images.setString(1, image);
        images.setString(2, ENGINE.images().find(image).orElseThrow().id());
        images.setString(3, kept);
        assertTrue(images.executeUpdate() > 0, kept);
    }

    /// Gives a bot's files the owners and modes that they had, which a version control system does not keep.
    private void own(String id, JsonValue writtenAt) throws IOException {
        int uid = FIRST_UID + uid(id);
        Path bot = data.resolve("bots").resolve(id);
        close(bot.resolve("config"), "rwxr-xr-x");
        close(bot.resolve("config/openclaw.json"), "rw-r--r--");
        Path secrets = data.resolve("secrets").resolve(id);
        for (var secret : writtenAt.members().entrySet()) {
            Files.setLastModifiedTime(secrets.resolve(secret.getKey()),
                    FileTime.from(Instant.parse(secret.getValue().string())));
        }
        if (!Files.exists(bot.resolve("state"))) {
            close(Files.createDirectory(bot.resolve("state")), "rwx------");
        }
        for (Path owned : List.of(bot.resolve("state"), secrets)) {
            try (Stream<Path> files = Files.walk(owned)) {
                for (Path file : files.toList()) {
                    PrivateFiles.chown(file, uid, uid);
                }
            }
        }
    }

    private static int uid(String id) throws IOException {
        List<JsonValue> bots = bots();
        for (int i = 0; i < bots.size(); i++) {
            if (bots.get(i).get("id").string().equals(id)) {
                return i;
            }
        }
        throw new AssertionError(id);
    }

    private static void close(Path file, String mode) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }

    /// Opening the database brings it up to date, which only the program under test may do with the kept one.
    private Path copyOfDatabase() throws IOException {
        Path copy = Files.createDirectories(temp.resolve("copy"));
        Files.copy(data.resolve("botmaker.db"), copy.resolve("botmaker.db"));
        return copy;
    }

    /// Makes network and containers with the requests of the release before.
    private void makeContainers() throws Exception {
        JsonValue kept = JsonValue.parse(Files.readAllBytes(KEPT.resolve("engine.json")));
        String network = call("POST", "/networks/create", kept.get("network").toString()).get("Id").string();
        for (JsonValue container : kept.get("containers").elements()) {
            String name = container.get("name").string();
            String state = container.get("state").string();
            String body = container.get("body").toString().replace("\"NETWORK\"", '"' + network + '"')
                    .replace("\"IMAGE\"", '"' + TestImage.running(ENGINE, state.equals("crashed") ? DIES : SLEEPS) + '"')
                    .replace("\"DATA/", '"' + data.toString() + '/');
            call("DELETE", "/containers/" + name + "?force=true", "");
            call("POST", "/containers/create?name=" + name, body).get("Id").string();
            if (!state.equals("created")) {
                call("POST", "/containers/" + name + "/start", "");
            }
            if (state.equals("crashed") || state.equals("stopped")) {
                call("POST", "/containers/" + name + "/stop?t=2", "");
            }
        }
    }

    /// Returns each bot's container: id, state, and when it was started.
    private static Map<String, String> containers() throws Exception {
        Map<String, String> found = new TreeMap<>();
        for (JsonValue bot : bots()) {
            JsonValue container = call("GET", "/containers/botmaker-" + bot.get("id").string() + "/json", "");
            JsonValue state = container.get("State");
            found.put(bot.get("name").string(), container.get("Id").string() + ' ' + state.get("Status").string() + ' '
                    + state.get("StartedAt").string());
        }
        return found;
    }

    /// Calls the engine without the product's client, which might speak in another way than the release before.
    private static JsonValue call(String method, String path, String json) throws IOException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(SOCKET));
            byte[] body = json.getBytes(UTF_8);
            String head = "%s /v1.41%s HTTP/1.0\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
                    .formatted(method, path, body.length);
            for (byte[] part : List.of(head.getBytes(UTF_8), body)) {
                for (ByteBuffer left = ByteBuffer.wrap(part); left.hasRemaining(); ) {
                    channel.write(left);
                }
            }
            String[] answer = new String(Channels.newInputStream(channel).readAllBytes(), UTF_8).split("\r\n\r\n", 2);
            assertTrue(answer[0].matches("(?s)HTTP/1\\.. (2|304|404).*"), () -> method + ' ' + path + ": " + String.join("\n", answer));
            return JsonValue.parse(answer[1].isBlank() ? "{}" : answer[1]);
        }
    }
}
