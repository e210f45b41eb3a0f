package botmaker.openclaw;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import botmaker.error.Failure.FieldError;
import botmaker.json.JsonValue;
import botmaker.openclaw.BotConfig.Access;
import botmaker.openclaw.BotConfig.ChannelSettings;
import java.net.URI;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CatalogTest {

    @Test
    void it_offers_the_providers_and_channels_of_the_contract() {
        assertTrue(Catalog.PROVIDERS.stream().map(Provider::id).toList().containsAll(
                List.of("anthropic", "openai", "google", "openrouter", "xai", "ollama", "openai-compatible")));
        assertEquals(List.of("telegram", "discord", "slack", "matrix", "mattermost", "irc", "webchat"),
                Catalog.CHANNELS.stream().map(Channel::id).toList());
    }

    @Test
    void what_it_suggests_it_accepts() {
        for (Provider provider : Catalog.PROVIDERS) {
            provider.models().forEach(model -> assertTrue(provider.model().matcher(model).matches(), model));
        }
        for (Channel channel : Catalog.CHANNELS) {
            for (Provider provider : Catalog.PROVIDERS) {
                assertEquals(List.of(), Catalog.check(Samples.ai(provider), Samples.key(provider), Samples.settings(channel),
                        Samples.credentials(channel), Optional.empty(), Samples.people(channel)), provider.id() + " " + channel.id());
            }
        }
    }

    @Test
    void no_two_fields_of_one_place_have_one_key() {
        for (Channel channel : Catalog.CHANNELS) {
            for (List<Field> fields : List.of(channel.settings(), channel.credentials())) {
                assertEquals(fields.size(), new HashSet<>(fields.stream().map(Field::key).toList()).size(), channel.id());
            }
        }
    }

    @Test
    void secrets_are_credentials_and_settings_are_none() {
        for (Channel channel : Catalog.CHANNELS) {
            assertTrue(channel.credentials().stream().allMatch(Field::secret), channel.id());
            assertFalse(channel.settings().stream().anyMatch(Field::secret), channel.id());
        }
    }

    /// With the `v` flag, with which a browser reads the pattern of an input, these stand for themselves only when escaped.
    @Test
    void the_patterns_mean_the_same_in_a_browser() {
        Stream.concat(Catalog.PROVIDERS.stream().map(provider -> provider.model().pattern()), Catalog.CHANNELS.stream()
                .flatMap(channel -> Stream.of(channel.settings(), channel.credentials(), channel.person().stream().toList()))
                .flatMap(List::stream).flatMap(field -> field.pattern().stream()).map(Object::toString))
                .forEach(pattern -> {
                    assertFalse(pattern.matches(".*(\\(\\?[<>=!i]|\\\\[pQAzZ]|[*+?}]\\+).*"), pattern);
                    assertFalse(pattern.replaceAll("\\\\.", "").matches(".*\\[[^\\]]*[\\[(){}/|][^\\]]*].*"), pattern);
                });
    }

    @Test
    void help_is_on_the_web() {
        Catalog.CHANNELS.stream().flatMap(channel -> channel.credentials().stream()).flatMap(field -> field.help().stream())
                .forEach(url -> assertEquals("https", URI.create(url).getScheme()));
        assertTrue(Catalog.PROVIDERS.stream().filter(provider -> provider.apiKey().required())
                .allMatch(provider -> provider.apiKey().help().isPresent()));
    }

    @Test
    void the_form_reads_it_as_json() {
        JsonValue json = JsonValue.parse(Catalog.toJson().toString());
        JsonValue anthropic = json.get("providers").get(0);
        assertEquals("anthropic", anthropic.get("id").string());
        assertTrue(anthropic.get("key").get("required").bool());
        assertTrue(anthropic.get("key").get("secret").bool());
        assertFalse(anthropic.get("baseUrl").get("required").bool());
        JsonValue telegram = json.get("channels").get(0);
        assertEquals("""
                {"key":"token","label":"Bot token","kind":"secret","secret":true,"required":true,\
                "pattern":"[0-9]{6,12}:[A-Za-z0-9_\\\\-]{30,128}",\
                "hint":"Digits, a colon, and at least 30 letters: as @BotFather gives it.",\
                "placeholder":"123456789:AA…","help":"https://core.telegram.org/bots/features#botfather"}""",
                telegram.get("credentials").get(0).toString());
        assertEquals("[\"pairing\",\"allowlist\",\"open\"]", telegram.get("access").toString());
        assertEquals("[]", json.get("channels").elements().getLast().get("access").toString());
    }

    @Test
    void a_single_secret_is_the_channels_token_and_several_have_their_names() {
        assertEquals("channel-token", Catalog.channel("telegram").orElseThrow().secretFile("token"));
        assertEquals("channel-token", Catalog.channel("irc").orElseThrow().secretFile("password"));
        assertEquals("channel-bot-token", Catalog.channel("slack").orElseThrow().secretFile("botToken"));
        assertEquals("channel-app-token", Catalog.channel("slack").orElseThrow().secretFile("appToken"));
    }

    @Test
    void credentials_alone_are_checked_by_the_same_rules() {
        assertEquals(List.of(), Catalog.checkKey("anthropic", Optional.empty(), Optional.of("sk-ant-0123456789")));
        assertEquals(List.of("/apiKey"), fields(Catalog.checkKey("openai", Optional.empty(), Optional.of("sk-ant-0123456789"))));
        assertEquals(List.of("/baseUrl", "/apiKey"), fields(Catalog.checkKey("google", Optional.of("http://x"), Optional.empty())));
        assertEquals(List.of("/provider"), fields(Catalog.checkKey("nobody", Optional.empty(), Optional.empty())));
        assertEquals(List.of("/settings/x", "/credentials/token"), fields(Catalog.checkChannel(
                new ChannelSettings("telegram", Map.of("x", "y")), Map.of("token", "bad"))));
        assertEquals(List.of("/type"), fields(Catalog.checkChannel(new ChannelSettings("fax", Map.of()), Map.of())));
    }

    private static List<String> fields(List<FieldError> errors) {
        return errors.stream().map(FieldError::field).toList();
    }

    @Test
    void without_a_policy_access_is_closed() {
        assertEquals(Access.Policy.PAIRING, Access.of(Optional.empty(), List.of()).policy());
        assertEquals(Access.Policy.ALLOWLIST, Access.of(Optional.empty(), List.of("4242")).policy());
        assertEquals(Access.Policy.OPEN, Access.of(Optional.of("open"), List.of("4242")).policy());
    }
}
