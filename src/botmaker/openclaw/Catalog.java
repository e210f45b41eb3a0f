package botmaker.openclaw;

import botmaker.error.Failure.FieldError;
import botmaker.json.Json;
import botmaker.json.JsonValue.JsonObject;
import botmaker.openclaw.BotConfig.Access;
import botmaker.openclaw.BotConfig.AiSettings;
import botmaker.openclaw.BotConfig.ChannelSettings;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The AI providers and channels that a bot can have. The form is generated from it and requests are checked against it, so that the
/// two cannot disagree.
public final class Catalog {
    private static final int MAX_PEOPLE = 200;

    static final List<Provider> PROVIDERS = Provider.all();
    static final List<Channel> CHANNELS = Channels.all();

    private Catalog() {}

    public static Optional<Provider> provider(String id) {
        return PROVIDERS.stream().filter(provider -> provider.id().equals(id)).findFirst();
    }

    public static Optional<Channel> channel(String id) {
        return CHANNELS.stream().filter(channel -> channel.id().equals(id)).findFirst();
    }

    /// Returns the body of `GET /api/catalog`.
    public static JsonObject toJson() {
        return Json.object()
                .put("providers", Json.array(PROVIDERS.stream().map(Provider::toJson).toList()))
                .put("channels", Json.array(CHANNELS.stream().map(Channel::toJson).toList()))
                .build();
    }

    /// Finds everything that is wrong with a request's AI, channel and access, by its place in `NewBot`. The messages never repeat a
    /// value.
    ///
    /// @param apiKey      the provider's key
    /// @param credentials the channel's secrets by the key of their field
    /// @param policy      the access policy's name
    /// @param allow       the people on the access list
    public static List<FieldError> check(AiSettings ai, Optional<String> apiKey, ChannelSettings channel,
                                  Map<String, String> credentials, Optional<String> policy, List<String> allow) {
        Check check = new Check();
        check.ai(ai, apiKey, true);
        check.channel(channel, credentials).ifPresent(known -> check.access(known, policy, allow));
        return check.errors;
    }

    /// Finds everything that is wrong with a provider, its base URL and its key, by their place in `NewBot`'s `ai`.
    public static List<FieldError> checkKey(String provider, Optional<String> baseUrl, Optional<String> apiKey) {
        Check check = new Check();
        check.ai(new AiSettings(provider, "", baseUrl), apiKey, false);
        return check.within("/ai");
    }

    /// Finds everything that is wrong with a channel's settings and credentials, by their place in `NewBot`'s `channel`.
    public static List<FieldError> checkChannel(ChannelSettings channel, Map<String, String> credentials) {
        Check check = new Check();
        check.channel(channel, credentials);
        return check.within("/channel");
    }

    /// Finds the provider whose keys begin like this one. The longest prefix counts, since `sk-ant-` begins with `sk-`.
    private static Optional<Provider> issuer(String key) {
        return PROVIDERS.stream()
                .filter(provider -> provider.keyPrefix().filter(key::startsWith).isPresent())
                .max(Comparator.comparingInt(provider -> provider.keyPrefix().orElseThrow().length()));
    }

    /// The check of one request, which collects all errors instead of stopping at the first.
    private static final class Check {
        private final List<FieldError> errors = new ArrayList<>();

        private void refuse(String pointer, String message) {
            errors.add(new FieldError(pointer, message));
        }

        private List<FieldError> within(String place) {
            return errors.stream().map(error -> new FieldError(error.field().substring(place.length()), error.message())).toList();
        }

