package botmaker.server;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// How the broker is started as a child.
class BrokerProcessTest {
    @Test
    void java_gets_the_flags_that_the_service_gives_it() throws Exception {
        String unit = Files.readString(Path.of("systemd", "botmaker-broker.service")).replaceAll("\\\\\n *", "");
        assertTrue(unit.contains(" " + String.join(" ", BrokerProcess.FLAGS) + " -jar "), unit);
    }
}
