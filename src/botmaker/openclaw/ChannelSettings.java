package botmaker.openclaw;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/// Where people talk to a bot, without the secrets.
///
/// @param type     a channel's id in the catalogue
/// @param settings the channel's settings by the key of their field, in the order given
public record ChannelSettings(String type, Map<String, String> settings) {
    public ChannelSettings {
        requireNonNull(type);
        settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
    }
}