        private void ai(AiSettings ai, Optional<String> apiKey, boolean withModel) {
            Optional<Provider> known = provider(ai.provider());
            if (known.isEmpty()) {
                refuse("/ai/provider", "There is no such provider.");
                return;
            }
            Provider provider = known.get();
            if (withModel) {
                model(provider, ai.model());
            }
            if (provider.baseUrl().isPresent()) {
                field("/ai/baseUrl", provider.baseUrl().get(), ai.baseUrl());
            } else if (ai.baseUrl().isPresent()) {
                refuse("/ai/baseUrl", provider.label() + " has a fixed address.");
            }
            if (apiKey.isPresent()) {
                provider.apiKey().problem(apiKey.get()).or(() -> foreignKey(provider, ai, apiKey.get()))
                        .ifPresent(problem -> refuse("/ai/apiKey", problem));
            } else if (provider.apiKey().required()) {
                refuse("/ai/apiKey", provider.label() + " needs an API key.");
            }
        }

        private void model(Provider provider, String model) {
            if (!provider.model().matcher(model).matches()) {
                refuse("/ai/model", model.startsWith(provider.id() + "/")
                        ? "Leave out the provider: enter only what follows " + provider.id() + "/."
                        : "This is not a valid model name.");
            }
        }

        /// Recognizes a key that another provider issued. A gateway has keys of any form, and so has a provider whose keys have no
        /// prefix of their own.
        private Optional<String> foreignKey(Provider provider, AiSettings ai, String key) {
            if (ai.baseUrl().isPresent() || provider.keyPrefix().isEmpty()) {
                return Optional.empty();
            }
            return issuer(key).filter(issuer -> !issuer.id().equals(provider.id()))
                    .map(issuer -> "This looks like a key from " + issuer.label() + ".");
        }

        private Optional<Channel> channel(ChannelSettings channel, Map<String, String> credentials) {
            Optional<Channel> known = Catalog.channel(channel.type());
            known.ifPresentOrElse(it -> {
                fields("/channel/settings", it.settings(), channel.settings());
                fields("/channel/credentials", it.credentials(), credentials);
            }, () -> refuse("/channel/type", "There is no such channel."));
            return known;
        }

        private void fields(String pointer, List<Field> fields, Map<String, String> values) {
            Set<String> unknown = new HashSet<>(values.keySet());
            for (Field field : fields) {
                unknown.remove(field.key());
                field(pointer + "/" + field.key(), field, Optional.ofNullable(values.get(field.key())));
            }
            unknown.stream().sorted().forEach(key ->
                    refuse(pointer + "/" + key.replace("~", "~0").replace("/", "~1"), "This channel has no such field."));
        }

        private void field(String pointer, Field field, Optional<String> value) {
            if (value.isPresent()) {
                field.problem(value.get()).ifPresent(problem -> refuse(pointer, problem));
            } else if (field.required()) {
                refuse(pointer, "This field is required. " + field.hint());
            }
        }

        private void access(Channel channel, Optional<String> policy, List<String> allow) {
            if (channel.person().isEmpty()) {
                if (policy.isPresent() || !allow.isEmpty()) {
                    refuse("/access", "This channel has no access list: whoever has the bot's own token can talk to it.");
                }
                return;
            }
            Optional<Access.Policy> known = policy.flatMap(Access.Policy::of);
            if (policy.isPresent() && known.isEmpty()) {
                refuse("/access/policy", "Enter pairing, allowlist or open.");
            }
            if (known.filter(Access.Policy.ALLOWLIST::equals).isPresent() && allow.isEmpty()) {
                refuse("/access/allow", "List at least one person: otherwise nobody can talk to the bot.");
            }
            if (allow.size() > MAX_PEOPLE) {
                refuse("/access/allow", "List at most " + MAX_PEOPLE + " people.");
                return;
            }
            Set<String> seen = new HashSet<>();
            for (int i = 0; i < allow.size(); i++) {
                String entry = allow.get(i);
                Optional<String> problem = entry.equals("*") ? Optional.of("To let everyone in, choose the policy open.")
                        : seen.add(entry) ? channel.person().get().problem(entry) : Optional.of("This person is listed twice.");
                String place = "/access/allow/" + i;
                problem.ifPresent(it -> refuse(place, it));
            }
        }
    }
}
