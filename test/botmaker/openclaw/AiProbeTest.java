package botmaker.openclaw;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.openclaw.BotConfig.AiSettings;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a bot says of the call that proves its reach; `e2e.MovingTest` makes that call.
class AiProbeTest {
    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "{'status': 200, 'refused': '', 'words': ''}                                        | passed",
        "{'status': 404, 'refused': '', 'words': ''}                                        | passed",
        "Warning: something of Node~{'status': 200, 'refused': '', 'words': ''}            | passed",
        "{'status': 400, 'refused': 'key', 'words': '{`error`:`BotMaker: It refused my key.`}'} | never: its call to its AI was refused, in these words: It refused my key.",
        "{'status': 401, 'refused': 'credential', 'words': 'nonsense'}                      | never: its call to its AI was refused, in these words: no reason was given",
        "{'status': 503, 'refused': 'unavailable', 'words': 'BotMaker: Soon.'}              | later: its call to its AI was refused, in these words: Soon.",
        "{'problem': 'ECONNREFUSED'}                                                        | later: the broker was not reached: ECONNREFUSED",
        "sh: node: not found                                                                | later: the call could not be made",
        "{'status': 'all is well'}                                                          | later: the call could not be made",
        "{'status': 0, 'refused': '', 'words': ''}                                          | neither",
    })
    void its_words_are_read(String output, String meaning) {
        AiProbe.Result result = AiProbe.parse(output.replace("~", "\n").replace("'", "\"").replace("`", "\\\""));
        assertEquals(meaning, result.passed() ? "passed" : result.refusal().map("never: "::concat)
                .or(() -> result.problem().map("later: "::concat)).orElse("neither"));
    }

    @Test
    void it_asks_for_the_models_as_the_bot_would_and_names_no_key() {
        List<String> command = AiProbe.command(new AiSettings("anthropic", "m", Optional.empty()));
        assertEquals(List.of("https://api.anthropic.com/v1/models?limit=1000", "x-api-key", "{\"anthropic-version\":\"2023-06-01\"}",
                "/run/secrets/ai-api-key", AiOrigin.NO_KEY), command.subList(3, 8));
        assertTrue(AiProbe.command(new AiSettings("ollama", "m", Optional.of("http://10.0.0.1:11434"))).contains("http://model.botmaker.internal:11434/api/tags"));
    }

    /// Runs the command as the container would, but for the server's address and the place of the key.
    private static AiProbe.Result run(AiSettings ai, String url, Path key) throws IOException {
        List<String> command = new ArrayList<>(AiProbe.command(ai));
        command.set(3, url);
        command.set(6, key.toString());
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        return AiProbe.parse(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
    }

    @Test
    void the_call_is_made_with_what_the_bot_has_and_its_answer_is_told() throws Exception {
        Path key = Files.writeString(directory.resolve("key"), "the placeholder");
        List<String> asked = new CopyOnWriteArrayList<>();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            String path = exchange.getRequestURI().getPath();
            asked.add(path + " " + exchange.getRequestHeaders().getFirst("Authorization") + " " + exchange.getRequestHeaders().getFirst("x-api-key"));
            if (path.equals("/refused")) {
                exchange.getResponseHeaders().set("x-botmaker-refused", "credential");
            } else if (path.equals("/moved")) {
                exchange.getResponseHeaders().set("Location", "/refused");
            }
            byte[] body = "{\"error\":\"BotMaker: No such key.\"}".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(path.equals("/refused") ? 401 : path.equals("/moved") ? 307 : 200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        try {
            String url = "http://127.0.0.1:" + server.getAddress().getPort();
            AiSettings anthropic = new AiSettings("anthropic", "m", Optional.empty());
            AiSettings ollama = new AiSettings("ollama", "m", Optional.of("http://10.0.0.1:11434"));
            assertTrue(run(anthropic, url + "/v1/models", key).passed());
            assertEquals(Optional.of("its call to its AI was refused, in these words: No such key."), run(ollama, url + "/refused", key).refusal());
            assertTrue(run(ollama, url + "/moved", directory.resolve("absent")).passed(), "a redirect is an answer");
            assertEquals(List.of("/v1/models null the placeholder", "/refused Bearer the placeholder null", "/moved Bearer " + AiOrigin.NO_KEY + " null"), asked);
            server.stop(0);
            assertTrue(run(ollama, url + "/gone", key).problem().orElseThrow().contains("the broker was not reached: ECONN"));
        } finally {
            server.stop(0);
        }
    }
}
