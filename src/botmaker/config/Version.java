package botmaker.config;

import java.util.Optional;

/// The version of the running program.
public final class Version {
    private Version() { }

    /// Returns the version from the jar's manifest; classes that were not loaded from the jar have none.
    public static String current() {
        return Optional.ofNullable(Version.class.getPackage().getImplementationVersion()).orElse("(not from its jar)");
    }
}
