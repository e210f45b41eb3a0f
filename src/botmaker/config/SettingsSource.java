package botmaker.config;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/// The source of the settings, which is read again while BotMaker runs.
///
/// @param file        the properties file, if any
/// @param environment overrides the file
public record SettingsSource(Optional<Path> file, Map<String, String> environment) {
    public SettingsSource {
        environment = Map.copyOf(environment);
    }

    public Settings load() throws Settings.Wrong {
        return Settings.load(file, environment);
    }
}
