package botmaker.bot.model;

import botmaker.policy.Reach;
import java.time.Instant;
import java.util.Optional;

/// A bot in the database: everything that is wanted of it, and nothing that was observed.
///
/// @param desired     whether it should run
/// @param desiredAt   when its operator last started or stopped it
/// @param quarantine  why BotMaker stopped it until its operator starts it again: a crash loop, a refused configuration
/// @param keepState   whether a deletion leaves the state directory for the operator
/// @param owner       the user and group that own its files and run its container
/// @param image       the image that its container is made from
/// @param pairedOwner the first sender approved by pairing, as OpenClaw names owners; used if `access` lists nobody
/// @param rollout     what is pending, and how the bot has changed since it was created
/// @param updatedAt   when any part of the record was last changed
public record BotRecord(
        BotId id,
        BotSpec spec,
        Phase phase,
        Desired desired,
        Instant desiredAt,
        Optional<String> quarantine,
        boolean keepState,
        Owner owner,
        String image,
        Optional<String> pairedOwner,
        Rollout rollout,
        Instant createdAt,
        Instant updatedAt) {

    /// The phases of a bot. `CREATING` and `DELETING` are intents that survive a crash.
    public enum Phase { CREATING, READY, DELETING }

    /// What the operator wants the bot to be.
    public enum Desired { RUNNING, STOPPED }

    /// What a bot's container must still do to follow a change. It is written together with the change, so that neither a crash nor an
    /// absent engine makes BotMaker forget it.
    public enum Pending {
        NOTHING, RELOAD, RESTART, RECREATE;

        /// Returns the greater of two, which includes the lesser.
        public Pending and(Pending other) {
            return compareTo(other) >= 0 ? this : other;
        }
    }

    /// An image by name, and by the digest of that name when a container was created from it.
    public record Image(String reference, Optional<String> id) { }

    /// What a bot goes back to if it does not prove itself with another reach.
    ///
    /// @param key the kept key that it uses again, or holds again where the reach is [Reach#LEGACY]; empty where its AI needs none
    public record Former(Reach reach, Optional<String> key) { }

    /// How a bot has changed since it was created, and which of its changes are pending.
    ///
    /// @param revision           how many changes there were; the secrets of the latest are staged under this number
    /// @param pending            what its container must still do to follow a change
    /// @param powerActionPending whether its container must still be started or stopped, as desired; otherwise BotMaker leaves
    ///                           alone what somebody else stopped or started
    /// @param imageId            the digest of its image, so that a new container is created from the same
    /// @param previous           the image to roll back to while the bot is on trial, with another image or reach
    /// @param former             the reach to roll back to while it is on trial with another one
    public record Rollout(long revision, Pending pending, boolean powerActionPending, Optional<String> imageId, Optional<Image> previous,
            Optional<Former> former) {
        public static final Rollout NONE = new Rollout(0, Pending.NOTHING, false, Optional.empty(), Optional.empty(), Optional.empty());

        public Rollout pending(Pending pending) {
            return new Rollout(revision, pending, powerActionPending, imageId, previous, former);
        }

        public Rollout powerActionPending(boolean now) {
            return new Rollout(revision, pending, now, imageId, previous, former);
        }

        public Rollout pinned(Optional<String> id) {
            return new Rollout(revision, pending, powerActionPending, id, previous, former);
        }

        private Rollout former(Optional<Former> former) {
            return new Rollout(revision, pending, powerActionPending, imageId, previous, former);
        }

        public Rollout previous(Optional<Image> image) {
            return new Rollout(revision, pending, powerActionPending, imageId, image, former);
        }
    }

    /// The user and group that own a bot's files and run its container.
    public record Owner(int uid, int gid) { }

    /// Returns whether the bot should run and BotMaker has not quarantined it.
    public boolean shouldRun() {
        return phase == Phase.READY && desired == Desired.RUNNING && quarantine.isEmpty();
    }

    public BotRecord with(Phase phase, Instant now) {
        return new BotRecord(id, spec, phase, desired, desiredAt, quarantine, keepState, owner, image, pairedOwner, rollout, createdAt, now);
    }

    /// Returns the bot with a pending power action, which ends a quarantine.
    public BotRecord with(Desired desired, Instant now) {
        return new BotRecord(id, spec, phase, desired, now, Optional.empty(), keepState, owner, image, pairedOwner,
                rollout.powerActionPending(true), createdAt, now);
    }

    public BotRecord deleting(boolean keepState, Instant now) {
        return new BotRecord(id, spec, Phase.DELETING, Desired.STOPPED, desiredAt, quarantine, keepState, owner, image, pairedOwner, rollout,
                createdAt, now);
    }

    /// Returns the bot in quarantine: it is stopped until its operator starts it again.
    public BotRecord quarantined(String reason, Instant now) {
        return new BotRecord(id, spec, phase, desired, desiredAt, Optional.of(reason), keepState, owner, image, pairedOwner,
                rollout.powerActionPending(true), createdAt, now);
    }

    /// Returns the bot after a change, with what its container must do to follow it.
    public BotRecord changed(BotSpec spec, Pending pending, Instant now) {
        Rollout next = new Rollout(rollout.revision() + 1, rollout.pending().and(pending), rollout.powerActionPending(), rollout.imageId(),
                rollout.previous(), rollout.former());
        return new BotRecord(id, spec, phase, desired, desiredAt, quarantine, keepState, owner, image, pairedOwner, next, createdAt, now);
    }

    public BotRecord pairedOwner(Optional<String> sender, Instant now) {
        return new BotRecord(id, spec, phase, desired, desiredAt, quarantine, keepState, owner, image, sender, rollout, createdAt, now);
    }

    /// Returns the bot held to other rules. Its container and secrets have nothing to follow.
    public BotRecord with(BrokerRules rules, Instant now) {
        return new BotRecord(id, spec.with(rules), phase, desired, desiredAt, quarantine, keepState, owner, image, pairedOwner, rollout,
                createdAt, now);
    }

    /// Returns the bot with a new image, and its previous one to roll back to until the upgrade is confirmed.
    public BotRecord upgrading(Image next, Image previous, Instant now) {
        return on(next, Pending.NOTHING, Optional.of(previous), now);
    }

    /// Returns the bot after a change of its reach, with what to roll back to until it has proved itself.
    public BotRecord moving(BotSpec spec, Image next, Image previous, Former former, Instant now) {
        BotRecord moved = changed(spec, Pending.NOTHING, now).upgrading(next, previous, now);
        return moved.with(moved.rollout().former(Optional.of(former)));
    }

    /// Returns this bot, which is as it was before a change, after the engine refused that change. Its container may have run with it.
    public BotRecord after(BotRecord refused) {
        return with(new Rollout(refused.rollout.revision() + 1, rollout.pending().and(Pending.RESTART), rollout.powerActionPending(),
                rollout.imageId(), rollout.previous(), rollout.former()));
    }

    /// Returns the bot after a trial that it passed.
    public BotRecord confirmed() {
        return with(rollout.previous(Optional.empty()).former(Optional.empty()));
    }

    /// Returns the bot with its image from before the trial, and a new container pending.
    public BotRecord rolledBack(Image previous, Instant now) {
        return on(previous, Pending.RECREATE, Optional.empty(), now).confirmed();
    }

    private BotRecord on(Image image, Pending pending, Optional<Image> previous, Instant now) {
        return new BotRecord(id, spec, phase, desired, desiredAt, Optional.empty(), keepState, owner, image.reference(), pairedOwner,
                rollout.pending(pending).pinned(image.id()).previous(previous), createdAt, now);
    }

    /// Returns the bot after its container followed the change.
    public BotRecord settled() {
        return with(rollout.pending(Pending.NOTHING));
    }

    public BotRecord with(BotSpec spec) {
        return new BotRecord(id, spec, phase, desired, desiredAt, quarantine, keepState, owner, image, pairedOwner, rollout, createdAt, updatedAt);
    }

    public BotRecord with(Rollout rollout) {
        return new BotRecord(id, spec, phase, desired, desiredAt, quarantine, keepState, owner, image, pairedOwner, rollout, createdAt, updatedAt);
    }
}
