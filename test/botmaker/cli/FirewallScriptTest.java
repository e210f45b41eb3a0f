package botmaker.cli;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/// The names of the chains in the firewall's script; what its rules do, `e2e.FirewallTest` tests on a host of its own.
class FirewallScriptTest {
    @Test
    void chains_have_names_that_iptables_takes() {
        String script = FirewallScript.of("bm-0123456789ab");
        assertTrue(script.lines().flatMap(line -> List.of(line.split(" ")).stream()).filter(word -> word.startsWith("bm-"))
                .allMatch(word -> word.length() <= 28));
        assertTrue(script.contains("169.254.0.0/16") && script.contains("DOCKER-USER") && script.contains("INPUT"));
    }
}
