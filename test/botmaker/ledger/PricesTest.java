package botmaker.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.json.JsonValue;
import botmaker.policy.Price;
import botmaker.policy.Rates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PricesTest {
    private static final Prices PRICES = Prices.bundled();

    private static String input(Prices prices, String provider, String model, long prompt) {
        return prices.find(provider, model).flatMap(it -> it.at(prompt)).map(it -> Rates.perMillion(it.input())).orElse("unknown");
    }

    @ParameterizedTest
    @CsvSource({
        "anthropic, claude-sonnet-5, 2", "anthropic, claude-haiku-4-5-20251001, 1", "anthropic, claude-9, unknown",
        "openai, gpt-6-sol, 2", "openai, gpt-6-sol-2026-08-01, 2", "openai, gpt-6-solo, unknown", "openai, text-embedding-3-small, 0.02",
        "google, gemini-3.7-flash, unknown", "google, gemini-embedding-001, 0.15", "nvidia, z-ai/glm5, 0", "nvidia, other, unknown",
        "ollama, anything:7b, 0", "openai-compatible, gpt-6-sol, unknown", "together, moonshotai/Kimi-K2.6, 1.2",
        "openrouter, anthropic/claude-sonnet-5, 2", "openrouter, anthropic/claude-opus-4.8, 5", "openrouter, auto, unknown",
        "openrouter, x-ai/grok-4.7, 2", "openrouter, google/gemini-3.7-flash, unknown", "openrouter, anthropic/claude-sonnet-5:free, unknown",
    })
    void what_is_not_known_is_not_free(String provider, String model, String input) {
        assertEquals(input, input(PRICES, provider, model, 1));
    }

    @ParameterizedTest
    @CsvSource({"openai, gpt-6-sol, 272000, 2", "openai, gpt-6-sol, 272001, 4", "xai, grok-4.7, 200000, 2", "xai, grok-4.7, 200001, 4"})
    void a_price_depends_on_the_size_of_the_prompt(String provider, String model, long prompt, String input) {
        assertEquals(input, input(PRICES, provider, model, prompt));
    }

    @Test
    void the_operators_prices_win() {
        Prices prices = PRICES.with(List.of(new Price("openai", "gpt-6-sol", new Rates(7_000_000, 1, Optional.empty(), Optional.empty())),
                new Price("openai-compatible", "m", new Rates(1, 1, Optional.empty(), Optional.empty()))));
        assertEquals("7", input(prices, "openai", "gpt-6-sol", 300_000));
        assertEquals(Prices.OWN, prices.find("openai", "gpt-6-sol").orElseThrow().source());
        assertEquals(Optional.of(128_000L), prices.mostOutput("openai", "gpt-6-sol"));
        assertTrue(prices.find("openai-compatible", "m").isPresent());
        assertEquals("2", input(PRICES, "openai", "gpt-6-sol", 1));
    }

    /// The list is made from the OpenClaw that the bots run; see scripts/prices.mjs.
    @Test
    void the_list_is_that_of_the_pinned_openclaw() throws IOException {
        JsonValue list = JsonValue.parse(Files.readAllBytes(Path.of("src", "META-INF", "prices.json")));
        JsonValue pinned = JsonValue.parse(Files.readAllBytes(Path.of("openclaw-image", "app", "package.json")));
        assertEquals(pinned.get("dependencies").get("openclaw").string(), list.get("openclaw").string());
        assertEquals(list.get("models").elements().size(), PRICES.all().size());
        for (Tariff tariff : PRICES.all()) {
            assertEquals(tariff.tiers().isEmpty(), tariff.source().isEmpty(), tariff.toString());
            assertFalse(!tariff.tiers().isEmpty() && tariff.tiers().getFirst().from() != 0, tariff.toString());
        }
    }
}
