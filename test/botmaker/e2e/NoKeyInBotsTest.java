package botmaker.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import botmaker.json.JsonValue;
import botmaker.support.BotChannel;
import botmaker.support.BotScene;
import botmaker.support.ContainerSearch;
import botmaker.support.FakeAi.Provider;
import botmaker.support.FakeAi;
import botmaker.support.FakeInternet;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// No bot has a credential, whatever its provider and its channel are. Each provider and each channel is in a conversation of
/// [BrokeredBotTest], [BrokeredChannelTest] or [NativeRequestsTest], too; here are all pairs.
@Tag("docker")
@Tag("heavy")
class NoKeyInBotsTest {
    @TempDir
    private Path data;
    @TempDir
    private Path temp;

    /// What a container gets, in all pairs and all reaches behind the broker: its description, its configuration, its mounts.
    @Test
    void whatever_a_container_gets_holds_no_key() throws Exception {
        try (BotScene scene = new BotScene(data, Map.of())) {
            for (Supplier<BotChannel> each : BotChannel.all()) {
                try (BotChannel channel = each.get()) {
                    for (String reach : List.of("sealed", "web", "open")) {
                        for (Provider provider : reach.equals("sealed") ? FakeAi.ALL : FakeAi.ALL.subList(0, 1)) {
                            getsNoKey(scene, provider, channel, reach);
                        }
                    }
                }
            }
        }
    }

    private void getsNoKey(BotScene scene, Provider provider, BotChannel channel, String reach) throws Exception {
        String pair = reach + " " + provider + " " + channel.id();
        JsonValue bot = scene.make(reach, provider.ai(channel.key(provider)), channel.members() + ", \"start\": false");
        List<String> placeholders = List.of(scene.secretFile(bot, "ai-api-key"), scene.secretFile(bot, channel.file()));
        Map<String, Set<String>> found = ContainerSearch.ofMade(bot.get("containerId").string(), placeholders.getFirst(), placeholders.getLast(),
                channel.canary());
        placeholders.forEach(placeholder -> assertFalse(found.get(placeholder).isEmpty(), pair + ": the search finds nothing at all"));
        assertEquals(Set.of(), found.get(channel.canary()), pair);
        assertEquals(List.of(data.resolve("keys")), holders(channel.canary()), pair + ": a key is beside the keys, or was not kept");
        scene.delete(bot);
    }

    /// The directories of the data directory in whose files a text is; the database is one, too.
    private List<Path> holders(String text) throws Exception {
        List<Path> holders = new ArrayList<>();
        try (Stream<Path> all = Files.walk(data)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                if (Files.readString(file, ISO_8859_1).contains(text)) {
                    holders.add(data.resolve(data.relativize(file).subpath(0, 1)));
                }
            }
        }
        return holders.stream().distinct().toList();
    }

    /// All pairs in conversations, with the memory of all processes: half a minute for each.
    @Tag("soak")
    @ParameterizedTest
    @CsvSource({"anthropic", "openai", "google", "openrouter", "xai", "together", "nvidia", "ollama", "openai-compatible"})
    void no_bot_of_a_provider_has_a_key_on_any_channel(String id) throws Exception {
        Provider provider = FakeAi.provider(id);
        try (FakeInternet internet = new FakeInternet(temp, BotChannel.names()); BotScene scene = new BotScene(data, internet.settings())) {
            scene.talksWithoutKeys(internet, provider, Optional.empty(), "sealed");
            for (Supplier<BotChannel> each : BotChannel.all()) {
                try (BotChannel channel = each.get()) {
                    scene.talksWithoutKeys(internet, provider, Optional.of(channel), "sealed");
                }
            }
        }
    }
}
