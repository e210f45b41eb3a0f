package botmaker.bot;

import static org.junit.jupiter.api.Assertions.assertEquals;

import botmaker.bot.model.BotId;
import botmaker.bot.model.BotRecord;
import botmaker.bot.model.BotStore;
import botmaker.http.Route;
import botmaker.http.TestServer;
import botmaker.json.JsonValue;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Deletions as they are asked for, while the engine is away: none can be completed.
class BotRoutesTest {
    @TempDir
    Path data;
    private Workshop shop;
    private TestServer server;
    private BotId id;

    @BeforeEach
    void start() throws IOException {
        shop = Workshop.withoutEngine(data);
        BotRecord row = new BotStore(shop.database).add(BotId.random(), Rows.spec("support"), BotRecord.Desired.RUNNING, "x", Rows.CREATED,
                n -> new BotRecord.Owner(n, n));
        id = row.id();
        shop.bots.registry().add(new BotStore(shop.database).update(row.with(BotRecord.Phase.READY, Rows.CREATED)), Map.of());
        server = TestServer.start(shop.bots.routes().toArray(Route[]::new));
    }

    @AfterEach
    void stop() {
        server.close();
        shop.crash();
    }

    private HttpResponse<String> delete(String query) throws Exception {
        return server.send("DELETE", "/api/bots/" + id + query, "");
    }

    /// Whoever mistyped it lost the state that was to be kept.
    @ParameterizedTest
    @ValueSource(strings = {"?kep=state", "?keep=State", "?keep=", "?keep"})
    void a_deletion_that_is_not_understood_is_none(String query) throws Exception {
        HttpResponse<String> answer = delete(query);

        assertEquals(422, answer.statusCode(), answer.body());
        assertEquals(query.replaceAll("=.*", ""), JsonValue.parse(answer.body()).get("errors").get(0).get("field").string());
        assertEquals(BotRecord.Phase.READY, shop.bot(id).row().phase());
    }

    /// The second request was answered and recorded as if the state were kept, which the first had given up.
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_deletion_that_has_begun_is_not_changed_into_another(boolean keep) throws Exception {
        Files.createDirectories(data.resolve("bots/" + id + "/state"));
        String first = keep ? "?keep=state" : "";
        String other = keep ? "" : "?keep=state";
        assertEquals(503, delete(first).statusCode());

        assertEquals(409, delete(other).statusCode());
        assertEquals(503, delete(first).statusCode(), "the same may be asked for again");
        assertEquals(keep, shop.bot(id).row().keepState());
    }
}
