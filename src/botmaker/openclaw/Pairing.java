package botmaker.openclaw;

import botmaker.json.Json;
import botmaker.json.JsonParseException;
import botmaker.json.JsonTypeException;
import botmaker.json.JsonValue;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Pairing by commands inside a bot's container: who waits, and the operator's word on each.
///
/// The list comes from `openclaw pairing list`, the only place that tells the codes. The decision goes to the gateway
/// (`channels.pairing.approve` and `.dismiss`): `openclaw pairing approve` would also try to write the owner into the
/// read-only configuration and fail after it approved, and there is no `openclaw pairing reject`.
///
/// What a bot prints may be hostile: it is parsed strictly, and bounded.
public final class Pairing {
    /// OpenClaw keeps three for each account of a channel.
    private static final int MOST_REQUESTS = 20;
    private static final Pattern CODE = Pattern.compile("[A-Z0-9]{4,16}");
    /// No blank, and no `*`, which in a list of owners is everyone.
    private static final Pattern IDENTITY = Pattern.compile("[!-)+-~]{1,190}");
    private static final Pattern ACCOUNT = Pattern.compile("[A-Za-z0-9_.\\-]{1,64}");

    private Pairing() {}

    /// Whether a text has the form of a code.
    public static boolean isCode(String text) {
        return CODE.matcher(text).matches();
    }

    /// The command that tells who waits.
    public static List<String> list(String channel) {
        return List.of("openclaw", "pairing", "list", channel, "--json");
    }

    /// The command that lets someone in, who is told so, or that forgets their request: they may ask again.
    public static List<String> decide(String channel, PairingRequest request, boolean approve) {
        var parameters = Json.object()
                .put("channel", channel).put("accountId", request.account()).put("requestId", request.request());
        if (approve) {
            parameters.put("notify", true);
        }
        return List.of("openclaw", "gateway", "call", approve ? "channels.pairing.approve" : "channels.pairing.dismiss",
                "--json", "--params", parameters.build().toString());
    }

    /// What [#list] printed.
    ///
    /// @throws IllegalArgumentException where that is not what OpenClaw prints
    public static List<PairingRequest> requests(String channel, String output) {
        try {
            List<PairingRequest> requests = new ArrayList<>();
            for (JsonValue element : JsonValue.parse(output).get("requests").elements()) {
                if (requests.size() < MOST_REQUESTS) {
                    requests.add(request(channel, element));
                }
            }
            return List.copyOf(requests);
        } catch (JsonParseException | JsonTypeException | DateTimeException e) {
            throw new IllegalArgumentException("no list of pairing requests", e);
        }
    }

    /// Whether a command of [#decide] that failed said that there is no such request any more.
    public static boolean isGone(String output) {
        try {
            return JsonValue.parse(output).get("error").get("code").string().equals("INVALID_REQUEST");
        } catch (JsonParseException | JsonTypeException _) {
            return false;
        }
    }

    /// A person as OpenClaw names owners: `telegram:123`.
    public static String owner(String channel, PairingRequest request) {
        return request.sender().startsWith(channel + ":") ? request.sender() : channel + ":" + request.sender();
    }

    private static PairingRequest request(String channel, JsonValue json) {
        String sender = matching(IDENTITY, json.get("id").string());
        String createdAt = json.get("createdAt").string();
        Optional<JsonValue> meta = json.find("meta").filter(it -> !it.isNull());
        String account = matching(ACCOUNT, meta.flatMap(it -> text(it, "accountId")).orElse("default"));
        return new PairingRequest(matching(CODE, json.get("code").string()), sender, meta.flatMap(Pairing::name),
                Instant.parse(createdAt), id(channel, account, sender, createdAt), account);
    }

    private static Optional<String> name(JsonValue meta) {
        String full = Stream.of("name", "displayName", "firstName", "lastName")
                .flatMap(key -> text(meta, key).stream()).distinct().collect(Collectors.joining(" "));
        String user = Stream.of("username", "tag").flatMap(key -> text(meta, key).stream()).findFirst()
                .map(it -> full.isEmpty() ? it : " (" + it + ")").orElse("");
        return Optional.of(PlainText.of(full + user)).filter(it -> !it.isEmpty());
    }

    private static Optional<String> text(JsonValue object, String name) {
        return object.find(name).map(JsonValue::string).filter(text -> !text.isBlank());
    }

    private static String matching(Pattern form, String text) {
        if (!form.matcher(text).matches()) {
            throw new IllegalArgumentException("a part of a pairing request has another form");
        }
        return text;
    }

    /// OpenClaw's own derivation (`resolveChannelPairingRequestId`), which its list leaves out: so the operator decides on
    /// exactly the request that they saw, and not on a later one.
    private static String id(String channel, String account, String sender, String createdAt) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(
                    String.join("\0", channel, account, sender, createdAt).getBytes(StandardCharsets.UTF_8));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(hash).substring(0, 32);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
