package botmaker.broker;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import botmaker.secret.Secret;
import botmaker.secret.SecretName;
import botmaker.secret.SecretStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// The keys and tokens as their files are now, so that a replaced one counts from the next call on. Reads a file again only when another
/// one is in its place, as each change puts one there.
final class KeyFiles {
    private final SecretStore store;
    private final Map<Path, Known> known = new ConcurrentHashMap<>();

    /// Which file it was.
    private record Version(Object inode, FileTime written, long size) {
        static Version of(Path file) throws IOException {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class, NOFOLLOW_LINKS);
            return new Version(attributes.fileKey(), attributes.lastModifiedTime(), attributes.size());
        }
    }

    private record Known(Version version, Secret value) { }

    KeyFiles(SecretStore store) {
        this.store = store;
    }

    /// Returns a value; empty if there is no such file.
    ///
    /// @param key  its id
    /// @param name that of its file
    /// @throws java.io.UncheckedIOException if it cannot be read
    Optional<Secret> read(String key, SecretName name) {
        Path file = store.directory(key).resolve(name.value());
        try {
            Version now = Version.of(file);
            Known last = known.get(file);
            if (last != null && last.version.equals(now)) {
                return Optional.of(last.value);
            }
            Optional<Secret> value = store.read(key, name);
            value.ifPresent(it -> known.put(file, new Known(now, it)));
            return value;
        } catch (IOException _) {
            known.remove(file);
            return store.read(key, name);
        }
    }
}
