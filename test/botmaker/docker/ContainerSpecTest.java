package botmaker.docker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import botmaker.json.JsonValue;
import botmaker.support.Specs;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ContainerSpecTest {

    @Test
    void the_whole_body_is_as_it_should_be() {
        ContainerSpec spec = new ContainerSpec("openclaw:1", List.of(), "1900000001:1900000001", "bot-1",
                Map.of("B", "2", "A", "1=1"), Map.of("botmaker.managed", "true"),
                List.of(new ContainerSpec.Mount(Path.of("/data/config"), "/etc/openclaw", true), new ContainerSpec.Mount(Path.of("/data/state"), "/state", false)),
                Map.of("/tmp", "size=64m,mode=0700"), new ContainerSpec.Resources(2L << 30, 2_000_000_000, 512), Optional.of("net1"),
                Set.of(), List.of(new ContainerSpec.Port(18789, 19100)), ContainerSpec.Restart.UNLESS_STOPPED, Duration.ofSeconds(30));
        assertEquals(JsonValue.parse("""
                {"Image":"openclaw:1","User":"1900000001:1900000001","Hostname":"bot-1","Env":["A=1=1","B=2"],
                 "Labels":{"botmaker.managed":"true"},"Tty":false,"StopTimeout":30,"ExposedPorts":{"18789/tcp":{}},
                 "HostConfig":{
                   "ReadonlyRootfs":true,"CapDrop":["ALL"],"SecurityOpt":["no-new-privileges:true"],"Privileged":false,
                   "Mounts":[{"Type":"bind","Source":"/data/config","Target":"/etc/openclaw","ReadOnly":true},
                             {"Type":"bind","Source":"/data/state","Target":"/state"}],
                   "Tmpfs":{"/tmp":"size=64m,mode=0700"},
                   "Memory":2147483648,"MemorySwap":2147483648,"NanoCpus":2000000000,"CpuShares":1024,"PidsLimit":512,
                   "IpcMode":"private","CgroupnsMode":"private","Init":false,
                   "LogConfig":{"Type":"json-file","Config":{"max-file":"3","max-size":"10m"}},
                   "RestartPolicy":{"Name":"unless-stopped"},"NetworkMode":"net1","PublishAllPorts":false,
                   "PortBindings":{"18789/tcp":[{"HostIp":"127.0.0.1","HostPort":"19100"}]}}}
                """), spec.toJson());
    }

    @Test
    void a_container_without_a_network_has_names_for_127_0_0_1_and_no_ports() {
        JsonValue host = isolated(Set.of("b.example.com", "a.example.com"), List.of()).toJson().get("HostConfig");
        assertEquals("none", host.get("NetworkMode").string());
        assertEquals("[\"a.example.com:127.0.0.1\",\"b.example.com:127.0.0.1\"]", host.get("ExtraHosts").toString());

        assertThrows(IllegalArgumentException.class, () -> isolated(Set.of(), List.of(new ContainerSpec.Port(1, 2))));
        for (String name : List.of("", "a:10.0.0.1", "A.example.com", "a b")) {
            assertThrows(IllegalArgumentException.class, () -> isolated(Set.of(name), List.of()), name);
        }
    }

    private static ContainerSpec isolated(Set<String> localNames, List<ContainerSpec.Port> ports) {
        return new ContainerSpec("i", List.of(), "1:1", "h", Map.of(), Map.of(), List.of(), Map.of(), new ContainerSpec.Resources(1, 1, 1),
                Optional.empty(), localNames, ports, ContainerSpec.Restart.NEVER, Duration.ZERO);
    }

    @Test
    void a_command_is_named_only_when_it_replaces_the_images() {
        assertEquals("[\"sh\",\"-c\",\"true\"]", Specs.script("i", Map.of(), "true").toJson().get("Cmd").toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "root", "0", "1000", "1:1 ", "-1:0", "node:node"})
    void a_user_is_always_two_numbers(String user) {
        assertThrows(IllegalArgumentException.class, () -> new ContainerSpec("i", List.of(), user, "h", Map.of(), Map.of(),
                List.of(), Map.of(), new ContainerSpec.Resources(1, 1, 1), Optional.of("n"), Set.of(), List.of(), ContainerSpec.Restart.NEVER, Duration.ZERO));
    }
}
