package botmaker.openclaw;

import botmaker.json.Json.ObjectBuilder;
import botmaker.json.Json;
import botmaker.json.JsonValue.JsonObject;
import botmaker.openclaw.BotConfig.Access;
import botmaker.openclaw.BotConfig.AiSettings;
import botmaker.openclaw.BotConfig.Egress;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// Renders a bot's `openclaw.json`. It holds no secret, only the paths of the files that do.
public final class OpenClawConfig {
    /// OpenClaw's own placeholder for a local server that needs no key.
    private static final String NO_KEY = "ollama-local";
    /// The context window, in tokens, of a model that OpenClaw's catalogue does not know.
    private static final long CONTEXT_WINDOW = 128_000;
    private static final long MAX_ANSWER = 8_192;

    private OpenClawConfig() {}

    /// Renders the whole configuration of a bot whose settings passed [Catalog#check].
    public static JsonObject render(BotConfig bot) {
        Channel channel = Catalog.channel(bot.channel().type())
                .orElseThrow(() -> new IllegalArgumentException("no such channel"));
        OpenClaw.SecretRefs secrets = new OpenClaw.SecretRefs();
        JsonObject gateway = gateway(bot, secrets);
        JsonObject models = models(bot, secrets);
        JsonObject channels = channel.render(bot, secrets); // `providers()` below lists the references that these made
        ObjectBuilder json = Json.object()
                .put("gateway", gateway)
                .put("secrets", Json.object().put("providers", secrets.providers()).build())
                .put("agents", Json.object().put("defaults", agent(bot.ai())).build())
                .put("models", models)
                .put("channels", channels)
                .put("session", Json.object().put("dmScope", "per-channel-peer").build())
                .put("plugins", Json.object().put("entries", plugins(channel)).build());
        if (bot.access().policy() == Access.Policy.OPEN) {
            json.put("tools", toolsForStrangers(bot.egress()));
        } else if (bot.egress() == Egress.BROKER_ONLY) {
            json.put("tools", Json.object().put("web", noWeb()).build());
        }
        if (bot.egress() == Egress.BROKER_AND_WEB) {
            json.put("proxy", Json.object().put("enabled", true).put("proxyUrl", Link.PROXY).build());
        }
        owner(bot).ifPresent(owner ->
                json.put("commands", Json.object().put("ownerAllowFrom", Json.strings(List.of(owner))).build()));
        return json
                .put("logging", Json.object().put("consoleStyle", "json").build())
                .put("update", Json.object().put("checkOnStart", false).build())
                .put("discovery", Json.object().put("mdns", Json.object().put("mode", "off").build()).build())
                .build();
    }

    /// Lets the gateway listen where it is reached: at the container's own address, or through `bot-link` inside.
    private static JsonObject gateway(BotConfig bot, OpenClaw.SecretRefs secrets) {
        return Json.object()
                .put("mode", "local")
                .put("bind", bot.egress() == Egress.DIRECT ? "lan" : "loopback")
                .put("port", OpenClaw.PORT)
                .put("auth", Json.object().put("mode", "token").put("token", secrets.to(OpenClaw.GATEWAY_TOKEN)).build())
                .put("controlUi", controlUi(bot.controlUiPort()))
                .put("terminal", enabled(false))
                .put("http", Json.object().put("endpoints", Json.object().put("chatCompletions", enabled(true)).build()).build())
                .build();
    }

    /// Allows the Control UI's own pages, at its published port, and no others.
    private static JsonObject controlUi(OptionalInt port) {
        ObjectBuilder json = Json.object().put("enabled", port.isPresent());
        port.ifPresent(number -> json.put("allowedOrigins",
                Json.strings(List.of("http://127.0.0.1:" + number, "http://localhost:" + number))));
        return json.build();
    }

    /// Uses the chosen model only, and only for answers. The heartbeat would call it every half hour, and titles and recaps would go
    /// to another model of the provider. Without bootstrap the bot does not interview its first visitor about who it should be.
    /// Instructions are put before a conversation in full; OpenClaw would cut them off after 20,000 characters.
    private static JsonObject agent(AiSettings ai) {
        return Json.object()
                .put("model", Json.object().put("primary", ai.provider() + "/" + ai.model()).build())
                .put("utilityModel", "")
                .put("heartbeat", Json.object().put("every", "0m").build())
                .put("skipBootstrap", true)
                .put("bootstrapMaxChars", OpenClaw.MOST_INSTRUCTIONS)
                .build();
    }

