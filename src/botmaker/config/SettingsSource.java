package botmaker.config;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/// Where the settings come from, to read them again while BotMaker runs.
///
/// @param file        the properties file, where there is one
/// @param environment wins over it
public record SettingsSource(Optional<Path> file, Map<String, String> environment) {
    public SettingsSource {
        environment = Map.copyOf(environment);
    }

    public Settings load() throws Settings.Wrong {
        return Settings.load(file, environment);
    }
}
