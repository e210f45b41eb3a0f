package botmaker.bot.model;

import botmaker.bot.model.BotRecord.Desired;
import botmaker.bot.model.BotRecord.Former;
import botmaker.bot.model.BotRecord.Image;
import botmaker.bot.model.BotRecord.Owner;
import botmaker.bot.model.BotRecord.Pending;
import botmaker.bot.model.BotRecord.Phase;
import botmaker.bot.model.BotRecord.Rollout;
import botmaker.bot.model.BotSpec.ControlUi;
import botmaker.error.Failure.FieldError;
import botmaker.error.Failure;
import botmaker.json.Json;
import botmaker.json.JsonValue;
import botmaker.openclaw.BotConfig.Access;
import botmaker.openclaw.BotConfig.AiSettings;
import botmaker.openclaw.BotConfig.ChannelSettings;
import botmaker.policy.Budget;
import botmaker.policy.Reach;
import botmaker.store.Database;
import botmaker.store.StoreException;
import botmaker.store.Transaction.Row;
import botmaker.store.Transaction;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// The bots' records in the database. Every change is durable when its method returns.
public final class BotStore {
    private static final String PORT_COLUMN = "control_ui_port";

    private final Database database;
    private final PortRange controlUiPorts;
    private final IntPredicate isIdle;

    public BotStore(Database database) {
        this(database, PortRange.USUAL);
    }

    public BotStore(Database database, PortRange controlUiPorts) {
        this(database, controlUiPorts, PortRange::isIdle);
    }

    /// @param isIdle tells whether no program listens on a port now
    BotStore(Database database, PortRange controlUiPorts, IntPredicate isIdle) {
        this.database = database;
        this.controlUiPorts = controlUiPorts;
        this.isIdle = isIdle;
    }

    /// Returns the random id of this data directory, made at its first use.
    public String installation() {
        return database.write(tx -> tx.one("SELECT id FROM installation", row -> row.text("id")).orElseGet(() -> {
            String id = BotId.random().value();
            tx.update("INSERT INTO installation(id) VALUES (?)", id);
            return id;
        }));
    }

    /// Counts at least n bots, so that the next one gets none of their user ids.
    public void skipTo(int n) {
        database.write(tx -> tx.update("UPDATE installation SET bots_made = max(bots_made, ?)", n));
    }

    /// Adds a bot in phase `CREATING`.
    ///
    /// @param owner gives the owner of the n-th bot ever made here; n is counted from 0 and never used twice
    /// @throws Failure.Conflict if a bot of that name exists, or the bot needs a port and none is free
    public BotRecord add(BotId id, BotSpec spec, Desired desired, String image, Instant now, IntFunction<Owner> owner) {
        return write(spec, (tx, placed) -> {
            int n = tx.one("UPDATE installation SET bots_made = bots_made + 1 RETURNING bots_made - 1 AS n",
                    row -> (int) row.integer("n")).orElseThrow();
            return new BotRecord(id, placed, Phase.CREATING, desired, now, Optional.empty(), false,
                    owner.apply(n), image, Optional.empty(), Rollout.NONE, now, now);
        });
    }

    /// Writes the whole record of a present bot.
    ///
    /// @return the record as it was written, with its port if it needed one
    /// @throws Failure.Conflict if another bot has its name, or no port is free; nothing is written
    public BotRecord update(BotRecord record) {
        return write(record.spec(), (_, placed) -> record.with(placed));
    }

    /// Writes a record. The port is chosen before the transaction, since probing up to 900 ports takes too long for one; if another bot
    /// took the port meanwhile, the choice is repeated.
    private BotRecord write(BotSpec spec, BiFunction<Transaction, BotSpec, BotRecord> record) {
        while (true) {
            BotSpec placed = spec.controlUi().needsPort() ? spec.with(ControlUi.at(freePort())) : spec;
            try {
                return database.write(tx -> {
                    BotRecord written = record.apply(tx, placed);
                    upsert(tx, written);
                    return written;
                });
            } catch (StoreException e) {
                String constraint = e.constraint().orElse("");
                if (constraint.equals("bots.name_key")) {
                    throw new Failure.Conflict(new FieldError("/name",
                            "Another bot has this name. Upper and lower case count as the same."));
                }
                if (!spec.controlUi().needsPort() || !constraint.equals("bots." + PORT_COLUMN)) {
                    throw e;
                }
            }
        }
    }