    /// Renders `models`: which model answers, and how its provider is reached.
    private static JsonObject models(BotConfig bot, OpenClaw.SecretRefs secrets) {
        AiSettings ai = bot.ai();
        boolean brokered = bot.egress() != Egress.DIRECT;
        boolean compatible = ai.provider().equals("openai-compatible");
        boolean ollama = ai.provider().equals("ollama");
        ObjectBuilder provider = Json.object()
                .put("baseUrl", ai.baseUrl().map(url -> brokered ? AiOrigin.of(ai).baseUrl() : url));
        if (brokered) { // the server's name means 127.0.0.1 there
            provider.put("request", Json.object().put("allowPrivateNetwork", true).build());
        }
        if (bot.hasApiKey()) {
            provider.put("apiKey", secrets.to(OpenClaw.AI_API_KEY));
        } else if (brokered) {
            provider.put("apiKey", AiOrigin.NO_KEY);
        } else if (ollama) {
            provider.put("apiKey", NO_KEY);
        }
        if (ollama) {
            provider.put("api", "ollama");
        } else if (compatible || ai.provider().equals("openai") && ai.baseUrl().isPresent()) {
            // A gateway rarely offers the newer Responses API, OpenClaw's choice otherwise.
            provider.put("api", "openai-completions");
        }
        if (compatible || ollama) {
            provider.put("models", Json.array(describe(ai.model(), brokered && compatible)));
        } else if (ai.baseUrl().isPresent()) {
            provider.put("models", Json.array());
        }
        // OpenClaw asks its makers for news of models every six hours otherwise.
        ObjectBuilder models = Json.object().put("catalogRefresh", enabled(false));
        if (compatible) {
            models.put("mode", "replace");
        }
        return models.put("providers", Json.object().put(ai.provider(), provider.build()).build()).build();
    }

    /// Describes a model that OpenClaw's catalogue does not know.
    ///
    /// @param tellsUsage whether OpenClaw asks a stream for the number of its tokens, which the broker counts
    private static JsonObject describe(String model, boolean tellsUsage) {
        ObjectBuilder json = Json.object().put("id", model).put("name", model)
                .put("contextWindow", CONTEXT_WINDOW).put("maxTokens", MAX_ANSWER);
        if (tellsUsage) {
            json.put("compat", Json.object().put("supportsUsageInStreaming", true).build());
        }
        return json.build();
    }

    private static JsonObject plugins(Channel channel) {
        ObjectBuilder entries = Json.object().put("admin-http-rpc", enabled(true));
        if (!channel.bundled()) {
            entries.put(channel.id(), enabled(true));
        }
        return entries.build();
    }

    private static JsonObject enabled(boolean enabled) {
        return Json.object().put("enabled", enabled).build();
    }

    /// Restricts a bot that is open to everyone to talking: its tools run as the uid that can read its secrets. This is the
    /// "hardened baseline" of OpenClaw's documentation (`gateway/security/hardened-baseline`).
    private static JsonObject toolsForStrangers(Egress egress) {
        ObjectBuilder tools = Json.object()
                .put("profile", "messaging")
                .put("deny", Json.strings(List.of(
                        "group:automation", "group:runtime", "group:fs", "gateway", "cron", "sessions_spawn", "sessions_send")))
                .put("fs", Json.object().put("workspaceOnly", true).build())
                .put("exec", Json.object().put("security", "deny").put("ask", "always").build())
                .put("elevated", enabled(false));
        return egress == Egress.BROKER_ONLY ? tools.put("web", noWeb()).build() : tools.build();
    }

    /// Switches off what cannot work in a bot that reaches nothing but its AI. OpenClaw would let OpenAI search the web instead, which
    /// the broker refuses: it leads out.
    private static JsonObject noWeb() {
        return Json.object().put("search", enabled(false)).put("fetch", enabled(false)).build();
    }

    /// Returns who may give the bot commands. Where there is no owner, OpenClaw makes the first approved stranger the owner, and cannot
    /// record that in a read-only configuration.
    private static Optional<String> owner(BotConfig bot) {
        return bot.access().allow().isEmpty()
                ? bot.pairedOwner()
                : Optional.of(bot.channel().type() + ":" + bot.access().allow().getFirst());
    }
}
