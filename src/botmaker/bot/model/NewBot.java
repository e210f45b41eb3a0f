package botmaker.bot.model;

import botmaker.error.Failure;
import botmaker.error.FieldError;
import botmaker.json.JsonValue;
import botmaker.openclaw.Access;
import botmaker.openclaw.AiSettings;
import botmaker.openclaw.BotConfig;
import botmaker.openclaw.Catalog;
import botmaker.openclaw.Channel;
import botmaker.openclaw.ChannelSettings;
import botmaker.openclaw.Field;
import botmaker.openclaw.OpenClaw;
import botmaker.openclaw.SecretFiles;
import botmaker.secret.Secret;
import botmaker.secret.SecretName;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// A request for a bot, checked: the body of `POST /api/bots`.
///
/// @param spec        what is kept of it in the database
/// @param secrets     what its secret files hold, kept nowhere else; with a new token for its gateway
/// @param credentials which of the channel's credentials are among them, by the key of their field
/// @param start       whether it is started at once
/// @param instructions who it is to be, where the request says
public record NewBot(BotSpec spec, Map<SecretName, Secret> secrets, Set<String> credentials, boolean start,
        Optional<String> instructions) {
    public static final SecretName GATEWAY_TOKEN = new SecretName(SecretFiles.GATEWAY_TOKEN);
    public static final SecretName AI_API_KEY = new SecretName(SecretFiles.AI_API_KEY);
    private static final SecureRandom RANDOM = new SecureRandom();

    public NewBot {
        secrets = Map.copyOf(secrets);
        credentials = Set.copyOf(credentials);
    }

    /// What decides the bot's `openclaw.json`.
    ///
    /// @param row the bot as it was written, which has its port
    public BotConfig config(BotRecord row) {
        return config(row.spec(), secrets.containsKey(AI_API_KEY), credentials, Optional.empty());
    }

    /// What decides the `openclaw.json` of a bot that exists.
    ///
    /// @param secrets the names of its secret files
    public static BotConfig config(BotRecord row, Set<SecretName> secrets, Catalog catalog) {
        return config(row.spec(), secrets.contains(AI_API_KEY), credentials(row.spec(), secrets, catalog).keySet(),
                row.pairedOwner());
    }

    /// The files of a channel's credentials that are there, by the key of their field.
    public static Map<String, SecretName> credentials(BotSpec spec, Set<SecretName> secrets, Catalog catalog) {
        Channel channel = catalog.channel(spec.channel().type()).orElseThrow();
        Map<String, SecretName> credentials = new HashMap<>();
        for (Field field : channel.credentials()) {
            SecretName name = new SecretName(channel.secretFile(field.key()));
            if (secrets.contains(name)) {
                credentials.put(field.key(), name);
            }
        }
        return credentials;
    }

    private static BotConfig config(BotSpec spec, boolean hasApiKey, Set<String> credentials, Optional<String> pairedOwner) {
        return new BotConfig(spec.ai(), hasApiKey, spec.channel(), credentials, spec.access(), spec.controlUi().port(), pairedOwner);
    }

    /// Reads and checks a request; every error is reported at once.
    ///
    /// @throws Failure.Invalid where a field is missing, unknown, of the wrong type or of the wrong form
    public static NewBot from(JsonValue body, Catalog catalog, Limits defaults) {
        List<FieldError> errors = new ArrayList<>();
        Fields fields = Fields.of(body, errors);

        String name = fields.text("name");
        if (errors.isEmpty()) {
            BotName.problem(name).ifPresent(problem -> errors.add(new FieldError("/name", problem)));
        }

        Fields ai = fields.object("ai");
        AiSettings settings = new AiSettings(ai.text("provider"), ai.text("model"), ai.optionalText("baseUrl"));
        Optional<String> apiKey = ai.optionalText("apiKey");
        ai.end();

        Fields channelFields = fields.object("channel");
        ChannelSettings channel = new ChannelSettings(channelFields.text("type"), channelFields.textsByName("settings"));
        Map<String, String> credentials = channelFields.textsByName("credentials");
        channelFields.end();

        Fields accessFields = fields.object("access");
        Optional<String> policy = accessFields.optionalText("policy");
        List<String> allow = accessFields.texts("allow");
        accessFields.end();

        Limits limits = limits(fields.object("limits"), defaults);
        boolean controlUi = fields.flag("controlUi").orElse(false);
        boolean start = fields.flag("start").orElse(true);
        Optional<String> instructions = fields.optionalText("instructions");
        instructions.flatMap(NewBot::instructionsProblem)
                .ifPresent(problem -> errors.add(new FieldError("/instructions", problem)));
        fields.end();

        Set<String> reported = errors.stream().map(FieldError::field).collect(Collectors.toSet());
        catalog.check(settings, apiKey, channel, credentials, policy, allow).stream()
                .filter(error -> !reported.contains(error.field()))
                .forEach(errors::add);
        if (!errors.isEmpty()) {
            throw new Failure.Invalid(errors);
        }
        BotSpec spec = new BotSpec(new BotName(name), settings, channel, Access.of(policy, allow), limits,
                ControlUi.wished(controlUi, ControlUi.OFF));
        return new NewBot(spec, secrets(catalog, apiKey, channel, credentials), credentials.keySet(), start, instructions);
    }

    private static Map<SecretName, Secret> secrets(Catalog catalog, Optional<String> apiKey,
            ChannelSettings channel, Map<String, String> credentials) {
        Map<SecretName, Secret> secrets = new HashMap<>();
        secrets.put(GATEWAY_TOKEN, Secret.of(randomToken()));
        apiKey.ifPresent(key -> secrets.put(AI_API_KEY, Secret.of(key)));
        Channel known = catalog.channel(channel.type()).orElseThrow();
        credentials.forEach((key, value) -> secrets.put(new SecretName(known.secretFile(key)), Secret.of(value)));
        return secrets;
    }

    /// 256 random bits.
    public static String randomToken() {
        byte[] bits = new byte[32];
        RANDOM.nextBytes(bits);
        return HexFormat.of().formatHex(bits);
    }

    private static Limits limits(Fields fields, Limits defaults) {
        Limits limits = new Limits(
                fields.number("memory", 1, Limits.LEAST_MEMORY, Limits.MOST_MEMORY, "bytes").orElse(defaults.memory()),
                fields.number("cpus", 1000, Limits.LEAST_CPUS, Limits.MOST_CPUS, "processors").orElse(defaults.cpus()),
                fields.number("pids", 1, Limits.LEAST_PIDS, Limits.MOST_PIDS, "processes").orElse(defaults.pids()));
        fields.end();
        return limits;
    }

    /// Returns why a text cannot be the instructions of a bot; empty if it can.
    public static Optional<String> instructionsProblem(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > OpenClaw.MOST_INSTRUCTIONS) {
            return Optional.of("At most %d bytes; this has %d.".formatted(OpenClaw.MOST_INSTRUCTIONS, bytes.length));
        }
        if (text.codePoints().anyMatch(NewBot::isForbidden)) {
            return Optional.of("No control characters but line breaks and tabs.");
        }
        return Optional.empty();
    }

    /// Control characters and halves of characters.
    private static boolean isForbidden(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL -> codePoint != '\n' && codePoint != '\r' && codePoint != '\t';
            case Character.SURROGATE -> true;
            default -> false;
        };
    }
}
