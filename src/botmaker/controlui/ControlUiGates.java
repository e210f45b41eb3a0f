package botmaker.controlui;

import botmaker.bot.model.BotId;
import botmaker.bot.model.BotRecord;
import botmaker.bot.view.BotRegistry;
import botmaker.bot.view.RunningBots;
import botmaker.bot.view.Subscription;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// Opens the Control UIs of bots whose containers have no published port: each at its port of 127.0.0.1, by a [ControlUiGate].
public final class ControlUiGates implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(ControlUiGates.class.getName());
    private static final Duration WHILE_WELL = Duration.ofMinutes(1);
    private static final Duration WHILE_A_PORT_IS_TAKEN = Duration.ofSeconds(2);

    private final BotRegistry registry;
    private final RunningBots bots;
    private final Map<BotId, ControlUiGate> gates = new HashMap<>(); // of the follower alone
    private final Set<BotId> taken = new HashSet<>();
    private final Thread follower = Thread.ofVirtual().name("control-ui-gates").unstarted(this::follow);

    public ControlUiGates(BotRegistry registry, RunningBots bots) {
        this.registry = registry;
        this.bots = bots;
    }

    /// Begins to follow the bots.
    public void start() {
        follower.start();
    }

    private void follow() {
        Subscription changes = registry.subscribe();
        try {
            while (true) {
                open();
                changes.take(taken.isEmpty() ? WHILE_WELL : WHILE_A_PORT_IS_TAKEN);
            }
        } catch (InterruptedException _) {
            // closed
        } finally {
            changes.close();
            gates.values().forEach(ControlUiGate::close);
        }
    }

    /// Opens the gates that should be open, and closes all others.
    private void open() {
        Map<BotId, Integer> wanted = new HashMap<>();
        for (BotRecord row : registry.rows()) {
            if (row.phase() == BotRecord.Phase.READY && row.spec().reach().isBrokered()) {
                row.spec().controlUi().port().ifPresent(port -> wanted.put(row.id(), port));
            }
        }
        gates.values().removeIf(gate -> {
            boolean stays = wanted.getOrDefault(gate.bot(), 0) == gate.port();
            if (!stays) {
                gate.close();
            }
            return !stays;
        });
        taken.retainAll(wanted.keySet());
        wanted.forEach((id, port) -> {
            if (!gates.containsKey(id)) {
                open(id, port);
            }
        });
    }

    private void open(BotId id, int port) {
        try {
            gates.put(id, ControlUiGate.open(bots, id, port));
            taken.remove(id);
        } catch (IOException e) {
            if (taken.add(id)) {
                LOG.log(System.Logger.Level.WARNING, "bot {0}: its Control UI cannot be opened at port {1} of 127.0.0.1: {2}", id,
                        String.valueOf(port), e.getMessage());
            }
        }
    }

    @Override
    public void close() {
        follower.interrupt();
    }
}
