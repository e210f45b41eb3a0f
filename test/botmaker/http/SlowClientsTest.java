package botmaker.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// PROMISES 3: slow and many clients do not stop others.
@Timeout(60)
class SlowClientsTest {
    private final List<RawHttp> slow = new ArrayList<>();
    private TestServer server;

    @BeforeEach
    void start() throws IOException {
        server = TestServer.start(Route.get("/", _ -> TestServer.text("ok")), Route.post("/", _ -> Response.noContent()));
    }

    @AfterEach
    void stop() throws IOException {
        for (RawHttp client : slow) {
            client.close();
        }
        server.close();
    }

    @Test
    void a_client_that_does_not_finish_its_header_blocks_nobody() throws Exception {
        for (int i = 0; i < 300; i++) {
            slow.add(server.raw().send("GET / HTTP/1.1\r\nHost: localhost\r\nX: "));
        }
        assertEquals(200, server.get("/").statusCode());
    }

    @Test
    void nor_one_that_does_not_finish_its_body() throws Exception {
        for (int i = 0; i < 300; i++) {
            slow.add(server.raw().sendLines("POST / HTTP/1.1\nHost: localhost\nAuthorization: " + TestServer.AUTHORIZATION
                    + "\nContent-Type: application/json\nContent-Length: 100\n\n{"));
        }
        assertEquals(200, server.get("/").statusCode());
    }

    @Test
    void nor_a_thousand_that_say_nothing() throws Exception {
        for (int i = 0; i < 1_000; i++) {
            slow.add(server.raw());
        }
        assertEquals(200, server.get("/").statusCode());
    }
}
