package botmaker.secret;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import botmaker.file.HostileDirectory;
import botmaker.file.IoFailures;
import botmaker.file.PrivateFiles;
import botmaker.file.TreeDeletion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Stores the secrets of every owner in `<root>/<owner>/<name>`, directories 0700 and files 0600, both owned by the owner.
///
/// An owner is a short name made by the server, [a-z0-9-]; its directory may be mounted into its container. Every write is prepared
/// in the root, which no owner can enter, under `.tmp-<random>`, made durable there and moved into place by one rename. A directory is
/// moved away before it is emptied. An owner therefore always has all of its secrets or no directory. [#deleteLeftovers] removes what a
/// crash or a failing disk leaves in the root.
///
/// Failures are `Failure.DiskFull` and `UncheckedIOException`; none contains a value.
public final class SecretStore {
    private static final Pattern OWNER = Pattern.compile("[a-z0-9][a-z0-9-]{0,63}");
    private static final String TEMPORARY = ".tmp-";
    /// Separates an owner from the revision of its staged set.
    private static final String STAGED = "-next-";

    private final Path root;
    private final AtomicLong writes = new AtomicLong();
    private final Set<Path> inUse = ConcurrentHashMap.newKeySet();

    /// Creates the store without touching the disk: the directory is created, 0700, with the first secret.
    public SecretStore(Path root) {
        this.root = root.toAbsolutePath();
    }

    /// Writes the directory of a new owner, all or nothing, durably. If only the last step, making it durable, fails, the complete
    /// directory may remain: [#delete] then removes it.
    ///
    /// @param uid the user who owns and reads them; another user than this process only as root
    public void create(String owner, Map<SecretName, Secret> secrets, int uid, int gid) {
        Path directory = directory(owner);
        place(directory, "cannot store the secrets", temporary -> {
            if (Files.exists(directory, NOFOLLOW_LINKS)) {
                throw new FileAlreadyExistsException(directory.toString());
            }
            PrivateFiles.createDirectory(temporary, 0700);
            for (Map.Entry<SecretName, Secret> secret : secrets.entrySet()) {
                Path file = temporary.resolve(secret.getKey().value());
                PrivateFiles.createFile(file, secret.getValue().utf8(), 0600, uid, gid);
            }
            PrivateFiles.chown(temporary, uid, gid);
            PrivateFiles.syncDirectory(temporary);
        });
    }

    /// Writes or adds one secret of an existing owner, durably; a reader sees the old or the new value.
    public void replace(String owner, SecretName name, Secret value, int uid, int gid) {
        place(directory(owner).resolve(name.value()), "cannot store the secret",
                temporary -> PrivateFiles.createFile(temporary, value.utf8(), 0600, uid, gid));
    }

    private interface Preparation {
        void at(Path temporary) throws IOException;
    }

    /// Prepares a file or directory under a temporary name, which is in use meanwhile, and moves it into place.
    private void place(Path target, String failure, Preparation preparation) {
        Path temporary = root.resolve(TEMPORARY + UUID.randomUUID());
        inUse.add(temporary);
        try {
            if (!Files.isDirectory(root)) {
                PrivateFiles.ensureDirectory(root, 0700);
            }
            preparation.at(temporary);
            PrivateFiles.rename(temporary, target);
            writes.incrementAndGet();
        } catch (IOException e) {
            try {
                TreeDeletion.delete(temporary);
            } catch (IOException e2) {
                e.addSuppressed(e2);
            }
            throw IoFailures.translate(e, failure);
        } finally {
            inUse.remove(temporary);
        }
    }

    /// Removes one secret durably. May be repeated.
    public void remove(String owner, SecretName name) {
        try {
            if (Files.deleteIfExists(directory(owner).resolve(name.value()))) {
                PrivateFiles.syncDirectory(directory(owner));
            }
        } catch (IOException e) {
            throw IoFailures.translate(e, "cannot remove the secret");
        }
    }

    /// Stages an owner's next set of secrets, durably and beside the present ones, under the revision of the change. [#commit] puts them
    /// in place.
    public void stage(String owner, long revision, Map<SecretName, Secret> secrets, int uid, int gid) {
        create(owner + STAGED + revision, secrets, uid, gid);
    }

    /// Puts the secrets that were staged under a revision in place, and discards all others, whose change did not happen. Repeating it
    /// completes what a crash interrupted.
    public void commit(String owner, long revision, int uid, int gid) {
        if (isStaged(owner, revision)) {
            Map<SecretName, Secret> next = all(owner + STAGED + revision);
            next.forEach((name, value) -> {
                if (!isPresent(owner, name, value)) {
                    replace(owner, name, value, uid, gid);
                }
            });
            list(owner).keySet().stream().filter(name -> !next.containsKey(name)).forEach(name -> remove(owner, name));
        }
        discard(owner);
    }

    /// Returns whether a secret has this value. One that cannot be read counts as different, so that it is replaced.
    private boolean isPresent(String owner, SecretName name, Secret value) {
        try {
            return read(owner, name).equals(Optional.of(value));
        } catch (UncheckedIOException damaged) {
            return false;
        }
    }

    /// Deletes everything that is staged for an owner.
    public void discard(String owner) {
        owners().stream().filter(it -> it.startsWith(owner + STAGED)).forEach(this::deleteOne);
    }