    private int freePort() {
        Set<Integer> taken = Set.copyOf(database.read(tx -> tx.list("SELECT control_ui_port FROM bots WHERE control_ui_port IS NOT NULL",
                row -> (int) row.integer(PORT_COLUMN))));
        return controlUiPorts.free(port -> !taken.contains(port) && isIdle.test(port)).orElseThrow(() -> new Failure.Conflict(
                "No port from %d to %d is free for the Control UI. Switch it off for another bot, or extend bot.ports."
                        .formatted(controlUiPorts.first(), controlUiPorts.last())));
    }

    public void remove(BotId id) {
        database.write(tx -> tx.update("DELETE FROM bots WHERE id = ?", id.value()));
    }

    /// Returns all bots, the oldest first.
    public List<BotRecord> all() {
        return database.read(BotStore::all);
    }

    private static List<BotRecord> all(Transaction tx) {
        return tx.list("SELECT * FROM bots ORDER BY created_at, id", BotStore::map);
    }

    /// The bots of a data directory, for commands that only read.
    public record Contents(String installation, List<BotRecord> rows) {
        /// Reads them; empty if BotMaker was never started there.
        public static Optional<Contents> of(Transaction tx) {
            return tx.one("SELECT id FROM installation", row -> row.text("id")).map(id -> new Contents(id, all(tx)));
        }
    }

    private static void upsert(Transaction tx, BotRecord record) {
        SequencedMap<String, Object> columns = columns(record);
        String names = String.join(", ", columns.keySet());
        String values = columns.keySet().stream().map(_ -> "?").collect(Collectors.joining(", "));
        String changes = columns.keySet().stream().skip(1) // the id never changes
                .map("%1$s = excluded.%1$s"::formatted).collect(Collectors.joining(", "));
        tx.update("INSERT INTO bots(%s) VALUES (%s) ON CONFLICT(id) DO UPDATE SET %s".formatted(names, values, changes),
                columns.values().toArray());
    }

    /// All columns, the key first.
    private static SequencedMap<String, Object> columns(BotRecord record) {
        BotSpec spec = record.spec();
        Rollout rollout = record.rollout();
        SequencedMap<String, Object> columns = new LinkedHashMap<>();
        columns.put("id", record.id().value());
        columns.put("name", spec.name().value());
        columns.put("name_key", spec.name().key());
        columns.put("phase", name(record.phase()));
        columns.put("desired", name(record.desired()));
        columns.put("desired_at", record.desiredAt().toString());
        columns.put("halted", record.quarantine());
        columns.put("keep_state", record.keepState());
        columns.put("uid", record.owner().uid());
        columns.put("gid", record.owner().gid());
        columns.put("image", record.image());
        columns.put("ai_provider", spec.ai().provider());
        columns.put("ai_model", spec.ai().model());
        columns.put("ai_base_url", spec.ai().baseUrl());
        columns.put("ai_key", spec.aiKey());
        columns.put("reach", spec.reach().id());
        columns.put("budget", spec.rules().budget().toJson().toString());
        columns.put("ai_paused", spec.rules().paused());
        columns.put("web_hosts", Json.strings(spec.rules().webHosts()).toString());
        columns.put("ai_also", Json.strings(spec.rules().also()).toString());
        columns.put("channel_type", spec.channel().type());
        columns.put("channel_settings", json(spec.channel().settings()));
        columns.put("access_policy", name(spec.access().policy()));
        columns.put("access_allow", Json.strings(spec.access().allow()).toString());
        columns.put("memory", spec.limits().memory());
        columns.put("cpus", spec.limits().cpus());
        columns.put("pids", spec.limits().pids());
        columns.put(PORT_COLUMN, spec.controlUi().port().stream().boxed().findFirst());
        columns.put("paired_owner", record.pairedOwner());
        columns.put("revision", rollout.revision());
        columns.put("pending", name(rollout.pending()));
        columns.put("due", rollout.powerActionPending());
        columns.put("image_id", rollout.imageId());
        columns.put("previous_image", rollout.previous().map(Image::reference));
        columns.put("previous_image_id", rollout.previous().flatMap(Image::id));
        columns.put("previous_reach", rollout.former().map(it -> it.reach().id()));
        columns.put("previous_key", rollout.former().flatMap(Former::key));
        columns.put("created_at", record.createdAt().toString());
        columns.put("updated_at", record.updatedAt().toString());
        return columns;
    }

