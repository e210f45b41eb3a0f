package botmaker.bot.model;

import botmaker.bot.model.BotRecord.Desired;
import botmaker.bot.model.BotRecord.Image;
import botmaker.bot.model.BotRecord.Owner;
import botmaker.bot.model.BotRecord.Pending;
import botmaker.bot.model.BotRecord.Phase;
import botmaker.bot.model.BotRecord.Rollout;
import botmaker.error.Failure;
import botmaker.error.FieldError;
import botmaker.json.Json;
import botmaker.json.JsonValue;
import botmaker.openclaw.Access;
import botmaker.openclaw.AiSettings;
import botmaker.openclaw.ChannelSettings;
import botmaker.store.Database;
import botmaker.store.Row;
import botmaker.store.StoreException;
import botmaker.store.Transaction;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/// The bots' rows. Every change is durable when its method returns.
public final class BotStore {
    private final Database database;
    private final PortRange controlUiPorts;

    public BotStore(Database database) {
        this(database, PortRange.USUAL);
    }

    public BotStore(Database database, PortRange controlUiPorts) {
        this.database = database;
        this.controlUiPorts = controlUiPorts;
    }

    /// The random id of this data directory, made at its first use.
    public String installation() {
        return database.write(tx -> tx.one("SELECT id FROM installation", row -> row.text("id")).orElseGet(() -> {
            String id = BotId.random().value();
            tx.update("INSERT INTO installation(id) VALUES (?)", id);
            return id;
        }));
    }

    /// Adds a bot in phase `CREATING`.
    ///
    /// @param owner gives the owner of the n-th bot ever made here; n is counted from 0 and never used twice
    /// @throws Failure.Conflict where a bot of that name exists, or no port is free for one that wants one
    public BotRecord add(BotId id, BotSpec spec, Desired desired, String image, Instant now, IntFunction<Owner> owner) {
        return named(() -> database.write(tx -> {
            int n = tx.one("UPDATE installation SET bots_made = bots_made + 1 RETURNING bots_made - 1 AS n",
                    row -> (int) row.integer("n")).orElseThrow();
            BotRecord row = new BotRecord(id, placed(tx, spec), Phase.CREATING, desired, Optional.empty(), false,
                    owner.apply(n), image, Optional.empty(), Rollout.NONE, now, now);
            insert(tx, row);
            if (row.spec().controlUi().on()) {
                update(tx, row);
            }
            return row;
        }));
    }

    /// Writes what may change in a bot's life.
    ///
    /// @return the row as it was written, with its port where it wanted one
    /// @throws Failure.Conflict where another bot has its name, or no port is free; nothing is written
    public BotRecord update(BotRecord row) {
        return named(() -> database.write(tx -> {
            BotRecord placed = row.with(placed(tx, row.spec()));
            update(tx, placed);
            return placed;
        }));
    }

    private static void update(Transaction tx, BotRecord row) {
        BotSpec spec = row.spec();
        Rollout upkeep = row.upkeep();
        tx.update("""
                UPDATE bots SET name = ?, name_key = ?, phase = ?, desired = ?, halted = ?, keep_state = ?, image = ?,
                       ai_provider = ?, ai_model = ?, ai_base_url = ?, channel_settings = ?,
                       access_policy = ?, access_allow = ?, memory = ?, cpus = ?, pids = ?, control_ui_port = ?,
                       paired_owner = ?, revision = ?, pending = ?, due = ?, image_id = ?, previous_image = ?,
                       previous_image_id = ?, updated_at = ?
                 WHERE id = ?""",
                spec.name().value(), spec.name().key(), name(row.phase()), name(row.desired()), row.halted(),
                row.keepState(), row.image(),
                spec.ai().provider(), spec.ai().model(), spec.ai().baseUrl(), json(spec.channel().settings()),
                name(spec.access().policy()), Json.strings(spec.access().allow()).toString(),
                spec.limits().memory(), spec.limits().cpus(), spec.limits().pids(), port(spec),
                row.pairedOwner(), upkeep.revision(), name(upkeep.pending()), upkeep.due(), upkeep.imageId(),
                upkeep.previous().map(Image::reference), upkeep.previous().flatMap(Image::id),
                row.updatedAt().toString(), row.id().value());
    }

