package botmaker.bot.model;

import botmaker.bot.model.BotRecord.Former;
import botmaker.bot.model.BotSpec.ControlUi;
import botmaker.error.Failure.FieldError;
import botmaker.error.Failure;
import botmaker.json.Json.ObjectBuilder;
import botmaker.json.Json;
import botmaker.json.JsonValue.JsonObject;
import botmaker.json.JsonValue;
import botmaker.openclaw.BotConfig.Access;
import botmaker.openclaw.BotConfig.AiSettings;
import botmaker.openclaw.BotConfig.ChannelSettings;
import botmaker.openclaw.BotConfig.Egress;
import botmaker.openclaw.BotConfig;
import botmaker.openclaw.Catalog;
import botmaker.openclaw.Channel;
import botmaker.openclaw.Field;
import botmaker.openclaw.OpenClaw;
import botmaker.policy.Reach;
import botmaker.secret.Secret;
import botmaker.secret.SecretName;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// A bot as a request asks for it, checked: a new one, or a present one with its changes.
///
/// A secret is written once, and only the bot reads it. So a secret that was entered for one server is never sent to another:
/// whoever changes the server enters the secret again.
///
/// @param spec         what the database keeps of it
/// @param secrets      its secrets, with the token of its gateway. The key of the AI is a placeholder where the bot uses a kept key, and
///                     so are the credentials of a channel that the broker stands in front of
/// @param start        whether it is started at once
/// @param instructions its instructions, if the request has any
/// @param newKey       the key that was kept for this request, if it was not before; to be forgotten if the request fails
public record NewBot(BotSpec spec, BotSecrets secrets, boolean start, Optional<String> instructions, Optional<String> newKey) {
    public static final SecretName GATEWAY_TOKEN = new SecretName(OpenClaw.GATEWAY_TOKEN);
    public static final SecretName AI_API_KEY = new SecretName(OpenClaw.AI_API_KEY);
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9._~-]{32,256}");
    private static final SecureRandom RANDOM = new SecureRandom();

    /// A present bot, to be changed.
    ///
    /// @param secrets all of its secrets
    public NewBot(BotSpec spec, BotSecrets secrets) {
        this(spec, secrets, false, Optional.empty(), Optional.empty());
    }

    /// Returns everything that determines a bot's `openclaw.json`.
    ///
    /// @param secrets the names of its secret files
    public static BotConfig config(BotRecord record, Set<SecretName> secrets) {
        BotSpec spec = record.spec();
        return new BotConfig(spec.ai(), secrets.contains(AI_API_KEY), spec.channel(), credentials(spec, secrets).keySet(),
                spec.access(), spec.controlUi().port(), record.pairedOwner(), switch (spec.reach()) {
                    case LEGACY -> Egress.DIRECT;
                    case OPEN -> Egress.BROKER_AND_NETWORK;
                    case SEALED -> Egress.BROKER_ONLY;
                    case WEB -> Egress.BROKER_AND_WEB;
                });
    }

    /// Returns the files of the channel's credentials that exist, by the key of their field.
    static Map<String, SecretName> credentials(BotSpec spec, Set<SecretName> secrets) {
        Channel channel = channel(spec);
        return channel.credentials().stream().map(Field::key)
                .filter(key -> secrets.contains(new SecretName(channel.secretFile(key))))
                .collect(Collectors.toMap(key -> key, key -> new SecretName(channel.secretFile(key))));
    }

    private static Channel channel(BotSpec spec) {
        return Catalog.channel(spec.channel().type()).orElseThrow();
    }

    /// Reads and checks the body of `POST /api/bots`.
    ///
    /// @param defaults the limits where the request names none
    /// @throws Failure.Invalid with every error
    public static NewBot from(JsonValue body, Limits defaults, KeptKeys keys) {
        return read(Fields.of(body), Optional.empty(), defaults, keys);
    }

    /// Returns this bot as a JSON Merge Patch (RFC 7396) changes it, with all of its secrets, the token of its gateway unchanged. It
    /// passes the same checks as a new one.
    ///
    /// @param defaults for limits that the patch removes
    /// @throws Failure.Invalid with every error
    public NewBot changed(JsonValue patch, Limits defaults, KeptKeys keys) {
        Fields fields = Fields.ofPatch(patch);
        for (String name : List.of("start", "instructions")) {
            if (fields.has(name)) {
                fields.refuse(name, "A change of the bot cannot include this field.");
            }
        }
        return read(fields, Optional.of(this), defaults, keys);
    }

    /// Finds the secrets that a change would send to another server without entering them again.
    private List<FieldError> secretsForAnotherServer(AiSettings ai, Optional<String> keptKey, ChannelSettings channel, Fields patch) {
        List<String> unsafe = new ArrayList<>();
        if (!ai.isAtServerOf(spec.ai()) && ownKey().isPresent() && keptKey.isEmpty() && !patch.object("ai").has("apiKey")) {
            unsafe.add("/ai/apiKey");
        }
        boolean samePlace = channel(spec).settings().stream()
                .filter(field -> field.kind() == Field.Kind.URL || field.kind() == Field.Kind.HOST).map(Field::key)
                .allMatch(key -> Objects.equals(channel.settings().get(key), spec.channel().settings().get(key)));
        if (!samePlace) {
            Fields given = patch.object("channel").object("credentials");
            credentials().keySet().stream().sorted().filter(key -> !given.has(key)).map("/channel/credentials/"::concat)
                    .forEach(unsafe::add);
        }
        return unsafe.stream().map(field -> new FieldError(field,
                "The present one was entered for another server. Enter the one for the new server.")).toList();
    }

    /// Returns all secrets of this bot with one of them replaced by the body of `PUT /api/bots/{id}/secrets/{name}`. Without a value,
    /// the gateway gets a new random token.
    ///
    /// @throws Failure.Invalid  if the value is missing or does not have the right form
    /// @throws Failure.NotFound if such a bot has no secret of that name
    public BotSecrets replaceSecret(String name, JsonValue body) {
        boolean gateway = name.equals(OpenClaw.GATEWAY_TOKEN);
        Secret value = readSecret(body, gateway);
        Channel channel = channel(spec);
        if (!gateway && !name.equals(OpenClaw.AI_API_KEY)
                && channel.credentials().stream().noneMatch(field -> channel.secretFile(field.key()).equals(name))) {
            throw new Failure.NotFound("This bot has no secret of that name.");
        }
        if (name.equals(OpenClaw.AI_API_KEY) && spec.reach().isBrokered()) {
            throw new Failure.Conflict("This bot holds no key. Replace the kept key that it uses, or choose another one.");
        }
        SecretName file = new SecretName(name);
        BotSecrets replaced = spec.channelFiles().contains(file)
                ? secrets.holding(file, value, publicPart(spec), secrets) : secrets.with(file, value);
        List<FieldError> errors = gateway ? List.of() : new NewBot(spec, replaced).check();
        if (!errors.isEmpty()) {
            throw new Failure.Invalid(errors.stream().map(error -> new FieldError("/value", error.message())).toList());
        }
        return replaced;
    }

    private static Secret readSecret(JsonValue body, boolean gateway) {
        Fields fields = Fields.of(body);
        boolean random = gateway && body instanceof JsonObject && (!fields.has("value") || body.get("value").isNull());
        String text = random ? randomToken() : fields.text("value");
        fields.end();
        if (fields.isValid() && text.isEmpty()) {
            fields.refuse("value", "This field is empty.");
        } else if (fields.isValid() && gateway && !TOKEN.matcher(text).matches()) {
            fields.refuse("value", "Enter 32 to 256 letters, digits, dots, dashes, underscores and tildes; or null for a new random token.");
        }
        fields.check();
        try {
            return Secret.of(text);
        } catch (IllegalArgumentException e) {
            throw new Failure.Invalid(List.of(new FieldError("/value", "This text cannot be a secret: it is too long, or holds a NUL character.")));
        }
    }

    /// Reads and checks a request, or a change of a present bot.
    private static NewBot read(Fields fields, Optional<NewBot> present, Limits defaults, KeptKeys keys) {
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

        Reach reach = reach(fields, before, channel, policy);
        boolean entersKey = aiFields.has("apiKey");
        boolean choosesKey = aiFields.has("key");
        boolean wasKept = before.flatMap(BotSpec::aiKey).isPresent();
        boolean movesKey = !choosesKey && (!reach.isBrokered() && !wasKept || before.filter(it -> it.ai().isAtServerOf(ai)).isPresent());
        Optional<String> ownKey = aiFields.optionalText("apiKey", present.flatMap(it -> it.keyToHold(reach, keys)).filter(_ -> movesKey));
        Optional<String> keptKey = aiFields.optionalText("key", before.flatMap(BotSpec::aiKey).filter(_ -> reach.isBrokered() && !entersKey));
        aiFields.end();

        if (before.filter(it -> !it.channel().type().equals(channel.type())).isPresent()) {
            fields.refuse(List.of(new FieldError("/channel/type", "A bot keeps its channel. Create another bot for another channel.")));
            fields.check();
        }

        Limits limits = limits(fields.object("limits"), before.map(BotSpec::limits), defaults);
        boolean controlUi = fields.flag("controlUi", before.map(it -> it.controlUi().on())).orElse(false);
        boolean start = fields.flag("start").orElse(true);
        BrokerRules rules = BrokerRules.read(fields, before.map(BotSpec::rules).orElse(BrokerRules.NONE), reach);
        Optional<String> instructions = fields.optionalText("instructions");
        instructions.flatMap(NewBot::instructionsProblem).ifPresent(problem -> fields.refuse("instructions", problem));
        fields.end();
        fields.refuse(ReachRules.check(reach, ai, keptKey, ownKey.isPresent(), channel, keys));
        fields.refuse(check(reach, ai, ownKey, channel, credentials, policy, allow));
        fields.check();
        fields.refuse(ReachRules.checkPorts(reach, ai, channel));
        present.ifPresent(it -> fields.refuse(it.secretsForAnotherServer(ai, keptKey, channel, fields)));
        fields.check(); // from here on, a key may be kept

        BotSecrets old = present.map(NewBot::secrets).orElse(new BotSecrets(Map.of()));
        BotSecrets secrets = new BotSecrets(present.map(it -> it.value(GATEWAY_TOKEN)).orElseGet(() -> Optional.of(randomToken()))
                .map(token -> Map.of(GATEWAY_TOKEN, Secret.of(token))).orElse(Map.of()));
        if (!reach.isBrokered() && wasKept && !entersKey) { // from now on, the bot can read it
            ownKey.ifPresent(key -> keys.keep(new BotName(name), ai.provider(), ai.baseUrl(), Secret.of(key), true));
        }
        Optional<KeptKeys.Kept> kept = ownKey.filter(_ -> reach.isBrokered())
                .map(key -> keys.keep(new BotName(name), ai.provider(), ai.baseUrl(), Secret.of(key), !entersKey));
        Optional<String> aiKey = kept.map(KeptKeys.Kept::id).or(() -> keptKey);
        BotSpec spec = new BotSpec(new BotName(name), ai, channel, Access.of(policy, allow), limits,
                ControlUi.of(controlUi, before.map(BotSpec::controlUi).orElse(ControlUi.OFF)), reach, aiKey, rules);
        Optional<Secret> inFile = reach.isBrokered()
                ? present.flatMap(it -> it.placeholderFor(spec)).or(() -> aiKey.map(keys::placeholder)) : ownKey.map(Secret::of);
        if (inFile.isPresent()) {
            secrets = secrets.with(AI_API_KEY, inFile.get());
        }
        BotSecrets same = before.filter(it -> it.reach() == reach).isPresent() ? old : new BotSecrets(Map.of());
        return new NewBot(spec, withCredentials(spec, secrets, credentials, same), start, instructions,
                kept.filter(KeptKeys.Kept::isNew).map(KeptKeys.Kept::id));
    }

    /// Adds the credentials of a channel, and placeholders for those that the bot does not get to see.
    ///
    /// @param same the secrets whose placeholders may stay
    private static BotSecrets withCredentials(BotSpec spec, BotSecrets some, Map<String, String> credentials, BotSecrets same) {
        BotSecrets all = some;
        for (Map.Entry<String, String> credential : credentials.entrySet()) {
            SecretName file = new SecretName(channel(spec).secretFile(credential.getKey()));
            Secret value = Secret.of(credential.getValue());
            all = spec.channelFiles().contains(file) ? all.holding(file, value, publicPart(spec), same) : all.with(file, value);
        }
        return all;
    }

    private static Pattern publicPart(BotSpec spec) {
        return channel(spec).brokered().orElseThrow().publicPart();
    }

    private static Reach reach(Fields fields, Optional<BotSpec> before, ChannelSettings channel, Optional<String> policy) {
        Optional<String> id = fields.optionalText("reach", before.map(it -> it.reach().id()));
        Optional<Reach> reach = id.flatMap(Reach::of);
        if (id.isPresent() && reach.isEmpty()) {
            fields.refuse("reach", "Enter legacy, sealed, web or open.");
        }
        return reach.orElseGet(() -> ReachRules.proposed(channel.type(), policy));
    }

    /// Returns the key that this bot holds, or would hold with another reach.
    private Optional<String> keyToHold(Reach reach, KeptKeys keys) {
        return reach.isBrokered() ? ownKey() : ownKey().or(() -> spec.aiKey().map(key -> keys.value(key).reveal()));
    }

    /// Returns this bot with the reach and the key that it had before it was moved, and all of its secrets.
    public NewBot movedBack(Former former, KeptKeys keys) {
        boolean brokered = former.reach().isBrokered();
        BotSpec before = spec.with(former.reach(), former.key().filter(_ -> brokered));
        Map<SecretName, Secret> own = new HashMap<>();
        value(GATEWAY_TOKEN).ifPresent(it -> own.put(GATEWAY_TOKEN, Secret.of(it)));
        former.key().map(brokered ? keys::placeholder : keys::value).ifPresent(it -> own.put(AI_API_KEY, it));
        return new NewBot(brokered ? before : before.with(BrokerRules.NONE),
                withCredentials(before, new BotSecrets(own), credentials(), new BotSecrets(Map.of())));
    }

    /// Returns what this bot goes back to if it does not prove itself with another reach. A key that it holds is kept for that.
    public Former former(KeptKeys keys) {
        return new Former(spec.reach(), spec.aiKey().or(() -> ownKey().map(key -> keep(key, keys))));
    }

    private String keep(String ownKey, KeptKeys keys) {
        return keys.keep(spec.name(), spec.ai().provider(), spec.ai().baseUrl(), Secret.of(ownKey), true).id();
    }

    /// Returns the key that this bot has in a file of its own.
    private Optional<String> ownKey() {
        return spec.reach().isBrokered() ? Optional.empty() : value(AI_API_KEY);
    }

    /// Returns this bot's placeholder, if it keeps its reach and its key.
    private Optional<Secret> placeholderFor(BotSpec changed) {
        return changed.reach().isBrokered() && changed.reach() == spec.reach() && changed.aiKey().equals(spec.aiKey())
                ? Optional.ofNullable(secrets.files().get(AI_API_KEY)) : Optional.empty();
    }

    /// Returns what is wrong with the AI, channel and access.
    List<FieldError> check() {
        return check(spec.reach(), spec.ai(), ownKey(), spec.channel(), credentials(), spec.policy(), spec.access().allow());
    }

    /// Leaves it to [ReachRules] whether a brokered bot needs a key.
    private static List<FieldError> check(Reach reach, AiSettings ai, Optional<String> ownKey, ChannelSettings channel,
            Map<String, String> credentials, Optional<String> policy, List<String> allow) {
        return Catalog.check(ai, ownKey, channel, credentials, policy, allow).stream()
                .filter(error -> !reach.isBrokered() || ownKey.isPresent() || !error.field().equals("/ai/apiKey")).toList();
    }

    private Optional<String> value(SecretName name) {
        return Optional.ofNullable(secrets.files().get(name)).map(Secret::reveal);
    }

    /// Returns the catalogue of providers and channels, with the reaches that each channel allows, the proposed one first, and
    /// why it does not allow the others.
    public static JsonObject catalog() {
        JsonObject catalog = Catalog.toJson();
        return Json.object().put("providers", catalog.get("providers"))
                .put("channels", Json.array(catalog.get("channels").elements().stream().map(NewBot::withReaches).toList())).build();
    }

    private static JsonValue withReaches(JsonValue channel) {
        ObjectBuilder json = Json.object();
        channel.members().forEach(json::put);
        String id = channel.get("id").string();
        ObjectBuilder problems = Json.object();
        for (Reach reach : Reach.values()) {
            problems.put(reach.id(), ReachRules.channelProblem(reach, id));
        }
        return json.put("reaches", Json.strings(ReachRules.allowed(id).stream().map(Reach::id).toList()))
                .put("reachProblems", problems.build()).build();
    }

    /// Returns the values of the channel's credentials by the key of their field.
    Map<String, String> credentials() {
        return credentials(spec, secrets.files().keySet()).entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, entry -> secrets.real(entry.getValue()).orElseThrow().reveal()));
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
        int bytes = text.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > OpenClaw.MOST_INSTRUCTIONS) {
            return Optional.of("Enter at most %d bytes; this has %d.".formatted(OpenClaw.MOST_INSTRUCTIONS, bytes));
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