    private static BotRecord map(Row row) {
        BotSpec spec = new BotSpec(
                new BotName(row.text("name")),
                new AiSettings(row.text("ai_provider"), row.text("ai_model"), row.optionalText("ai_base_url")),
                new ChannelSettings(row.text("channel_type"), texts(JsonValue.parse(row.text("channel_settings")))),
                new Access(constant(Access.Policy.class, row.text("access_policy")),
                        list(row.text("access_allow"))),
                new Limits(row.integer("memory"), row.integer("cpus"), row.integer("pids")),
                row.optionalInteger(PORT_COLUMN).map(port -> ControlUi.at(port.intValue())).orElse(ControlUi.OFF),
                constant(Reach.class, row.text("reach")), row.optionalText("ai_key"),
                new BrokerRules(Budget.of(JsonValue.parse(row.text("budget"))), row.optionalText("ai_paused"), list(row.text("web_hosts")),
                        list(row.text("ai_also"))));
        return new BotRecord(
                new BotId(row.text("id")), spec, constant(Phase.class, row.text("phase")),
                constant(Desired.class, row.text("desired")), Instant.parse(row.text("desired_at")),
                row.optionalText("halted"), row.flag("keep_state"),
                new Owner((int) row.integer("uid"), (int) row.integer("gid")), row.text("image"),
                row.optionalText("paired_owner"),
                new Rollout(row.integer("revision"), constant(Pending.class, row.text("pending")), row.flag("due"),
                        row.optionalText("image_id"),
                        row.optionalText("previous_image").map(image -> new Image(image, row.optionalText("previous_image_id"))),
                        row.optionalText("previous_reach").map(reach -> new Former(constant(Reach.class, reach), row.optionalText("previous_key")))),
                Instant.parse(row.text("created_at")), Instant.parse(row.text("updated_at")));
    }

    private static String name(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private static <E extends Enum<E>> E constant(Class<E> type, String name) {
        return Enum.valueOf(type, name.toUpperCase(Locale.ROOT));
    }

    private static String json(Map<String, String> texts) {
        var object = Json.object();
        texts.forEach(object::put);
        return object.build().toString();
    }

    private static List<String> list(String array) {
        return JsonValue.parse(array).elements().stream().map(JsonValue::string).toList();
    }

    private static Map<String, String> texts(JsonValue object) {
        return object.members().entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue().string()));
    }

    /// The ports of 127.0.0.1 where bots' Control UIs are published.
    ///
    /// @param first the lowest
    /// @param last  the highest, itself included
    public record PortRange(int first, int last) {
        /// The default.
        public static final PortRange USUAL = new PortRange(19_100, 19_999);
        private static final int LEAST = 1024;
        private static final int MOST = 65_535;

        /// @throws IllegalArgumentException for privileged or impossible ports
        public PortRange {
            if (first < LEAST || last > MOST || first > last) {
                throw new IllegalArgumentException("must be two ports from %d to %d, the lower first, such as 19100-19999"
                        .formatted(LEAST, MOST));
            }
        }

        /// Returns the lowest port that may be used.
        OptionalInt free(IntPredicate isFree) {
            return IntStream.rangeClosed(first, last).filter(isFree).findFirst();
        }

        /// Returns whether no program listens on a port now; with a taken port a container could not start.
        static boolean isIdle(int port) {
            try (ServerSocket socket = new ServerSocket()) {
                socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                return true;
            } catch (IOException e) {
                return false;
            }
        }
    }
}
