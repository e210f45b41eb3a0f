package botmaker.docker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.json.JsonValue;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The small types of the package.
final class ValuesTest {

    @ParameterizedTest
    @CsvSource({"172.18.0.0/16,172.18.255.255,true", "172.18.0.0/16,172.19.0.1,false", "10.1.2.128/25,10.1.2.127,false",
            "10.1.2.128/25,10.1.2.129,true", "0.0.0.0/0,8.8.8.8,true", "fd00::/64,fd00::1,true", "fd00::/64,fd00:0:0:1::1,false",
            "0.0.0.0/0,::1,false"})
    void a_subnet_contains_its_addresses(String subnet, String address, boolean inside) {
        assertEquals(inside, Networks.Network.Subnet.parse(subnet).contains(InetAddress.ofLiteral(address)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "10.0.0.0", "10.0.0.0/33", "10.0.0.0/-1", "host/8", "10.0.0.0/x"})
    void what_is_no_subnet_is_refused(String text) {
        assertThrows(IllegalArgumentException.class, () -> Networks.Network.Subnet.parse(text));
    }

    @Test
    void a_log_position_keeps_its_nanoseconds() {
        assertEquals("1700000000.000000009", Engine.timestamp(Instant.ofEpochSecond(1_700_000_000, 9)));
    }

    @ParameterizedTest
    @CsvSource({"openclaw,openclaw:latest", "openclaw:1,openclaw:1", "localhost:5000/a/b,localhost:5000/a/b:latest",
            "a@sha256:00,a@sha256:00"})
    void a_pull_never_asks_for_all_tags(String reference, String pulled) {
        assertEquals(pulled, Images.withTag(reference));
    }

    @ParameterizedTest
    @EnumSource(Container.State.class)
    void every_state_of_the_engine_is_known(Container.State state) {
        assertEquals(state, Container.State.of(state.name().toLowerCase(Locale.ROOT)));
    }

    @Test
    void what_go_writes_for_nothing_is_empty() {
        JsonValue json = JsonValue.parse("""
                {"a":null,"b":"","c":"0001-01-01T00:00:00Z","d":"2026-01-02T03:04:05.123456789+01:00"}""");
        assertEquals(Optional.empty(), Fields.text(json, "a"));
        assertEquals(Optional.empty(), Fields.text(json, "b"));
        assertEquals(Optional.empty(), Fields.time(json, "c"));
        assertEquals(Optional.of(Instant.parse("2026-01-02T02:04:05.123456789Z")), Fields.time(json, "d"));
        assertTrue(Fields.list(json, "a").isEmpty());
        assertTrue(Fields.map(json, "absent").isEmpty());
        assertFalse(Fields.flag(json, "a"));
    }

    @Test
    void a_mount_needs_absolute_paths() {
        assertThrows(IllegalArgumentException.class, () -> new ContainerSpec.Mount(Path.of("data"), "/data", true));
        assertThrows(IllegalArgumentException.class, () -> new ContainerSpec.Mount(Path.of("/data"), "data", true));
    }

    @Test
    void unlimited_resources_cannot_be_asked_for() {
        assertThrows(IllegalArgumentException.class, () -> new ContainerSpec.Resources(0, 1, 1));
        assertThrows(IllegalArgumentException.class, () -> new ContainerSpec.Resources(1, 0, 1));
        assertThrows(IllegalArgumentException.class, () -> new ContainerSpec.Resources(1, 1, 0));
    }
}
