package botmaker.controlui;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.bot.Workshop;
import botmaker.bot.model.BotId;
import botmaker.bot.view.BotView;
import botmaker.controlui.ControlUiRoutes.ControlUiLink;
import botmaker.docker.Container;
import botmaker.error.Failure;
import botmaker.json.Json;
import botmaker.json.JsonValue;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The port and the links on a real engine, with an image whose `openclaw` knows only how to make a link.
@Tag("docker")
class ControlUiRoutesTest {
    private static final String OPENCLAW = """
            #!/bin/sh
            [ "$*" = "dashboard --json" ] || exit 1
            echo '{"browserUrl":"http://127.0.0.1:18789/#bootstrapToken=t&gatewayUrl=ws%3A%2F%2F127.0.0.1%3A18789",'
            echo ' "browserBootstrapExpiresAtMs":1767323045000}'
            """;
    private static final String LISTEN = "echo ready; while true; do nc -l -p 18789 </dev/null >/dev/null; done";

    @TempDir
    Path data;

    private static Container container(Workshop shop, BotId id) {
        return shop.engine.inspect(shop.bot(id).seen().container().orElseThrow().id());
    }

    private JsonValue configured(BotId id) throws IOException {
        return JsonValue.parse(Files.readString(data.resolve("bots/" + id + "/config/openclaw.json"))).get("gateway").get("controlUi");
    }

    private static boolean answers(InetAddress address, int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, port), 2_000);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void the_port_is_published_on_the_loopback_address_only_and_gone_when_switched_off() throws Exception {
        try (Workshop shop = Workshop.running(data, LISTEN)) {
            BotId id = shop.create("support").row().id();
            assertEquals(Json.object().build(), container(shop, id).raw().get("HostConfig").get("PortBindings"));

            BotView on = shop.bots.service().change(id, JsonValue.parse("{\"controlUi\": true}"));

            int port = on.row().spec().controlUi().port().orElseThrow();
            assertEquals(port, on.toJson().get("controlUi").get("port").integer());
            JsonValue binding = container(shop, id).raw().get("NetworkSettings").get("Ports").get("18789/tcp");
            assertEquals(1, binding.elements().size());
            assertEquals("127.0.0.1", binding.elements().getFirst().get("HostIp").string());
            assertTrue(configured(id).get("allowedOrigins").toString().contains("http://127.0.0.1:" + port));
            InetAddress bridge = NetworkInterface.getByName("docker0").inetAddresses()
                    .filter(address -> address instanceof Inet4Address).findFirst().orElseThrow();
            Workshop.await("the port answers", () -> answers(InetAddress.getLoopbackAddress(), port));
            assertFalse(answers(bridge, port), "the port is published elsewhere");

            BotView resized = shop.bots.service().change(id, JsonValue.parse("{\"limits\": {\"pids\": 100}}"));
            assertEquals(port, resized.row().spec().controlUi().port().orElseThrow());

            BotView off = shop.bots.service().change(id, JsonValue.parse("{\"controlUi\": false}"));
            assertEquals(Json.NULL, off.toJson().get("controlUi"));
            assertFalse(configured(id).get("enabled").bool());
            assertFalse(answers(InetAddress.getLoopbackAddress(), port), "the port is still there");
        }
    }

    @Test
    void a_link_is_given_while_the_bot_runs_and_its_control_ui_is_on() throws Exception {
        try (Workshop shop = Workshop.withProgram(data, "openclaw", OPENCLAW)) {
            BotId id = shop.create("support").row().id();
            ControlUiRoutes links = new ControlUiRoutes(shop.bots.running());
            assertThrows(Failure.Conflict.class, () -> links.link(id));

            BotView on = shop.bots.service().change(id, JsonValue.parse("{\"controlUi\": true}"));

            int port = on.row().spec().controlUi().port().orElseThrow();
            ControlUiLink link = links.link(id);
            assertEquals("http://127.0.0.1:%1$d/#bootstrapToken=t&gatewayUrl=ws%%3A%%2F%%2F127.0.0.1%%3A%1$d".formatted(port), link.url());

            shop.bots.service().stop(id);
            assertThrows(Failure.Conflict.class, () -> links.link(id));
            assertThrows(Failure.NotFound.class, () -> links.link(BotId.random()));
        }
    }

    @Test
    void a_bot_that_gives_something_else_gives_no_link() throws Exception {
        try (Workshop shop = Workshop.withProgram(data, "openclaw", "#!/bin/sh\necho '{\"browserUrl\":\"http://evil.example/#a=b\"}'\n")) {
            BotId id = shop.create("support").row().id();
            ControlUiRoutes links = new ControlUiRoutes(shop.bots.running());
            shop.bots.service().change(id, JsonValue.parse("{\"controlUi\": true}"));

            Failure failure = assertThrows(Failure.Unavailable.class, () -> links.link(id));
            assertFalse(failure.getMessage().contains("evil"), failure.getMessage());
        }
    }
}