    /// A bot that wants a port for its Control UI gets one that no other bot has.
    private BotSpec placed(Transaction tx, BotSpec spec) {
        if (!spec.controlUi().needsPort()) {
            return spec;
        }
        Set<Integer> taken = Set.copyOf(tx.list("SELECT control_ui_port FROM bots WHERE control_ui_port IS NOT NULL",
                row -> (int) row.integer("control_ui_port")));
        return spec.with(ControlUi.at(controlUiPorts.free(taken).orElseThrow(() -> new Failure.Conflict(
                "No port is free for the Control UI: all from %d to %d are taken. Switch it off for another bot, or give bot.ports more."
                        .formatted(controlUiPorts.first(), controlUiPorts.last())))));
    }

    private static <T> T named(Supplier<T> write) {
        try {
            return write.get();
        } catch (StoreException e) {
            if (e.constraint().equals(Optional.of("bots.name_key"))) {
                throw new Failure.Conflict(new FieldError("/name",
                        "There is a bot of that name already. Names are compared without regard to case."));
            }
            throw e;
        }
    }

    public void remove(BotId id) {
        database.write(tx -> tx.update("DELETE FROM bots WHERE id = ?", id.value()));
    }

    /// All bots, the oldest first.
    public List<BotRecord> all() {
        return database.read(BotStore::all);
    }

    private static List<BotRecord> all(Transaction tx) {
        return tx.list("SELECT * FROM bots ORDER BY created_at, id", BotStore::map);
    }

    /// What a data directory holds, for those who only look.
    public record Contents(String installation, List<BotRecord> rows) {
        /// Empty where BotMaker was never started there.
        public static Optional<Contents> of(Transaction tx) {
            return tx.one("SELECT id FROM installation", row -> row.text("id")).map(id -> new Contents(id, all(tx)));
        }
    }

    private static void insert(Transaction tx, BotRecord row) {
        BotSpec spec = row.spec();
        tx.update("""
                INSERT INTO bots(id, name, name_key, phase, desired, keep_state, uid, gid, image,
                        ai_provider, ai_model, ai_base_url, channel_type, channel_settings,
                        access_policy, access_allow, memory, cpus, pids, created_at, updated_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?,  ?, ?, ?, ?, ?,  ?, ?, ?, ?, ?, ?, ?)""",
                row.id().value(), spec.name().value(), spec.name().key(), name(row.phase()), name(row.desired()),
                row.keepState(), row.owner().uid(), row.owner().gid(), row.image(),
                spec.ai().provider(), spec.ai().model(), spec.ai().baseUrl(),
                spec.channel().type(), json(spec.channel().settings()),
                name(spec.access().policy()), Json.strings(spec.access().allow()).toString(),
                spec.limits().memory(), spec.limits().cpus(), spec.limits().pids(),
                row.createdAt().toString(), row.updatedAt().toString());
    }

    private static BotRecord map(Row row) {
        BotSpec spec = new BotSpec(
                new BotName(row.text("name")),
                new AiSettings(row.text("ai_provider"), row.text("ai_model"), row.optionalText("ai_base_url")),
                new ChannelSettings(row.text("channel_type"), texts(JsonValue.parse(row.text("channel_settings")))),
                new Access(constant(Access.Policy.class, row.text("access_policy")),
                        JsonValue.parse(row.text("access_allow")).elements().stream().map(JsonValue::string).toList()),
                new Limits(row.integer("memory"), row.integer("cpus"), row.integer("pids")),
                row.optionalInteger("control_ui_port").map(port -> ControlUi.at(port.intValue())).orElse(ControlUi.OFF));
        return new BotRecord(
                new BotId(row.text("id")), spec,
                constant(Phase.class, row.text("phase")), constant(Desired.class, row.text("desired")),
                row.optionalText("halted"), row.flag("keep_state"),
                new Owner((int) row.integer("uid"), (int) row.integer("gid")), row.text("image"),
                row.optionalText("paired_owner"),
                new Rollout(row.integer("revision"), constant(Pending.class, row.text("pending")), row.flag("due"),
                        row.optionalText("image_id"),
                        row.optionalText("previous_image").map(image -> new Image(image, row.optionalText("previous_image_id")))),
                Instant.parse(row.text("created_at")), Instant.parse(row.text("updated_at")));
    }

    private static Optional<Integer> port(BotSpec spec) {
        return spec.controlUi().port().stream().boxed().findFirst();
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

    private static Map<String, String> texts(JsonValue object) {
        return object.members().entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue().string()));
    }
}
