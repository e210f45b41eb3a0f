package botmaker.openclaw;

import botmaker.json.Json;
import botmaker.json.JsonException;
import botmaker.json.JsonValue;
import botmaker.openclaw.BotConfig.AiSettings;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Tries from inside a bot's container whether a call to its AI passes through the broker: the list of models, with what the bot has in
/// place of a key and the authority that it trusts.
public final class AiProbe {
    private static final Pattern WORDS = Pattern.compile("BotMaker: ([^\"\\\\]{1,300})");
    /// Refusals that end by themselves.
    private static final Set<String> FOR_NOW = Set.of("busy", "unavailable", "paused", "budget");
    private static final String SCRIPT = """
            const [url, place, more, file, none] = process.argv.slice(1);
            let key = none;
            try { key = require("fs").readFileSync(file, "utf8"); } catch { }
            const say = (what) => { console.log(JSON.stringify(what)); process.exit(0); };
            fetch(url, { headers: { ...JSON.parse(more), [place]: place === "Authorization" ? `Bearer ${key}` : key }, redirect: "manual",
                signal: AbortSignal.timeout(20000) })
              .then(async (answer) => {
                const refused = answer.headers.get("x-botmaker-refused") ?? "";
                say({ status: answer.status, refused, words: refused ? (await answer.text()).slice(0, 2000) : "" });
              }).catch((e) => say({ problem: String(e.cause?.code ?? e.cause?.message ?? e.message).slice(0, 200) }));
            """;

    private AiProbe() { }

    /// What came of a call.
    ///
    /// @param passed  whether the bot's server answered it; with what does not matter, since not every server lists its models
    /// @param refusal why it will not pass as the bot is
    /// @param problem why it has not passed yet
    public record Result(boolean passed, Optional<String> refusal, Optional<String> problem) {
        /// The call did not end in time.
        public static final Result NO_ANSWER = later("there was no answer in time");

        private static Result later(String problem) {
            return new Result(false, Optional.empty(), Optional.of(problem));
        }
    }

    /// Returns the command, to be run in the container.
    public static List<String> command(AiSettings ai) {
        Provider provider = Catalog.provider(ai.provider()).orElseThrow();
        var headers = Json.object();
        provider.api().headers(Optional.empty()).forEach(headers::put);
        return List.of("node", "-e", SCRIPT, AiOrigin.of(ai).baseUrl() + provider.api().path(), provider.api().keyHeader(),
                headers.build().toString(), OpenClaw.secret(OpenClaw.AI_API_KEY), AiOrigin.NO_KEY);
    }

    /// Reads the output of [#command]. It comes from a bot, which may be hostile.
    public static Result parse(String output) {
        try {
            JsonValue told = JsonValue.parse(output.lines().filter(line -> line.startsWith("{")).reduce((_, last) -> last).orElse(""));
            Optional<String> problem = told.find("problem").map(JsonValue::string);
            if (problem.isPresent()) {
                return Result.later("the broker was not reached: " + PlainText.of(problem.get()));
            }
            String refused = told.get("refused").string();
            if (refused.isEmpty()) {
                return new Result(told.get("status").integer() > 0, Optional.empty(), Optional.empty());
            }
            Matcher words = WORDS.matcher(told.get("words").string());
            String why = "its call to its AI was refused, in these words: " + (words.find() ? PlainText.of(words.group(1)) : "no reason was given");
            return FOR_NOW.contains(refused) ? Result.later(why) : new Result(false, Optional.of(why), Optional.empty());
        } catch (JsonException e) {
            return Result.later("the call could not be made");
        }
    }
}
