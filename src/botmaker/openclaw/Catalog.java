package botmaker.openclaw;

import botmaker.error.FieldError;
import botmaker.json.Json;
import botmaker.json.JsonValue.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The AI providers and channels that a bot can have. The form is made from it and requests are checked against it, so
/// that the two cannot disagree.
public final class Catalog {
    private final List<Provider> providers;
    private final List<Channel> channels;

    private Catalog(List<Provider> providers, List<Channel> channels) {
        this.providers = List.copyOf(providers);
        this.channels = List.copyOf(channels);
    }

    /// All that BotMaker offers.
    public static Catalog standard() {
        return new Catalog(Providers.all(), Channels.all());
    }

    /// The provider of that id.
    public Optional<Provider> provider(String id) {
        return providers.stream().filter(provider -> provider.id().equals(id)).findFirst();
    }

    /// The channel of that id.
    public Optional<Channel> channel(String id) {
        return channels.stream().filter(channel -> channel.id().equals(id)).findFirst();
    }

    /// The body of `GET /api/catalog`.
    public JsonObject toJson() {
        return Json.object()
                .put("providers", Json.array(providers.stream().map(Provider::toJson).toList()))
                .put("channels", Json.array(channels.stream().map(Channel::toJson).toList()))
                .build();
    }

    /// Everything that is wrong with what a request says about AI, channel and access, by its place in `NewBot`; nothing
    /// when a bot can be made of it. The messages never repeat a value.
    ///
    /// @param apiKey      the provider's key, where one is given
    /// @param credentials the channel's secrets by the key of their field
    /// @param policy      the access policy's name, where one is given
    /// @param allow       the people on the list of access
    public List<FieldError> check(AiSettings ai, Optional<String> apiKey, ChannelSettings channel,
                                  Map<String, String> credentials, Optional<String> policy, List<String> allow) {
        Check check = new Check();
        provider(ai.provider()).ifPresentOrElse(
                known -> check.ai(known, ai, apiKey, this),
                () -> check.refuse("/ai/provider", "There is no such provider."));
        channel(channel.type()).ifPresentOrElse(
                known -> {
                    check.fields("/channel/settings", known.settings(), channel.settings());
                    check.fields("/channel/credentials", known.credentials(), credentials);
                    check.access(known, policy, allow);
                },
                () -> check.refuse("/channel/type", "There is no such channel."));
        return check.errors();
    }

    /// What is wrong with a provider, its base URL and its key, by their place in `NewBot`'s `ai`.
    public List<FieldError> checkKey(String provider, Optional<String> baseUrl, Optional<String> apiKey) {
        AiSettings ai = new AiSettings(provider, "", baseUrl);
        Check check = new Check();
        provider(provider).ifPresentOrElse(
                known -> check.ai(known, ai, apiKey, this),
                () -> check.refuse("/ai/provider", "There is no such provider."));
        return within("/ai", check).stream().filter(error -> !error.field().equals("/model")).toList();
    }

    /// What is wrong with a channel's settings and credentials, by their place in `NewBot`'s `channel`.
    public List<FieldError> checkChannel(ChannelSettings channel, Map<String, String> credentials) {
        Check check = new Check();
        channel(channel.type()).ifPresentOrElse(
                known -> {
                    check.fields("/channel/settings", known.settings(), channel.settings());
                    check.fields("/channel/credentials", known.credentials(), credentials);
                },
                () -> check.refuse("/channel/type", "There is no such channel."));
        return within("/channel", check);
    }

    private static List<FieldError> within(String place, Check check) {
        return check.errors().stream()
                .map(error -> new FieldError(error.field().substring(place.length()), error.message())).toList();
    }

    /// The provider whose keys begin like this one; the longest beginning counts, since `sk-ant-` begins with `sk-`.
    Optional<Provider> issuer(String key) {
        return providers.stream()
                .filter(provider -> provider.keyPrefix().filter(key::startsWith).isPresent())
                .max((a, b) -> Integer.compare(a.keyPrefix().orElseThrow().length(), b.keyPrefix().orElseThrow().length()));
    }
}