    /// Returns whether a set is staged for an owner under this revision or the next.
    public boolean hasStaged(String owner, long revision) {
        return isStaged(owner, revision) || isStaged(owner, revision + 1);
    }

    private boolean isStaged(String owner, long revision) {
        return Files.isDirectory(directory(owner + STAGED + revision), NOFOLLOW_LINKS);
    }

    /// Returns all secrets of an owner, and fails if one is a link or invalid: an unknown value cannot be redacted.
    public Map<SecretName, Secret> all(String owner) {
        Map<SecretName, Secret> all = new TreeMap<>();
        for (Path file : entries(directory(owner), SecretName::isValid, "cannot read the secrets")) {
            SecretName name = new SecretName(file.getFileName().toString());
            read(owner, name).ifPresent(value -> all.put(name, value));
        }
        return all;
    }

    /// Returns a secret's value, if it exists. A link or an invalid value is a failure.
    public Optional<Secret> read(String owner, SecretName name) {
        try (HostileDirectory directory = HostileDirectory.open(directory(owner))) {
            return directory.read(Path.of(name.value()), Secret.MAX_BYTES).map(Secret::ofUtf8);
        } catch (IllegalArgumentException unusable) {
            throw IoFailures.translate(new IOException(directory(owner).resolve(name.value()) + ": " + unusable.getMessage()),
                    "cannot read the secret");
        } catch (NoSuchFileException absent) {
            return Optional.empty();
        } catch (IOException e) {
            throw IoFailures.translate(e, "cannot read the secret");
        }
    }

    /// Reads a secret as it is once what is staged under a revision is in place.
    public Optional<Secret> readNext(String owner, long revision, SecretName name) {
        return read(isStaged(owner, revision) ? owner + STAGED + revision : owner, name);
    }

    /// Returns the names of an owner's secrets in order, each with the time of its last write; none without a directory.
    public Map<SecretName, Instant> list(String owner) {
        Map<SecretName, Instant> names = new TreeMap<>();
        for (Path file : entries(directory(owner), SecretName::isValid, "cannot list the secrets")) {
            try {
                BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class, NOFOLLOW_LINKS);
                if (attributes.isRegularFile()) {
                    names.put(new SecretName(file.getFileName().toString()), attributes.lastModifiedTime().toInstant());
                }
            } catch (NoSuchFileException removedMeanwhile) {
                // is not listed
            } catch (IOException e) {
                throw IoFailures.translate(e, "cannot list the secrets");
            }
        }
        return Collections.unmodifiableMap(names);
    }

    /// Deletes all secrets of an owner, including staged ones, durably and at once. Repeating it completes what failed.
    public void delete(String owner) {
        deleteOne(owner);
        discard(owner);
    }

    private void deleteOne(String owner) {
        Path directory = directory(owner);
        Path going = root.resolve(TEMPORARY + owner);
        try {
            TreeDeletion.delete(going);
            if (Files.exists(directory, NOFOLLOW_LINKS)) {
                PrivateFiles.rename(directory, going);
                TreeDeletion.delete(going);
            }
        } catch (IOException e) {
            throw IoFailures.translate(e, "cannot delete the secrets");
        }
    }

    /// Returns a redactor of an owner's secrets. It follows every change of the secrets; a removed secret stays known until another is
    /// written.
    public Redactor redactor(String owner) {
        return new Redactor(new Supplier<>() {
            private long asOf = -1;
            private SecretMatcher matcher;

            @Override
            public SecretMatcher get() {
                long now = writes.get();
                if (now != asOf) {
                    matcher = new SecretMatcher(all(owner));
                    asOf = now;
                }
                return matcher;
            }
        });
    }

    /// Returns the directory of an owner, which need not exist.
    ///
    /// @throws IllegalArgumentException if `owner` is not a name made by the server
    public Path directory(String owner) {
        if (!OWNER.matcher(owner).matches()) {
            throw new IllegalArgumentException("not an owner of secrets");
        }
        return root.resolve(owner);
    }

    /// Returns the directory that contains the owners' directories.
    public Path root() {
        return root;
    }

    /// Returns every owner that has a directory.
    public Set<String> owners() {
        return entries(root, name -> OWNER.matcher(name).matches(), "cannot list the owners of secrets").stream()
                .filter(entry -> Files.isDirectory(entry, NOFOLLOW_LINKS)).map(entry -> entry.getFileName().toString())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /// Deletes what a crash or a failing disk left unfinished.
    public void deleteLeftovers() {
        for (Path leftover : entries(root, name -> name.startsWith(TEMPORARY), "cannot delete unfinished secrets")) {
            if (!inUse.contains(leftover)) {
                try {
                    TreeDeletion.delete(leftover);
                } catch (IOException e) {
                    throw IoFailures.translate(e, "cannot delete unfinished secrets");
                }
            }
        }
    }

    /// Lists the entries of a directory with such names; none if it does not exist.
    private static List<Path> entries(Path directory, Predicate<String> name, String failure) {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.filter(entry -> name.test(entry.getFileName().toString())).toList();
        } catch (NoSuchFileException absent) {
            return List.of();
        } catch (IOException e) {
            throw IoFailures.translate(e, failure);
        } catch (UncheckedIOException e) {
            throw IoFailures.translate(e.getCause(), failure);
        }
    }
}
