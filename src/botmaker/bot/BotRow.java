package botmaker.bot;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Optional;

/// A bot as the database knows it: what is intended, never what was observed.
///
/// @param uid       the user and group id that own its files and run its container
/// @param halted    why BotMaker stopped it for good, where it did (a crash loop, a refused configuration)
/// @param keepState whether a deletion leaves the state directory for the operator
/// @param image     the image its container is made from
/// @param pairedOwner who was let in first by pairing, as OpenClaw names owners; counts where `access` lists nobody
record BotRow(
        BotId id,
        BotSpec spec,
        Phase phase,
        Desired desired,
        Optional<String> halted,
        boolean keepState,
        Owner owner,
        String image,
        Optional<String> pairedOwner,
        Instant createdAt,
        Instant updatedAt) {

    /// Where a bot is in its life. `CREATING` and `DELETING` are intents that survive a crash.
    enum Phase { CREATING, READY, DELETING }

    /// What its operator wants it to be.
    enum Desired { RUNNING, STOPPED }

    /// The user and group that own a bot's files and run its container.
    record Owner(int uid, int gid) { }

    BotRow {
        requireNonNull(id);
        requireNonNull(spec);
        requireNonNull(phase);
        requireNonNull(desired);
        requireNonNull(halted);
        requireNonNull(owner);
        requireNonNull(image);
        requireNonNull(pairedOwner);
        requireNonNull(createdAt);
        requireNonNull(updatedAt);
    }

    BotRow with(Phase phase, Instant now) {
        return new BotRow(id, spec, phase, desired, halted, keepState, owner, image, pairedOwner, createdAt, now);
    }

    /// The same bot, wanted otherwise; a new wish clears an earlier halt.
    BotRow with(Desired desired, Instant now) {
        return new BotRow(id, spec, phase, desired, Optional.empty(), keepState, owner, image, pairedOwner, createdAt, now);
    }

    BotRow deleting(boolean keepState, Instant now) {
        return new BotRow(id, spec, Phase.DELETING, Desired.STOPPED, halted, keepState, owner, image, pairedOwner, createdAt, now);
    }

    BotRow halted(String reason, Instant now) {
        return new BotRow(id, spec, phase, desired, Optional.of(reason), keepState, owner, image, pairedOwner, createdAt, now);
    }

    BotRow pairedOwner(Optional<String> sender, Instant now) {
        return new BotRow(id, spec, phase, desired, halted, keepState, owner, image, sender, createdAt, now);
    }
}
