package botmaker.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.broker.Broker;
import botmaker.config.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// How the broker is started as a child.
class BrokerProcessTest {
    @Test
    void java_gets_the_flags_that_the_service_gives_it() throws Exception {
        String unit = Files.readString(Path.of("systemd", "botmaker-broker.service")).replaceAll("\\\\\n *", "");
        assertTrue(unit.contains(" " + String.join(" ", BrokerProcess.FLAGS) + " -XX:+AutoCreateSharedArchive "), unit);
    }

    @Test
    void every_start_is_told_the_same() {
        Settings.Source source = new Settings.Source(Optional.of(Path.of("/etc/botmaker.properties")), Map.of());
        BrokerProcess process = new BrokerProcess(source, new Broker.Layout(Path.of("/missing")), () -> true);
        List<String> command = process.command();
        assertEquals(command, process.command());
        assertEquals(BrokerProcess.FLAGS, command.subList(1, 1 + BrokerProcess.FLAGS.size()));
        assertEquals(List.of("botmaker.cli.Main", "broker", "--child", "--config", "/etc/botmaker.properties"),
                command.subList(command.size() - 5, command.size()));
    }
}
