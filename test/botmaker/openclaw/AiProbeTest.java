package botmaker.openclaw;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.openclaw.BotConfig.AiSettings;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a bot says of the call that proves its reach; `e2e.MovingTest` makes that call.
class AiProbeTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "{'status': 200, 'refused': '', 'words': ''}                                        | passed",
        "{'status': 404, 'refused': '', 'words': ''}                                        | passed",
        "Warning: something of Node~{'status': 200, 'refused': '', 'words': ''}            | passed",
        "{'status': 400, 'refused': 'key', 'words': '{`error`:`BotMaker: It refused my key.`}'} | never: the broker refused its call: It refused my key.",
        "{'status': 401, 'refused': 'credential', 'words': 'nonsense'}                      | never: the broker refused its call: no reason was given",
        "{'status': 503, 'refused': 'unavailable', 'words': 'BotMaker: Soon.'}              | later: the broker refused its call: Soon.",
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
}
