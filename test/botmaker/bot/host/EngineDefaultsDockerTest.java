package botmaker.bot.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.bot.Rows;
import botmaker.bot.host.BotHost.Container;
import botmaker.bot.host.BotHost.Warning;
import botmaker.bot.model.BotRecord;
import botmaker.docker.Engine;
import botmaker.secret.SecretStore;
import botmaker.support.PrivateEngine;
import botmaker.support.TestImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A real engine whose configuration adds settings to every container.
@Tag("docker")
@Timeout(180)
class EngineDefaultsDockerTest {
    private static final String CONFIGURATION = """
            {"log-opts": {"tag": "x", "compress": "true", "labels": "botmaker.bot-id"}, "default-shm-size": "128M",
             "default-ulimits": {"nofile": {"Name": "nofile", "Hard": 1000, "Soft": 1000}}}""";

    @TempDir
    Path data;

    /// They were drift that Repair could not mend, and `doctor` failed for good.
    @Test
    void what_the_engines_configuration_adds_is_no_drift_and_is_told_once() throws Exception {
        try (PrivateEngine own = PrivateEngine.configured(CONFIGURATION)) {
            Engine engine = new Engine(own.socket());
            BotRecord record = Rows.ready(BotRecord.Desired.RUNNING);
            TestImage.tag(engine, record.image(), "sleep 1000");
            BotFiles files = new BotFiles(data.resolve("bots"), data.resolve("kept"));
            SecretStore secrets = new SecretStore(data.resolve("secrets"));
            for (Path mounted : List.of(files.config(record.id()), files.state(record.id()), secrets.directory(record.id().value()))) {
                Files.createDirectories(mounted);
            }
            BotHost host = DockerHost.on(engine).of("0123", files, secrets, Map.of(), Duration.ofSeconds(5));
            host.create(record);
            List<Container> made = host.everyOf(record.id());

            host.learn(List.of(record), Map.of(record.id(), made));

            assertEquals(List.of(), host.drift(record, made));
            Warning warning = host.warnings().stream().filter(it -> it.kind().equals(Warning.ENGINE_DEFAULTS)).findFirst().orElseThrow();
            for (String added : List.of("LogConfig.Config.tag = x", "LogConfig.Config.compress", "LogConfig.Config.labels", "ShmSize", "Ulimits")) {
                assertTrue(warning.detail().contains(added), warning::detail);
            }
        }
    }
}
