package botmaker.audit;

import botmaker.store.DatabaseReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/// The result of verifying the whole chain.
///
/// @param count  the number of records
/// @param head   the hash of the last, or 64 zeros
/// @param bad    the first record that does not follow from the one before it
/// @param noted  where the noted hash was found, if one was given
public record Verification(long count, String head, OptionalLong bad, Optional<OptionalLong> noted) {
    /// Verifies a database, which a server may be using meanwhile. Changes nothing.
    ///
    /// @param head a hash that was noted earlier; it may be that of any record, since the chain has grown since
    /// @param newest the newest known schema
    /// @throws IOException if the file does not exist
    /// @throws botmaker.store.StoreException where it cannot be read, or is of a BotMaker without an audit
    public static Verification of(Path database, int newest, Optional<String> head) throws IOException {
        try (DatabaseReader reader = DatabaseReader.open(database, newest)) {
            return reader.read(tx -> {
                Walk walk = new Walk(head);
                AuditStore.forEach(tx, walk::step);
                return walk.result();
            });
        }
    }

    /// Returns whether the chain is intact and contains the noted hash, if one was given.
    public boolean holds() {
        return bad.isEmpty() && noted.map(OptionalLong::isPresent).orElse(true);
    }

    private static final class Walk {
        private final Optional<String> sought;
        private String hash = Chain.START;
        private long count;
        private OptionalLong bad = OptionalLong.empty();
        private OptionalLong found = OptionalLong.empty();

        Walk(Optional<String> sought) {
            this.sought = sought;
            if (sought.equals(Optional.of(hash))) {
                found = OptionalLong.of(0); // noted before the first record
            }
        }

        void step(Entry entry) {
            count++;
            String right = Chain.hash(hash, count, entry.at(), entry.event());
            if (bad.isEmpty() && !(entry.seq() == count && right.equals(entry.hash()))) {
                bad = OptionalLong.of(entry.seq());
            }
            if (bad.isEmpty() && sought.equals(Optional.of(entry.hash()))) {
                found = OptionalLong.of(entry.seq());
            }
            hash = entry.hash();
        }

        Verification result() {
            return new Verification(count, hash, bad, sought.map(_ -> found));
        }
    }
}
