package botmaker.support;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.docker.Container;
import botmaker.docker.Engine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The engine that outage tests have for themselves leaves the host as it was.
@Tag("docker")
@Tag("heavy")
class PrivateEngineTest {
    @Test
    void it_does_what_is_asked_and_leaves_nothing() throws Exception {
        Path socket;
        String group;
        try (PrivateEngine own = PrivateEngine.on()) {
            socket = own.socket();
            group = own.cgroup();
            Engine engine = new Engine(socket);
            String image = TestImage.running(engine, "trap 'exit 143' TERM; sleep 3600 & wait");
            String id = engine.create("one", Specs.script(image, Map.of("x", "y"), "sleep 3600"));
            engine.start(id);

            own.freeze();
            assertFalse(own.answers());
            own.thaw();
            assertTrue(own.answers());
            own.kill();
            assertFalse(own.answers());
            own.start();
            own.reboot();
            assertEquals(Container.State.EXITED, engine.inspect(id).state());
            own.stop();
        }
        assertFalse(Files.exists(socket.getParent()));
        assertFalse(ChildJvm.run("cat", "/proc/mounts").contains(socket.getParent().toString()));
        assertEquals("0:", ChildJvm.run("sh", "-c", "find /sys/fs/cgroup -maxdepth 2 -name " + group));
    }
}
