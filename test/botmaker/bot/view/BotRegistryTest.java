package botmaker.bot.view;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import botmaker.bot.Containers;
import botmaker.bot.Rows;
import botmaker.bot.host.Difference;
import botmaker.bot.model.BotId;
import botmaker.bot.model.BotRecord.Desired;
import botmaker.bot.model.BotRecord;
import botmaker.bot.view.ObservedState.Health;
import botmaker.bot.host.BotHost.Container.State;
import botmaker.bot.host.BotHost.Container;
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

    private final BotRegistry fleet = new BotRegistry(Clock.systemUTC(), System::nanoTime);
    private final BotRecord row = Rows.ready(Desired.RUNNING);
    private final BotId id = row.id();

    /// What is kept could be shown after something has changed that nobody thought of.
    @Test
    void every_change_shows_at_once() {
        fleet.engineLooked();
        List<Runnable> changes = List.of(
                () -> fleet.load(List.of(row)),
                () -> fleet.saw(id, Optional.of(RUNNING), List.of(), System.nanoTime()),
                () -> fleet.felt(id, RUNNING, Health.HEALTHY, Optional.empty()),
                () -> fleet.felt(id, RUNNING, Health.UNHEALTHY, Optional.of("it coughs")),
                () -> fleet.saw(id, Optional.of(RUNNING), List.of(new Difference("Memory", "1", "2")), System.nanoTime()),
                () -> fleet.secrets(id, Map.of(new SecretName("ai-api-key"), Instant.EPOCH)),
                () -> fleet.update(row.with(Rows.spec("b"))),
                () -> fleet.newestImage(Optional.of("sha256:1")),
                () -> fleet.flaw(id, Optional.of("its secrets cannot be read")),
                () -> fleet.flaw(id, Optional.empty()),
                () -> fleet.working(id, "being changed"),
                () -> fleet.working(id, "being stopped").close(),
                () -> fleet.saw(id, Optional.of(Containers.exited(1)), List.of(), System.nanoTime()),
                () -> fleet.lastLines(id, List.of("goodbye")),
                () -> fleet.engineLost("It is away."),
                () -> fleet.engineLooked(),
                () -> fleet.remove(id),
                () -> fleet.add(row, Map.of()));
        String before = shown();
        for (int i = 0; i < changes.size(); i++) {
            changes.get(i).run();
            assertNotEquals(before, shown(), "change " + i + " does not show");
            assertEquals(anew(), JsonValue.parse(shown()), "after change " + i);
            assertEquals(fleet.bot(id).map(bot -> bot.toJson().toString()), fleet.text(id), "after change " + i);
            before = shown();
        }
    }

    @Test
    void nothing_is_written_again_while_nothing_changes() {
        fleet.add(row, Map.of());
        fleet.engineLooked();
        assertSame(fleet.snapshot(), fleet.snapshot());
        assertSame(fleet.text(id).orElseThrow(), fleet.text(id).orElseThrow());
    }

    private String shown() {
        return new String(fleet.snapshot(), StandardCharsets.UTF_8);
    }

    private JsonValue anew() {
        BotRegistry.EngineView engine = fleet.engine();
        return JsonValue.parse(Json.object()
                .put("bots", Json.array(fleet.bots().stream().map(BotView::toJson).toList()))
                .put("observedAt", engine.observedAt().map(Instant::toString))
                .put("engine", engine.toJson())
                .put("warnings", Json.array(List.of()))
                .build().toString());
    }
}
