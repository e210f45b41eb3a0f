package botmaker.bot;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Optional;

/// A bot as the database knows it: what is intended, never what was observed.
///
/// @param owner     the user and group id that own its files and run its container
/// @param halted    why BotMaker stopped it for good, where it did (a crash loop, a refused configuration)
/// @param keepState whether a deletion leaves the state directory for the operator
/// @param image     the image its container is made from
/// @param pairedOwner who was let in first by pairing, as OpenClaw names owners; counts where `access` lists nobody
/// @param upkeep    how it has changed since it was made
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
        Upkeep upkeep,
        Instant createdAt,
        Instant updatedAt) {

    /// Where a bot is in its life. `CREATING` and `DELETING` are intents that survive a crash.
    enum Phase { CREATING, READY, DELETING }

    /// What its operator wants it to be.
    enum Desired { RUNNING, STOPPED }

    /// What a bot's container has still to be made to do. It is written together with the change that needs it, so that
    /// neither a crash nor an absent engine can make it forgotten.
    enum Pending {
        NOTHING, RELOAD, RESTART, RECREATE;

        /// The more of two, which includes the less.
        Pending and(Pending other) {
            return compareTo(other) >= 0 ? this : other;
        }
    }

    /// An image by the name that people gave it, and by the digest that this name had when a container was made from it.
    record Image(String reference, Optional<String> id) { }

    /// How a bot has changed since it was made.
    ///
    /// @param revision how many changes there were
    /// @param pending  what its container has still to follow
    /// @param due      whether its container has still to be started or stopped, as is desired; it is written with the wish,
    ///                 and without it nothing is started or stopped that somebody else stopped or started
    /// @param imageId  the digest of its image, so that a container that is made anew is made from the same
    /// @param previous the image to go back to, while the present one is on trial
    record Upkeep(long revision, Pending pending, boolean due, Optional<String> imageId, Optional<Image> previous) {
        static final Upkeep NONE = new Upkeep(0, Pending.NOTHING, false, Optional.empty(), Optional.empty());

        Upkeep changed(Pending more) {
            return new Upkeep(revision + 1, pending.and(more), due, imageId, previous);
        }

        Upkeep due(boolean now) {
            return new Upkeep(revision, pending, now, imageId, previous);
        }

        Upkeep settled() {
            return new Upkeep(revision, Pending.NOTHING, due, imageId, previous);
        }

        Upkeep pinned(String id) {
            return new Upkeep(revision, pending, due, Optional.of(id), previous);
        }

        Upkeep onTrial(Optional<String> id, Image before) {
            return new Upkeep(revision, Pending.NOTHING, due, id, Optional.of(before));
        }

        Upkeep proved() {
            return new Upkeep(revision, pending, due, imageId, Optional.empty());
        }

        Upkeep putBack(Optional<String> id) {
            return new Upkeep(revision, Pending.RECREATE, due, id, Optional.empty());
        }
    }

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
        requireNonNull(upkeep);
        requireNonNull(createdAt);
        requireNonNull(updatedAt);
    }

    BotRow with(Phase phase, Instant now) {
        return new BotRow(id, spec, phase, desired, halted, keepState, owner, image, pairedOwner, upkeep, createdAt, now);
    }

    /// The same bot, wanted otherwise, which is due from now on; a new wish clears an earlier halt.
    BotRow with(Desired desired, Instant now) {
        return new BotRow(id, spec, phase, desired, Optional.empty(), keepState, owner, image, pairedOwner, upkeep.due(true),
                createdAt, now);
    }

    /// The same bot after it was started or stopped as desired.
    BotRow done() {
        return with(upkeep.due(false));
    }

    BotRow deleting(boolean keepState, Instant now) {
        return new BotRow(id, spec, Phase.DELETING, Desired.STOPPED, halted, keepState, owner, image, pairedOwner, upkeep, createdAt, now);
    }

    BotRow halted(String reason, Instant now) {
        return new BotRow(id, spec, phase, desired, Optional.of(reason), keepState, owner, image, pairedOwner, upkeep, createdAt, now);
    }

    /// The same bot as it should be after a change, with what its container must be made to do for it.
    BotRow changed(BotSpec spec, Pending pending, Instant now) {
        return new BotRow(id, spec, phase, desired, halted, keepState, owner, image, pairedOwner, upkeep.changed(pending), createdAt, now);
    }

    BotRow pairedOwner(Optional<String> sender, Instant now) {
        return new BotRow(id, spec, phase, desired, halted, keepState, owner, image, sender, upkeep, createdAt, now);
    }

    /// The same bot after its container did what it had to.
    BotRow settled() {
        return with(upkeep.settled());
    }

    /// The same bot with another image, and the old one to go back to until the new one has proved itself.
    BotRow onTrial(Image next, Image previous, Instant now) {
        return new BotRow(id, spec, phase, desired, Optional.empty(), keepState, owner, next.reference(), pairedOwner,
                upkeep.onTrial(next.id(), previous), createdAt, now);
    }

    /// The same bot with the image that it had before its trial, to be put into a container again.
    BotRow putBack(Image previous, Instant now) {
        return new BotRow(id, spec, phase, desired, Optional.empty(), keepState, owner, previous.reference(), pairedOwner,
                upkeep.putBack(previous.id()), createdAt, now);
    }

    BotRow with(BotSpec spec) {
        return new BotRow(id, spec, phase, desired, halted, keepState, owner, image, pairedOwner, upkeep, createdAt, updatedAt);
    }

    BotRow with(Upkeep upkeep) {
        return new BotRow(id, spec, phase, desired, halted, keepState, owner, image, pairedOwner, upkeep, createdAt, updatedAt);
    }
}
