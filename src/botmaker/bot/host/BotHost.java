package botmaker.bot.host;

import botmaker.bot.model.BotId;
import botmaker.bot.model.BotRecord;
import botmaker.bot.model.Limits.Capacity;
import botmaker.bot.model.Limits;
import botmaker.error.Failure;
import botmaker.json.Json.ObjectBuilder;
import botmaker.json.Json;
import botmaker.json.JsonValue;
import botmaker.openclaw.Gateway;
import botmaker.policy.Reach;
import botmaker.secret.Redactor;
import botmaker.secret.SecretStore;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/// A place where the bots of one installation run. Nothing that is not this installation's is ever touched.
///
/// Every method blocks. It throws [Failure.EngineDown] when the place does not answer, so that a change may have happened or not,
/// and another [Failure] when it refuses, which says what to do; nothing has happened then.
public interface BotHost {
    /// Opens the place for one installation.
    @FunctionalInterface
    interface Factory {
        /// @param environment variables of every bot in addition to OpenClaw's own: time zone, proxy; nothing secret
        BotHost of(String installation, BotFiles files, SecretStore secrets, Map<String, String> environment, Duration stopTimeout);
    }

    /// A bot's container, as it was when it was observed.
    ///
    /// @param bot         whom it belongs to; empty where it names no bot
    /// @param isReplacement whether it is to replace the bot's container and has not taken its place yet
    /// @param imageId     the digest of its image
    /// @param exitCode    of its last end; 0 while it runs
    /// @param oomKilled   whether its last end was for lack of memory
    /// @param error       why it could not be started, or cannot be parsed; empty otherwise
    /// @param startedAt   empty when it never started
    /// @param finishedAt  of its last end; empty when it never ended
    /// @param restarts    how often it was restarted by itself since somebody last started it
    /// @param address     where the bot is reached while it runs
    /// @param description the complete description, for comparison; JSON `null` where it was dropped
    record Container(String id, String name, Optional<BotId> bot, boolean isReplacement, String imageId, State state,
            int exitCode, boolean oomKilled, String error, Instant createdAt, Optional<Instant> startedAt, Optional<Instant> finishedAt, long restarts,
            Optional<InetAddress> address, JsonValue description) {

        /// What a container is doing; `UNKNOWN` is anything else, and a container that cannot be parsed.
        public enum State { CREATED, RUNNING, PAUSED, RESTARTING, REMOVING, EXITED, DEAD, UNKNOWN }

        /// Returns whether it was created and never started.
        public boolean neverRan() {
            return state == State.CREATED && startedAt.isEmpty();
        }

        /// Returns a copy without the description, which is larger than all the rest.
        public Container withoutDescription() {
            return new Container(id, name, bot, isReplacement, imageId, state, exitCode, oomKilled, error, createdAt, startedAt,
                    finishedAt, restarts, address, Json.NULL);
        }
    }

    /// What a container used at one moment.
    ///
    /// @param cores       how many processors it kept busy since the previous measurement
    /// @param memory      bytes
    /// @param memoryLimit bytes; 0 where it is not known
    /// @param received    bytes over the network since its start
    /// @param sent        bytes over the network since its start
    record Usage(Instant at, double cores, long memory, long memoryLimit, long received, long sent) { }

    /// The end of a command that ran in a bot.
    record CommandResult(int exitCode, String output) {
        public boolean succeeded() {
            return exitCode == 0;
        }
    }

    /// One way in which a container differs from its specification.
    ///
    /// @param what       the place's name of it, such as `HostConfig.Memory`
    /// @param expected   what the specification says
    /// @param found      what the place says
    /// @param repairable whether making the container again removes it
    record Difference(String what, String expected, String found, boolean repairable) {
        public JsonValue toJson() {
            ObjectBuilder json = Json.object().put("what", what).put("expected", expected).put("found", found);
            return repairable ? json.build() : json.put("repairable", false).build();
        }
    }

    /// Something about the place, or about the broker, that weakens what BotMaker promises.
    ///
    /// @param kind   such as `isolation`
    /// @param title  what is wrong
    /// @param detail what to do
    /// @param since  when it began, where that is known
    record Warning(String kind, String title, String detail, Optional<Instant> since) {
        Warning(String kind, String title, String detail) {
            this(kind, title, detail, Optional.empty());
        }

        /// Returns a warning that is about more than the place.
        public static Warning since(String kind, Instant since, String title, String detail) {
            return new Warning(kind, title, detail, Optional.of(since));
        }

        /// The kind of the one warning that is not about safety.
        public static final String ENGINE_DEFAULTS = "engine-defaults";
        /// The kind of the one warning that is about the broker.
        public static final String BROKER = "broker";
        /// The kind of the one warning that is about what bots spend.
        public static final String USAGE = "usage";

        /// Names the page of the documentation that says more, too.
        public JsonValue toJson() {
            return Json.object().put("kind", kind).put("title", title).put("detail", detail)
                    .put("since", since.map(Instant::toString))
                    .put("help", kind.equals(BROKER) ? "keys" : kind.equals(USAGE) ? "spending" : "security").build();
        }
    }

    /// A network of this installation.
    record Network(String id, String name, String subnets) { }

    /// Values over time. One thread reads, any thread may close.
    interface Feed<T> extends AutoCloseable {
        /// Waits for the next value; returns empty at the end, after a close, and when interrupted (the flag stays set).
        Optional<T> next();

