package botmaker.openclaw;

import static java.util.Objects.requireNonNull;

import botmaker.json.Json;
import botmaker.json.JsonValue;
import botmaker.json.ObjectBuilder;
import java.util.List;
import java.util.Optional;

/// One way for people to talk to a bot, as the form offers it.
///
/// @param id          its name in requests and in OpenClaw
/// @param label       its name for people
/// @param bundled     whether it is part of OpenClaw; the others are plugins
/// @param credentials its secrets
/// @param settings    what else it needs
/// @param person      the form of a person's identity in the list of access, where there is such a list
public record Channel(String id, String label, boolean bundled, List<Field> credentials, List<Field> settings,
                      Optional<Field> person) {
    public Channel {
        requireNonNull(id);
        requireNonNull(label);
        credentials = List.copyOf(credentials);
        settings = List.copyOf(settings);
        requireNonNull(person);
    }

    /// The name of the secret file that holds a credential.
    public String secretFile(String credential) {
        return credentials.size() == 1 ? SecretFiles.CHANNEL_TOKEN : SecretFiles.ofChannel(credential);
    }

    JsonValue toJson() {
        ObjectBuilder json = Json.object()
                .put("id", id)
                .put("label", label)
                .put("credentials", Json.array(credentials.stream().map(Field::toJson).toList()))
                .put("settings", Json.array(settings.stream().map(Field::toJson).toList()))
                .put("access", Json.strings(person.isEmpty() ? List.of() : List.of("pairing", "allowlist", "open")));
        person.ifPresent(field -> json.put("allow", field.toJson()));
        return json.build();
    }
}
