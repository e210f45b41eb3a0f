package botmaker.bot.view;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import botmaker.bot.Containers;
import botmaker.bot.Rows;
import botmaker.bot.host.BotHost.Container.State;
import botmaker.bot.host.BotHost.Container;
import botmaker.bot.host.BotHost.Difference;
import botmaker.bot.model.BotId;
import botmaker.bot.model.BotRecord.Desired;
import botmaker.bot.model.BotRecord;
import botmaker.bot.view.ObservedState.Health;
import botmaker.json.Json;
import botmaker.json.JsonValue;
import botmaker.secret.SecretName;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BotRegistryTest {
    private static final Container RUNNING = Containers.in(State.RUNNING);

    private final BotRegistry registry = new BotRegistry(Clock.systemUTC(), System::nanoTime, () -> false);
    private final BotRecord row = Rows.ready(Desired.RUNNING);
    private final BotId id = row.id();

    /// What is kept could be shown after something has changed that nobody thought of.
    @Test
    void every_change_shows_at_once() {
        registry.engineLooked();
        List<Runnable> changes = List.of(
                () -> registry.load(List.of(row)),
                () -> registry.observe(id, Optional.of(RUNNING), List.of(), System.nanoTime()),
                () -> registry.probed(id, RUNNING, Health.HEALTHY, Optional.empty()),
                () -> registry.probed(id, RUNNING, Health.UNHEALTHY, Optional.of("it coughs")),
                () -> registry.observe(id, Optional.of(RUNNING), List.of(new Difference("Memory", "1", "2", true)), System.nanoTime()),
                () -> registry.secrets(id, Map.of(new SecretName("ai-api-key"), Instant.EPOCH)),
                () -> registry.update(row.with(Rows.spec("b"))),
                () -> registry.newestImage(Optional.of("sha256:1")),
                () -> registry.flaw(id, "its secrets cannot be read"),
                () -> registry.secrets(id, Map.of(new SecretName("ai-api-key"), Instant.EPOCH)),
                () -> registry.working(id, "being changed"),
                () -> registry.working(id, "being stopped").close(),
                () -> registry.observe(id, Optional.of(Containers.exited(1)), List.of(), System.nanoTime()),
                () -> registry.lastLines(id, List.of("goodbye")),
                () -> registry.engineLost("It is away."),
                () -> registry.engineLooked(),
                () -> registry.remove(id),
                () -> registry.add(row, Map.of()));
        String before = shown();
        for (int i = 0; i < changes.size(); i++) {
            changes.get(i).run();
            assertNotEquals(before, shown(), "change " + i + " does not show");
            assertEquals(anew(), JsonValue.parse(shown()), "after change " + i);
            assertEquals(registry.bot(id).map(bot -> bot.toJson().toString()), registry.bot(id).map(BotView::json), "after change " + i);
            before = shown();
        }
    }

    /// For a second or two each change of a bot's reach was an alarm: "changed outside BotMaker".
    @Test
    void while_botmaker_replaces_a_container_it_has_not_drifted() {
        registry.add(row, Map.of());
        registry.engineLooked();
        registry.observe(id, Optional.of(RUNNING), List.of(new Difference("Memory", "1", "2", true)), System.nanoTime());
        assertEquals(1, drift());
        try (BotRegistry.Work _ = registry.working(id, "being changed")) {
            assertEquals(0, drift());
        }
        registry.update(row.changed(row.spec(), BotRecord.Pending.RECREATE, Instant.now()));
        assertEquals(0, drift(), "it is left to do");
        registry.update(row);
        assertEquals(1, drift());
    }

    private int drift() {
        return JsonValue.parse(registry.require(id).json()).get("drift").elements().size();
    }

    @Test
    void nothing_is_written_again_while_nothing_changes() {
        registry.add(row, Map.of());
        registry.engineLooked();
        assertSame(registry.snapshot(), registry.snapshot());
        assertSame(registry.require(id).json(), registry.require(id).json());
    }

    private String shown() {
        return new String(registry.snapshot(), StandardCharsets.UTF_8);
    }

    private JsonValue anew() {
        BotRegistry.EngineView engine = registry.engine();
        return JsonValue.parse(Json.object()
                .put("bots", Json.array(registry.bots().stream().map(BotView::toJson).toList()))
                .put("observedAt", engine.observedAt().map(Instant::toString))
                .put("engine", engine.toJson())
                .put("warnings", Json.array(List.of()))
                .build().toString());
    }
}
