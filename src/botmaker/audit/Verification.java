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
            Verification nothing = new Verification(0, Entry.START, OptionalLong.empty(),
                    head.map(it -> it.equals(Entry.START) ? OptionalLong.of(0) : OptionalLong.empty()));
            return reader.read(tx -> AuditStore.fold(tx, nothing, (verified, entry) -> verified.then(entry, head)));
        }
    }

    /// Returns whether the chain is intact and contains the noted hash, if one was given.
    public boolean holds() {
        return bad.isEmpty() && noted.map(OptionalLong::isPresent).orElse(true);
    }

    private Verification then(Entry entry, Optional<String> sought) {
        long seq = count + 1;
        boolean follows = entry.seq() == seq && entry.hash().equals(Entry.hash(head, seq, entry.at(), entry.event()));
        OptionalLong firstBad = bad.isPresent() || follows ? bad : OptionalLong.of(entry.seq());
        boolean found = firstBad.isEmpty() && sought.equals(Optional.of(entry.hash()));
        return new Verification(seq, entry.hash(), firstBad, found ? Optional.of(OptionalLong.of(seq)) : noted);
    }
}
