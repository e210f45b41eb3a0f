package botmaker.bot;

import botmaker.bot.BotRow.Desired;
import botmaker.bot.BotRow.Owner;
import botmaker.bot.BotRow.Phase;
import botmaker.bot.BotRow.Upkeep;
import botmaker.openclaw.Access;
import botmaker.openclaw.AiSettings;
import botmaker.openclaw.ChannelSettings;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Rows of bots for tests.
final class Rows {
    static final Instant CREATED = Instant.parse("2026-01-02T03:04:05.678901234Z");

    private Rows() { }

    static BotSpec spec(String name) {
        return new BotSpec(new BotName(name),
                new AiSettings("openai-compatible", "m/1", Optional.of("http://10.0.0.1/v1")),
                new ChannelSettings("telegram", Map.of("apiRoot", "http://10.0.0.1:1")),
                new Access(Access.Policy.ALLOWLIST, List.of("12", "34")),
                new Limits(2L << 30, 1500, 512), ControlUi.OFF);
    }

    static BotRow ready(Desired desired) {
        return in(Phase.READY, desired);
    }

    static BotRow in(Phase phase, Desired desired) {
        return new BotRow(new BotId("0123456789abcdef"), spec("a"), phase, desired, Optional.empty(), false,
                new Owner(1, 2), "openclaw:x", Optional.empty(), Upkeep.NONE, CREATED, CREATED);
    }
}
