package botmaker.bot.model;

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
public record BotRecord(
        BotId id,
        BotSpec spec,
        Phase phase,
        Desired desired,
        Optional<String> halted,
        boolean keepState,
        Owner owner,
        String image,
        Optional<String> pairedOwner,
        Rollout upkeep,
        Instant createdAt,
        Instant updatedAt) {

    /// Where a bot is in its life. `CREATING` and `DELETING` are intents that survive a crash.
    public enum Phase { CREATING, READY, DELETING }

    /// What its operator wants it to be.
    public enum Desired { RUNNING, STOPPED }

    /// What a bot's container has still to be made to do. It is written together with the change that needs it, so that
    /// neither a crash nor an absent engine can make it forgotten.
    public enum Pending {
        NOTHING, RELOAD, RESTART, RECREATE;

        /// The more of two, which includes the less.
        public Pending and(Pending other) {
            return compareTo(other) >= 0 ? this : other;
        }
    }

    /// An image by the name that people gave it, and by the digest that this name had when a container was made from it.
    public record Image(String reference, Optional<String> id) { }

    /// How a bot has changed since it was made.
    ///
    /// @param revision how many changes there were
    /// @param pending  what its container has still to follow
    /// @param due      whether its container has still to be started or stopped, as is desired; it is written with the wish,
    ///                 and without it nothing is started or stopped that somebody else stopped or started
    /// @param imageId  the digest of its image, so that a container that is made anew is made from the same
    /// @param previous the image to go back to, while the present one is on trial
    public record Rollout(long revision, Pending pending, boolean due, Optional<String> imageId, Optional<Image> previous) {
        public static final Rollout NONE = new Rollout(0, Pending.NOTHING, false, Optional.empty(), Optional.empty());

        public Rollout changed(Pending more) {
            return new Rollout(revision + 1, pending.and(more), due, imageId, previous);
        }

        public Rollout due(boolean now) {
            return new Rollout(revision, pending, now, imageId, previous);
        }

        public Rollout settled() {
            return new Rollout(revision, Pending.NOTHING, due, imageId, previous);
        }

        public Rollout pinned(String id) {
            return new Rollout(revision, pending, due, Optional.of(id), previous);
        }

        public Rollout onTrial(Optional<String> id, Image before) {
            return new Rollout(revision, Pending.NOTHING, due, id, Optional.of(before));
        }

        public Rollout proved() {
            return new Rollout(revision, pending, due, imageId, Optional.empty());
        }

        public Rollout putBack(Optional<String> id) {
            return new Rollout(revision, Pending.RECREATE, due, id, Optional.empty());
        }
    }

    /// The user and group that own a bot's files and run its container.
    public record Owner(int uid, int gid) { }

    public BotRecord {
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

    public BotRecord with(Phase phase, Instant now) {
        return new BotRecord(id, spec, phase, desired, halted, keepState, owner, image, pairedOwner, upkeep, createdAt, now);
    }

    /// The same bot, wanted otherwise, which is due from now on; a new wish clears an earlier halt.
    public BotRecord with(Desired desired, Instant now) {
        return new BotRecord(id, spec, phase, desired, Optional.empty(), keepState, owner, image, pairedOwner, upkeep.due(true),
                createdAt, now);
    }

    /// The same bot after it was started or stopped as desired.
    public BotRecord done() {
        return with(upkeep.due(false));
    }

    public BotRecord deleting(boolean keepState, Instant now) {
        return new BotRecord(id, spec, Phase.DELETING, Desired.STOPPED, halted, keepState, owner, image, pairedOwner, upkeep, createdAt, now);
    }

    public BotRecord halted(String reason, Instant now) {
        return new BotRecord(id, spec, phase, desired, Optional.of(reason), keepState, owner, image, pairedOwner, upkeep, createdAt, now);
    }

    /// The same bot as it should be after a change, with what its container must be made to do for it.
    public BotRecord changed(BotSpec spec, Pending pending, Instant now) {
        return new BotRecord(id, spec, phase, desired, halted, keepState, owner, image, pairedOwner, upkeep.changed(pending), createdAt, now);
    }

    public BotRecord pairedOwner(Optional<String> sender, Instant now) {
        return new BotRecord(id, spec, phase, desired, halted, keepState, owner, image, sender, upkeep, createdAt, now);
    }

    /// The same bot after its container did what it had to.
    public BotRecord settled() {
        return with(upkeep.settled());
    }

    /// The same bot with another image, and the old one to go back to until the new one has proved itself.
    public BotRecord onTrial(Image next, Image previous, Instant now) {
        return new BotRecord(id, spec, phase, desired, Optional.empty(), keepState, owner, next.reference(), pairedOwner,
                upkeep.onTrial(next.id(), previous), createdAt, now);
    }

    /// The same bot with the image that it had before its trial, to be put into a container again.
    public BotRecord putBack(Image previous, Instant now) {
        return new BotRecord(id, spec, phase, desired, Optional.empty(), keepState, owner, previous.reference(), pairedOwner,
                upkeep.putBack(previous.id()), createdAt, now);
    }

    public BotRecord with(BotSpec spec) {
        return new BotRecord(id, spec, phase, desired, halted, keepState, owner, image, pairedOwner, upkeep, createdAt, updatedAt);
    }

    public BotRecord with(Rollout upkeep) {
        return new BotRecord(id, spec, phase, desired, halted, keepState, owner, image, pairedOwner, upkeep, createdAt, updatedAt);
    }
}
