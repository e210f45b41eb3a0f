package botmaker.openclaw;

import botmaker.json.Json;
import botmaker.json.JsonValue.JsonObject;
import java.util.List;
import java.util.Optional;

/// Web chat, which the gateway itself serves: it needs no configuration, and whoever has the gateway's token may talk to the bot.
final class WebChat extends Channel {
    WebChat() {
        super("webchat", "Web chat", true, List.of(), List.of(), Optional.empty());
    }

    @Override
    JsonObject render(BotConfig bot, OpenClaw.SecretRefs secrets) {
        return Json.object().build();
    }

    @Override
    void configure(ChannelConfig config) {
        throw new UnsupportedOperationException("web chat has no configuration");
    }
}
