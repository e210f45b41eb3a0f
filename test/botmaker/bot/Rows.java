package botmaker.bot;

import botmaker.bot.model.BotId;
import botmaker.bot.model.BotName;
import botmaker.bot.model.BotRecord.Desired;
import botmaker.bot.model.BotRecord.Owner;
import botmaker.bot.model.BotRecord.Phase;
import botmaker.bot.model.BotRecord.Rollout;
import botmaker.bot.model.BotRecord;
import botmaker.bot.model.BotSpec.ControlUi;
import botmaker.bot.model.BotSpec;
import botmaker.bot.model.BrokerRules;
import botmaker.bot.model.Limits;
import botmaker.openclaw.BotConfig.Access;
import botmaker.openclaw.BotConfig.AiSettings;
import botmaker.openclaw.BotConfig.ChannelSettings;
import botmaker.policy.Reach;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Rows of bots for tests.
public final class Rows {
    public static final Instant CREATED = Instant.parse("2026-01-02T03:04:05.678901234Z");

    private Rows() { }

    public static BotSpec spec(String name) {
        return new BotSpec(new BotName(name),
                new AiSettings("openai-compatible", "m/1", Optional.of("http://10.0.0.1/v1")),
                new ChannelSettings("telegram", Map.of("apiRoot", "http://10.0.0.1:1")),
                new Access(Access.Policy.ALLOWLIST, List.of("12", "34")),
                new Limits(2L << 30, 1500, 512), ControlUi.OFF, Reach.LEGACY, Optional.empty(), BrokerRules.NONE);
    }

    public static BotRecord ready(Desired desired) {
        return in(Phase.READY, desired);
    }

    public static BotRecord in(Phase phase, Desired desired) {
        return new BotRecord(new BotId("0123456789abcdef"), spec("a"), phase, desired, CREATED, Optional.empty(), false,
                new Owner(1, 2), "openclaw:x", Optional.empty(), Rollout.NONE, CREATED, CREATED);
    }
}