        @Override
        void close();
    }

    // ---- observation

    /// Returns when the place answers.
    void ping();

    /// Subscribes to the bots to whose containers something happens, from now on. The caller closes it.
    Feed<BotId> events();

    /// Returns something that changes with each restart that ends all containers; empty where that cannot be told.
    Optional<String> run();

    /// Returns all containers by bot; each bot's own comes first.
    ///
    /// @param answered runs at each answer
    Map<BotId, List<Container>> all(Runnable answered);

    /// Returns a bot's container, whatever its name has become.
    default Optional<Container> find(BotId id) {
        return ofBot(id).stream().findFirst();
    }

    /// Returns a bot's containers: one, unless somebody made more by hand; its own comes first. Leaves out a replacement that has
    /// not taken its place yet.
    List<Container> ofBot(BotId id);

    /// Returns all of a bot's containers, its own first.
    List<Container> everyOf(BotId id);

    /// Returns a container by its id; empty where it is gone.
    Optional<Container> inspect(String containerId);

    /// Returns the containers that name no bot, or one that is not known.
    List<Container> strays(Predicate<BotId> known);

    /// Returns the installation's networks that no bot is in.
    ///
    /// @param inUse whether there are bots, so that their network is none of them
    List<Network> strayNetworks(boolean inUse);

    /// Returns the last lines that a container printed, redacted.
    List<String> lastLines(Container container, Redactor redactor);

    // ---- steps

    /// Makes sure that bots of a reach can be made from an image, and returns its digest.
    ///
    /// @param image by name or digest
    /// @throws Failure.Conflict where user ids are shifted, or the image is missing or too old
    String requireUsable(String image, Reach reach);

    /// Creates the container of a bot that has none, and does not start it. One that was created before and never ran gives way: an
    /// earlier creation, whose answer was lost, made it.
    ///
    /// @return the container's id
    String create(BotRecord record);

    /// Creates, beside a bot's container, the one that is to replace it, and does not start it. One of an earlier try gives way.
    ///
    /// @return the new container's id
    String createReplacement(BotRecord record);

    /// Gives a replacement the name of the container that it replaced, which is gone.
    ///
    /// @return false where that is refused now
    boolean promote(BotId id, String containerId);

    /// Completes a replacement that was cut off, unless that is refused now: beside the bot's own container it is removed, alone it
    /// takes its place.
    void settleReplacement(BotId id);

    /// Makes a container run, also one that somebody paused.
    ///
    /// @return false where it, or something that it needs, is gone, so that it cannot run any more
    boolean start(Container container);

    /// Starts a container that was just created.
    void start(String containerId);

    /// Stops a container.
    void stop(Container container);

    /// Stops a container if it runs, and starts it.
    void restart(Container container);

    /// Removes a container, killing what runs in it; does nothing when it is gone.
    void remove(String containerId);

    /// Removes a network that no container is in.
    void removeNetwork(String id);

    // ---- inside a bot

    /// Returns how the gateway of a bot is reached in its running container; empty where it cannot be reached now.
    Optional<Gateway.Door> door(BotRecord record, Container container);

    /// Runs a command inside a running container, as the bot's own user.
    ///
    /// @param limit after this time the command is killed
    /// @return empty if it was killed, or did not end
    /// @throws Failure.Conflict if the container does not run
    Optional<CommandResult> exec(Container container, List<String> command, Duration limit);

    /// Measures what a container uses, until the feed is closed or it stops. The caller closes it.
    ///
    /// @throws Failure.Conflict if it does not run
    Feed<Usage> stats(Container container);

    /// Makes a running bot read its secrets again.
    ///
    /// @return whether it did, in the time given
    boolean reloadSecrets(Container container, Duration patience);

    // ---- the place itself

    /// Returns what the place has, as it was told last.
    ///
    /// @throws Failure.EngineDown where that was never told and there is no answer now
    Capacity capacity();

    /// Returns the limits for bots whose request names none: never more than the place has, as far as that is known.
    Limits defaults(Limits configured);

    /// Returns the digest of an image; empty where it is missing.
    Optional<String> imageId(String image);

    /// Learns where the bots' network is, unless that is known.
    void learnNetwork();

    /// Returns whether an address is one of the bots'.
    boolean isBotAddress(InetAddress address);

    /// Returns the network device that all bots are behind, whether or not it exists now.
    String bridge();

    // ---- what should be

    /// Learns what is needed to judge these bots; until then none has drifted.
    ///
    /// @param there each bot's containers, its own first
    void learn(Collection<BotRecord> records, Map<BotId, List<Container>> there);

    /// Returns how a bot's containers differ from the one that there should be; nothing where there is none, and as long as too little
    /// is known to tell.
    ///
    /// @param there the bot's own first
    List<Difference> drift(BotRecord record, List<Container> there);

    /// Starts to check whether the place keeps bots apart, if that was some time ago or other bots run since.
    void check(Collection<Container> containers);

    /// Checks now whether the place keeps bots apart.
    ///
    /// @return how many bots could be tested from inside: two are needed to test their isolation
    int checkNow(Collection<Container> containers);

    /// Returns everything that is known to weaken what BotMaker promises.
    List<Warning> warnings();
}
