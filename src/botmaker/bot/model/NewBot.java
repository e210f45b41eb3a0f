package botmaker.bot.model;

import botmaker.bot.model.BotSpec.ControlUi;
import botmaker.error.Failure;
import botmaker.error.FieldError;
import botmaker.json.JsonValue;
import botmaker.openclaw.BotConfig.Access;
import botmaker.openclaw.BotConfig.AiSettings;
import botmaker.openclaw.BotConfig.ChannelSettings;
import botmaker.openclaw.BotConfig;
import botmaker.openclaw.Catalog;
import botmaker.openclaw.Channel;
import botmaker.openclaw.Field;
import botmaker.openclaw.OpenClaw;
import botmaker.secret.Secret;
import botmaker.secret.SecretName;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// A bot as a request asks for it, checked: a new one, or an existing one with its changes.
///
/// @param spec         what the database keeps of it
/// @param secrets      the contents of its secret files, kept nowhere else, with the token of its gateway
/// @param start        whether it is started at once
/// @param instructions its instructions, if the request has any
public record NewBot(BotSpec spec, Map<SecretName, Secret> secrets, boolean start, Optional<String> instructions) {
    public static final SecretName GATEWAY_TOKEN = new SecretName(OpenClaw.GATEWAY_TOKEN);
    public static final SecretName AI_API_KEY = new SecretName(OpenClaw.AI_API_KEY);
    private static final SecureRandom RANDOM = new SecureRandom();

    public NewBot {
        secrets = Map.copyOf(secrets);
    }

    /// Returns everything that determines a bot's `openclaw.json`.
    ///
    /// @param secrets the names of its secret files
    public static BotConfig config(BotRecord record, Set<SecretName> secrets) {
        BotSpec spec = record.spec();
        return new BotConfig(spec.ai(), secrets.contains(AI_API_KEY), spec.channel(), credentials(spec, secrets).keySet(),
                spec.access(), spec.controlUi().port(), record.pairedOwner());
    }

    /// Returns the files of the channel's credentials that exist, by the key of their field.
    static Map<String, SecretName> credentials(BotSpec spec, Set<SecretName> secrets) {
        Channel channel = Catalog.channel(spec.channel().type()).orElseThrow();
        return channel.credentials().stream().map(Field::key)
                .filter(key -> secrets.contains(new SecretName(channel.secretFile(key))))
                .collect(Collectors.toMap(key -> key, key -> new SecretName(channel.secretFile(key))));
    }

    /// Reads and checks the body of `POST /api/bots`.
    ///
    /// @param defaults the limits where the request names none
    /// @throws Failure.Invalid with every error
    public static NewBot from(JsonValue body, Limits defaults) {
        return read(Fields.of(body), Optional.empty(), defaults);
    }

