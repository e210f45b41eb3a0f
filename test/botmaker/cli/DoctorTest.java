package botmaker.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.backup.Backup;
import botmaker.bot.model.Schema;
import botmaker.config.Settings;
import botmaker.docker.Engine;
import botmaker.file.PrivateFiles;
import botmaker.json.JsonValue;
import botmaker.server.App;
import botmaker.store.Database;
import botmaker.file.CommandLock;
import botmaker.support.Cli;
import botmaker.support.RecordedEngine;
import botmaker.support.Reply;
import botmaker.support.RunningApp;
import botmaker.support.TestImage;
import botmaker.tls.Certificates;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoctorTest {
    @TempDir
    Path data;

    /// The one command that is for engines that do not work ended in a stack trace.
    @Test
    void an_engine_that_refuses_everything_is_a_finding() throws Exception {
        try (RecordedEngine recorded = RecordedEngine.start()) {
            recorded.on("GET /info", Reply.error(500, "storage on fire"));
            ByteArrayOutputStream out = new ByteArrayOutputStream();

            assertFalse(Doctor.examine(new Settings.Source(Optional.empty(), Map.of(
                    "BOTMAKER_DATA_DIR", data.toString(),
                    "BOTMAKER_DOCKER_SOCKET", recorded.socket().toString())).load(), new PrintStream(out)));

            String report = out.toString(StandardCharsets.UTF_8);
            assertTrue(report.contains("FAIL  engine   storage on fire"), report);
            assertTrue(report.contains("FAIL  image    cannot be looked up"), report);
            assertTrue(report.contains("port"), report);
        }
    }

    /// Beside a BotMaker that runs, its own port was said to be taken.
    @Test
    void the_port_of_a_botmaker_that_runs_is_well() throws Exception {
        Map<String, String> settings = Map.of("BOTMAKER_DOCKER_SOCKET", data.resolve("none.sock").toString());
        try (RunningApp app = RunningApp.start(data, settings)) {
            String report = examine(URI.create(app.url()).getPort());
            assertTrue(report.contains("is used by a running BotMaker"), report);
        }
    }

    @Test
    void a_port_that_somebody_else_has_is_a_finding() throws Exception {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String report = examine(other.getLocalPort());
            assertTrue(report.contains("FAIL  port"), report);
        }
    }

    /// What the start refuses was well to the doctor, which looked for itself.
    @Test
    void a_data_directory_that_the_start_refuses_is_a_finding() throws Exception {
        Path shut = data.resolve("shut");
        PrivateFiles.createDirectory(shut, 0500);
        String report = examine(Map.of("BOTMAKER_DATA_DIR", shut.toString(), "BOTMAKER_SERVER_PORT", "0",
                "BOTMAKER_DOCKER_SOCKET", data.resolve("none.sock").toString()));
        assertTrue(report.contains("FAIL  data     its owner may not use " + shut + ". Allow it with: chmod 700 " + shut)
                || report.contains("FAIL  data     " + shut + " is not a directory that this user can write to"), report);
    }

    /// Whoever may write to a directory above it can put another one in the place of the data directory.
    @Test
    void a_directory_above_that_others_may_write_to_is_a_finding() throws Exception {
        Path shared = data.resolve("shared");
        PrivateFiles.createDirectory(shared, 0770);
        Path inside = shared.resolve("of").resolve("botmaker");
        Map<String, String> settings = Map.of("BOTMAKER_DATA_DIR", inside.toString(), "BOTMAKER_SERVER_PORT", "0",
                "BOTMAKER_DOCKER_SOCKET", data.resolve("none.sock").toString());
        String finding = "FAIL  data     others may replace what is in " + shared.toRealPath() + ", which is above the data directory. "
                + "Close it with: chmod go-w " + shared.toRealPath();
        assertTrue(examine(settings).contains(finding), "before its first start");

        PrivateFiles.createDirectory(shared.resolve("of"), 0755);
        PrivateFiles.createDirectory(inside, 0700);
        assertTrue(examine(settings).contains(finding), "after it");

        Path link = shared.resolve("link");
        Files.createSymbolicLink(link, Files.createDirectory(data.resolve("elsewhere")));
        assertTrue(examine(Map.of("BOTMAKER_DATA_DIR", link.resolve("botmaker").toString(), "BOTMAKER_SERVER_PORT", "0",
                "BOTMAKER_DOCKER_SOCKET", data.resolve("none.sock").toString())).contains("others may replace what is in " + shared),
                "by a link in it");

        Files.setAttribute(shared, "unix:mode", 01777);
        assertTrue(examine(settings).contains("ok    data     " + inside), "only its owner may move what is in a sticky one");
        if (PrivateFiles.isRoot()) {
            Files.setAttribute(shared, "unix:mode", 0755);
            PrivateFiles.chown(shared, 1000, 1000);
            assertTrue(examine(settings).contains("FAIL  data     " + shared.toRealPath() + " is above the data directory and belongs to "
                    + "the user with the id 1000"));
        }
    }

    /// Both made the directory of the secrets, which the next start then took for one that had always been there.
    @Test
    void neither_the_doctor_nor_a_backup_makes_the_directory_of_the_secrets() throws Exception {
        Path house = data.resolve("house");
        PrivateFiles.createDirectory(house, 0700);
        try (Database database = Database.open(house.resolve("botmaker.db"), Schema.MIGRATIONS)) {
            database.write(tx -> tx.update("INSERT INTO installation VALUES ('0123456789abcdef', 0)"));
        }
        examine(Map.of("BOTMAKER_DATA_DIR", house.toString(), "BOTMAKER_SERVER_PORT", "0",
                "BOTMAKER_DOCKER_SOCKET", data.resolve("none.sock").toString()));
        assertFalse(Files.exists(house.resolve("secrets")), "doctor");

        EngineBackupSource source = new EngineBackupSource(new Engine(data.resolve("none.sock")), CommandLock.of(data), false);
        new Backup(house.toRealPath(), Schema.MIGRATIONS.size(), source, "1", _ -> { })
                .write(data.resolve("backup"), "a passphrase".toCharArray());
        assertFalse(Files.exists(house.resolve("secrets")), "backup");
    }

    private String examine(int port) throws Exception {
        return examine(Map.of("BOTMAKER_SERVER_PORT", Integer.toString(port),
                "BOTMAKER_DOCKER_SOCKET", data.resolve("none.sock").toString()));
    }

    private String examine(Map<String, String> settings) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Map<String, String> all = new HashMap<>(settings);
        all.putIfAbsent("BOTMAKER_DATA_DIR", data.toString());
        Doctor.examine(new Settings.Source(Optional.empty(), all).load(), new PrintStream(out));
        return out.toString(StandardCharsets.UTF_8);
    }

    /// Beside a BotMaker that runs, and without one.
    @Test
    @Tag("docker")
    void a_container_that_somebody_changed_is_a_finding_and_the_firewalls_rules_are_printed() throws Exception {
        Map<String, String> settings = Map.of("BOTMAKER_OPENCLAW_IMAGE", TestImage.ensure(new Engine(Path.of("/var/run/docker.sock"))),
                "BOTMAKER_DATA_DIR", data.toString(), "BOTMAKER_SERVER_PORT", "0", "BOTMAKER_BOT_STOP_TIMEOUT", "1s");
        RunningApp app = RunningApp.start(data, settings);
        try {
            assertTrue(report(settings).contains("ok    bots     0, with no container that has drifted"), report(settings));
            JsonValue bot = JsonValue.parse(app.post("/api/bots", """
                    {"name": "changed", "reach": "legacy", "channel": {"type": "webchat"},
                     "ai": {"provider": "openai-compatible", "model": "m", "baseUrl": "http://10.9.8.7/v1"}}""").body());
            assertTrue(report(settings).contains("ok    bots     1, with no container that has drifted"), report(settings));

            Cli.docker("update", "--pids-limit=999", bot.get("containerId").string());

            String drifted = "bot changed (" + bot.get("id").string() + "): HostConfig.PidsLimit should be 512, is 999";
            assertTrue(report(settings).contains("FAIL  bots     " + drifted), report(settings));
            app.stop();
            String without = report(settings);
            assertTrue(without.contains(drifted), without);
            assertTrue(without.contains("iptables -w -A bm-"), without);
            app = app.again(settings);
            var repaired = app.post("/api/bots/" + bot.get("id").string() + "/repair", "");
            assertEquals(200, repaired.statusCode(), repaired.body());
            assertEquals("[]", JsonValue.parse(repaired.body()).get("drift").toString());
            assertFalse(report(settings).contains(drifted));
        } finally {
            app.close();
        }
    }

    private static String report(Map<String, String> settings) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Doctor.examine(new Settings.Source(Optional.empty(), settings).load(), new PrintStream(out));
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void certificates_that_browsers_refuse_are_findings() throws Exception {
        Certificates.make(data, "well", Certificates.EC);
        Certificates.makeExpired(data, "expired");
        Certificates.makeDated(data, "soon", "-80d", 90);
        String well = examineTls("well");
        assertTrue(well.contains("ok    tls      the certificate in " + data.resolve("well.crt") + " is valid until 2"), well);
        assertTrue(examineTls("expired").contains("FAIL  tls      the certificate in " + data.resolve("expired.crt") + " expired on 2"));
        assertTrue(examineTls("soon").contains("and nothing has renewed it"));
        Files.delete(data.resolve("soon.key"));
        assertTrue(examineTls("soon").contains("FAIL  tls      " + data.resolve("soon.key") + " does not exist"));
    }

    @Test
    void the_port_of_a_botmaker_that_speaks_TLS_is_well() throws Exception {
        Certificates.make(data, "well", Certificates.EC);
        Map<String, String> settings = new HashMap<>(tls("well"));
        settings.put("BOTMAKER_DATA_DIR", data.resolve("data").toString());
        settings.put("BOTMAKER_SERVER_PORT", "0");
        Settings.Source source = new Settings.Source(Optional.empty(), settings);
        try (App app = App.start(source)) {
            app.begin();
            settings.put("BOTMAKER_SERVER_PORT", Integer.toString(URI.create(app.url()).getPort()));
            String report = examine(settings);
            assertTrue(report.contains("is used by a running BotMaker"), report);
        }
    }

    private Map<String, String> tls(String name) {
        return Map.of("BOTMAKER_SERVER_TLS_CERTIFICATE", data.resolve(name + ".crt").toString(),
                "BOTMAKER_SERVER_TLS_KEY", data.resolve(name + ".key").toString(),
                "BOTMAKER_DOCKER_SOCKET", data.resolve("none.sock").toString());
    }

    private String examineTls(String name) throws Exception {
        return examine(tls(name));
    }

    @Test
    void ids_that_are_handed_out_to_others_are_a_finding() throws Exception {
        Path ids = data.resolve("subgid");
        assertEquals(Optional.empty(), Doctor.crossing(ids, 700_000));
        Files.writeString(ids, "one:100000:65536\ntwo:165536:600000\n");

        assertEquals(Optional.of("bot.uid-base 700000 is not above the range of two in " + ids + ". Set it higher"),
                Doctor.crossing(ids, 700_000));
        assertEquals(Optional.empty(), Doctor.crossing(ids, 765_536));
        Files.writeString(ids, "one:many:65536\n");
        assertTrue(Doctor.crossing(ids, 765_536).orElseThrow().contains("cannot be read"));
    }
}
