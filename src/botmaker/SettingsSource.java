package botmaker;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/// Where the settings come from, to read them again while BotMaker runs.
///
/// @param file        the properties file, where there is one
/// @param environment wins over it
record SettingsSource(Optional<Path> file, Map<String, String> environment) {
    SettingsSource {
        environment = Map.copyOf(environment);
    }

    Settings load() throws Settings.Wrong {
        return Settings.load(file, environment);
    }
}