    /// Reads and checks a request, or a change of a present bot.
    static NewBot read(Fields fields, Optional<NewBot> present, Limits defaults) {
        Optional<BotSpec> before = present.map(NewBot::spec);

        String name = fields.text("name", before.map(it -> it.name().value()));
        if (fields.isValid()) {
            BotName.problem(name).ifPresent(problem -> fields.refuse("name", problem));
        }

        Fields aiFields = fields.object("ai");
        AiSettings ai = new AiSettings(
                aiFields.text("provider", before.map(it -> it.ai().provider())),
                aiFields.text("model", before.map(it -> it.ai().model())),
                aiFields.optionalText("baseUrl", before.flatMap(it -> it.ai().baseUrl())));
        Optional<String> apiKey = aiFields.optionalText("apiKey", present.flatMap(it -> it.value(AI_API_KEY)));
        aiFields.end();

        Fields channelFields = fields.object("channel");
        ChannelSettings channel = new ChannelSettings(
                channelFields.text("type", before.map(it -> it.channel().type())),
                channelFields.textsByName("settings", before.map(it -> it.channel().settings()).orElse(Map.of())));
        Map<String, String> credentials = channelFields.textsByName("credentials",
                present.map(NewBot::credentials).orElse(Map.of()));
        channelFields.end();

        Fields accessFields = fields.object("access");
        Optional<String> policy = accessFields.optionalText("policy", before.flatMap(BotSpec::policy));
        List<String> allow = accessFields.texts("allow", before.map(it -> it.access().allow()).orElse(List.of()));
        accessFields.end();

        Limits limits = limits(fields.object("limits"), before.map(BotSpec::limits), defaults);
        boolean controlUi = fields.flag("controlUi", before.map(it -> it.controlUi().on())).orElse(false);
        boolean start = fields.flag("start").orElse(true);
        Optional<String> instructions = fields.optionalText("instructions");
        instructions.flatMap(NewBot::instructionsProblem).ifPresent(problem -> fields.refuse("instructions", problem));
        fields.end();
        fields.refuse(Catalog.check(ai, apiKey, channel, credentials, policy, allow));
        fields.check();

        Map<SecretName, Secret> secrets = new HashMap<>();
        present.map(it -> it.value(GATEWAY_TOKEN)).orElseGet(() -> Optional.of(randomToken()))
                .ifPresent(token -> secrets.put(GATEWAY_TOKEN, Secret.of(token)));
        apiKey.ifPresent(key -> secrets.put(AI_API_KEY, Secret.of(key)));
        Channel known = Catalog.channel(channel.type()).orElseThrow();
        credentials.forEach((key, value) -> secrets.put(new SecretName(known.secretFile(key)), Secret.of(value)));
        BotSpec spec = new BotSpec(new BotName(name), ai, channel, Access.of(policy, allow), limits,
                ControlUi.of(controlUi, before.map(BotSpec::controlUi).orElse(ControlUi.OFF)));
        return new NewBot(spec, secrets, start, instructions);
    }

    /// Returns what is wrong with the AI, channel and access.
    List<FieldError> check() {
        return Catalog.check(spec.ai(), value(AI_API_KEY), spec.channel(), credentials(), spec.policy(), spec.access().allow());
    }

    private Optional<String> value(SecretName name) {
        return Optional.ofNullable(secrets.get(name)).map(Secret::reveal);
    }

    /// Returns the values of the channel's credentials by the key of their field.
    Map<String, String> credentials() {
        return credentials(spec, secrets.keySet()).entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, entry -> secrets.get(entry.getValue()).reveal()));
    }

    /// Returns 256 random bits in hex.
    public static String randomToken() {
        byte[] bits = new byte[32];
        RANDOM.nextBytes(bits);
        return HexFormat.of().formatHex(bits);
    }

    private static Limits limits(Fields fields, Optional<Limits> present, Limits defaults) {
        Limits limits = new Limits(
                fields.number("memory", 1, Limits.LEAST_MEMORY, Limits.MOST_MEMORY, "bytes", present.map(Limits::memory))
                        .orElse(defaults.memory()),
                fields.number("cpus", 1000, Limits.LEAST_CPUS, Limits.MOST_CPUS, "processors", present.map(Limits::cpus))
                        .orElse(defaults.cpus()),
                fields.number("pids", 1, Limits.LEAST_PIDS, Limits.MOST_PIDS, "processes", present.map(Limits::pids))
                        .orElse(defaults.pids()));
        fields.end();
        return limits;
    }

    /// Returns why a text cannot be the instructions of a bot; empty if it can.
    public static Optional<String> instructionsProblem(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > OpenClaw.MOST_INSTRUCTIONS) {
            return Optional.of("Enter at most %d bytes; this has %d.".formatted(OpenClaw.MOST_INSTRUCTIONS, bytes.length));
        }
        if (text.codePoints().anyMatch(NewBot::isForbidden)) {
            return Optional.of("No control characters other than line breaks and tabs.");
        }
        return Optional.empty();
    }

    /// Finds control characters and lone surrogates.
    private static boolean isForbidden(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL -> codePoint != '\n' && codePoint != '\r' && codePoint != '\t';
            case Character.SURROGATE -> true;
            default -> false;
        };
    }
}
