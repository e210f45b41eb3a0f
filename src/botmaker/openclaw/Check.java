package botmaker.openclaw;

import botmaker.error.FieldError;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// One check of one request: collects all that is wrong instead of stopping at the first.
final class Check {
    private static final int MOST_PEOPLE = 200;

    private final List<FieldError> errors = new ArrayList<>();

    List<FieldError> errors() {
        return List.copyOf(errors);
    }

    void refuse(String pointer, String message) {
        errors.add(new FieldError(pointer, message));
    }

    void ai(Provider provider, AiSettings ai, Optional<String> apiKey, Catalog catalog) {
        model(provider, ai.model());
        baseUrl(provider, ai.baseUrl());
        apiKey.ifPresentOrElse(
                key -> provider.apiKey().problem(key)
                        .or(() -> foreignKey(provider, ai, key, catalog))
                        .ifPresent(problem -> refuse("/ai/apiKey", problem)),
                () -> {
                    if (provider.apiKey().required()) {
                        refuse("/ai/apiKey", provider.label() + " needs an API key.");
                    }
                });
    }

    /// The values of a group of fields: required ones are there, unknown ones are not, each has its form.
    void fields(String pointer, List<Field> fields, Map<String, String> values) {
        Set<String> unknown = new HashSet<>(values.keySet());
        for (Field field : fields) {
            unknown.remove(field.key());
            String place = pointer + "/" + field.key();
            if (values.containsKey(field.key())) {
                field.problem(values.get(field.key())).ifPresent(problem -> refuse(place, problem));
            } else if (field.required()) {
                refuse(place, "This field is required. " + field.hint());
            }
        }
        unknown.stream().sorted().forEach(key -> refuse(pointer + "/" + escaped(key), "This channel has no such field."));
    }

    void access(Channel channel, Optional<String> policy, List<String> allow) {
        if (channel.person().isEmpty()) {
            if (policy.isPresent() || !allow.isEmpty()) {
                refuse("/access", "This channel has no list of access: whoever has the bot's own token can talk to it.");
            }
            return;
        }
        Optional<Access.Policy> known = policy.flatMap(Access.Policy::of);
        if (policy.isPresent() && known.isEmpty()) {
            refuse("/access/policy", "pairing, allowlist or open is expected here.");
        }
        if (known.filter(Access.Policy.ALLOWLIST::equals).isPresent() && allow.isEmpty()) {
            refuse("/access/allow", "At least one person is needed here, or nobody could talk to the bot.");
        }
        if (allow.size() > MOST_PEOPLE) {
            refuse("/access/allow", "At most " + MOST_PEOPLE + " people can be listed.");
            return;
        }
        people(channel.person().get(), allow);
    }

    private void people(Field person, List<String> allow) {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < allow.size(); i++) {
            String entry = allow.get(i);
            String place = "/access/allow/" + i;
            if (entry.equals("*")) {
                refuse(place, "To let everyone in, choose the policy open.");
            } else if (!seen.add(entry)) {
                refuse(place, "This person is listed twice.");
            } else {
                person.problem(entry).ifPresent(problem -> refuse(place, problem));
            }
        }
    }

    private void model(Provider provider, String model) {
        if (provider.model().matcher(model).matches()) {
            return;
        }
        refuse("/ai/model", model.startsWith(provider.id() + "/")
                ? "Leave out the provider in front: only what comes after " + provider.id() + "/ is expected here."
                : "This is no name of a model.");
    }

    private void baseUrl(Provider provider, Optional<String> baseUrl) {
        provider.baseUrl().ifPresentOrElse(
                field -> baseUrl.ifPresentOrElse(
                        url -> field.problem(url).ifPresent(problem -> refuse("/ai/baseUrl", problem)),
                        () -> {
                            if (field.required()) {
                                refuse("/ai/baseUrl", "This field is required. " + field.hint());
                            }
                        }),
                () -> {
                    if (baseUrl.isPresent()) {
                        refuse("/ai/baseUrl", provider.label() + " is always reached at its own address.");
                    }
                });
    }

    /// A key that another provider gave out. A gateway of one's own has keys of any form, and so has a provider whose keys
    /// have no beginning of their own.
    private static Optional<String> foreignKey(Provider provider, AiSettings ai, String key, Catalog catalog) {
        if (ai.baseUrl().isPresent() || provider.keyPrefix().isEmpty()) {
            return Optional.empty();
        }
        return catalog.issuer(key)
                .filter(issuer -> !issuer.id().equals(provider.id()))
                .map(issuer -> "This looks like a key of " + issuer.label() + ".");
    }

    private static String escaped(String key) {
        return key.replace("~", "~0").replace("/", "~1");
    }
}
