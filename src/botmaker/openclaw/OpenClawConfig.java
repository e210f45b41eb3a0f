package botmaker.openclaw;

import botmaker.json.Json;
import botmaker.json.JsonValue.JsonObject;
import botmaker.json.ObjectBuilder;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// A bot's `openclaw.json`. It holds no secret: only the paths of the files that do.
public final class OpenClawConfig {
    private OpenClawConfig() {}

    /// The whole configuration of a bot whose settings passed [Catalog#check].
    public static JsonObject render(BotConfig bot) {
        SecretRefs secrets = new SecretRefs();
        JsonObject gateway = gateway(bot.controlUiPort(), secrets);
        JsonObject models = AiConfig.render(bot.ai(), bot.hasApiKey(), secrets);
        JsonObject channels = ChannelConfig.render(bot, secrets);
        ObjectBuilder json = Json.object()
                .put("gateway", gateway)
                .put("secrets", Json.object().put("providers", secrets.providers()).build())
                .put("agents", Json.object().put("defaults", agent(bot.ai())).build())
                .put("models", models)
                .put("channels", channels)
                .put("session", Json.object().put("dmScope", "per-channel-peer").build())
                .put("plugins", Json.object().put("entries", plugins(bot.channel())).build());
        if (bot.access().policy() == Access.Policy.OPEN) {
            json.put("tools", toolsForStrangers());
        }
        owner(bot).ifPresent(owner ->
                json.put("commands", Json.object().put("ownerAllowFrom", Json.strings(List.of(owner))).build()));
        return json
                .put("logging", Json.object().put("consoleStyle", "json").build())
                .put("update", Json.object().put("checkOnStart", false).build())
                .put("discovery", Json.object().put("mdns", Json.object().put("mode", "off").build()).build())
                .build();
    }

    private static JsonObject gateway(OptionalInt controlUiPort, SecretRefs secrets) {
        return Json.object()
                .put("mode", "local")
                .put("bind", "lan")
                .put("port", OpenClaw.PORT)
                .put("auth", Json.object().put("mode", "token").put("token", secrets.to(SecretFiles.GATEWAY_TOKEN)).build())
                .put("controlUi", controlUi(controlUiPort))
                .put("terminal", Json.object().put("enabled", false).build())
                .put("http", Json.object()
                        .put("endpoints", Json.object()
                                .put("chatCompletions", Json.object().put("enabled", true).build())
                                .build())
                        .build())
                .build();
    }

    /// The Control UI answers no page but those of its own published port.
    private static JsonObject controlUi(OptionalInt port) {
        ObjectBuilder json = Json.object().put("enabled", port.isPresent());
        port.ifPresent(number -> json.put("allowedOrigins",
                Json.strings(List.of("http://127.0.0.1:" + number, "http://localhost:" + number))));
        return json.build();
    }

    /// Only the model that was chosen, and only to answer. The heartbeat would ask it every half hour, and titles and recaps
    /// would go to another model of the provider. No bootstrap: the bot is not to interview its first visitor about who it
    /// should be. Instructions are put before a conversation whole, where OpenClaw would cut them off after 20,000 characters.
    private static JsonObject agent(AiSettings ai) {
        return Json.object()
                .put("model", AiConfig.model(ai))
                .put("utilityModel", "")
                .put("heartbeat", Json.object().put("every", "0m").build())
                .put("skipBootstrap", true)
                .put("bootstrapMaxChars", OpenClaw.MOST_INSTRUCTIONS)
                .build();
    }

    private static JsonObject plugins(ChannelSettings channel) {
        JsonObject enabled = Json.object().put("enabled", true).build();
        ObjectBuilder entries = Json.object().put("admin-http-rpc", enabled);
        if (Channels.all().stream().anyMatch(known -> known.id().equals(channel.type()) && !known.bundled())) {
            entries.put(channel.type(), enabled);
        }
        return entries.build();
    }

    /// A bot for everyone may talk and nothing else: its tools run as the uid that can read its secrets. This is the
    /// "hardened baseline" of OpenClaw's own documentation (`gateway/security/hardened-baseline`).
    private static JsonObject toolsForStrangers() {
        return Json.object()
                .put("profile", "messaging")
                .put("deny", Json.strings(List.of(
                        "group:automation", "group:runtime", "group:fs", "gateway", "cron", "sessions_spawn", "sessions_send")))
                .put("fs", Json.object().put("workspaceOnly", true).build())
                .put("exec", Json.object().put("security", "deny").put("ask", "always").build())
                .put("elevated", Json.object().put("enabled", false).build())
                .build();
    }

    /// The owner may give commands. OpenClaw makes the first approved stranger the owner when there is none, and cannot
    /// write that down in a read-only configuration.
    private static Optional<String> owner(BotConfig bot) {
        return bot.access().allow().isEmpty()
                ? bot.pairedOwner()
                : Optional.of(bot.channel().type() + ":" + bot.access().allow().getFirst());
    }
}
