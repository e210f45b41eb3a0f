package botmaker.pairing;

import botmaker.json.Json;
import botmaker.json.JsonException;
import botmaker.json.JsonValue;
import botmaker.openclaw.PlainText;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The commands inside a bot's container that list and decide pairing requests.
///
/// The list comes from `openclaw pairing list`, the only source of the codes. The decision goes to the gateway
/// (`channels.pairing.approve` and `.dismiss`): `openclaw pairing approve` would also try to write the owner into the read-only
/// configuration and fail after it approved, and there is no `openclaw pairing reject`.
///
/// A bot's output may be hostile: it is parsed strictly, within limits, and redacted.
final class PairingCommands {
    /// OpenClaw keeps three for each account of a channel.
    private static final int MAX_REQUESTS = 20;
    private static final Pattern CODE = Pattern.compile("[A-Z0-9]{4,16}");
    /// No space, and no `*`, which means everyone in a list of owners.
    private static final Pattern IDENTITY = Pattern.compile("[!-)+-~]{1,190}");
    private static final Pattern ACCOUNT = Pattern.compile("[A-Za-z0-9_.\\-]{1,64}");

    /// The gateway's code for a request that does not exist.
    static final String NO_SUCH_REQUEST = "INVALID_REQUEST";

    private PairingCommands() {}

    /// Someone who wrote to a bot that pairs, and waits for the operator's decision.
    ///
    /// @param code    the code that OpenClaw sent them, and that they pass on to the operator
    /// @param sender  who they are, in the channel's own form
    /// @param name    what they call themselves, fit to be shown; not to be relied on
    /// @param at      when they first wrote
    /// @param request OpenClaw's own id of the request
    /// @param account the channel account that they wrote to
    record PairingRequest(String code, String sender, Optional<String> name, Instant at, String request, String account) {

        /// Returns the sender as OpenClaw names owners: `telegram:123`.
        String owner(String channel) {
            return sender.startsWith(channel + ":") ? sender : channel + ":" + sender;
        }
    }

    static boolean isCode(String text) {
        return CODE.matcher(text).matches();
    }

    /// Returns the command that lists the requests.
    static List<String> list(String channel) {
        return List.of("openclaw", "pairing", "list", channel, "--json");
    }

    /// Returns the command that approves a request and notifies its sender, or that dismisses it, so that the sender may ask again.
    static List<String> decide(String channel, PairingRequest request, boolean approve) {
        return List.of("openclaw", "gateway", "call", method(approve), "--json", "--params", parameters(channel, request, approve).toString());
    }

    /// Returns the gateway's method for a decision.
    static String method(boolean approve) {
        return approve ? "channels.pairing.approve" : "channels.pairing.dismiss";
    }

    /// Returns the parameters of that method.
    static JsonValue parameters(String channel, PairingRequest request, boolean approve) {
        var parameters = Json.object()
                .put("channel", channel).put("accountId", request.account()).put("requestId", request.request());
        return (approve ? parameters.put("notify", true) : parameters).build();
    }

    /// Reads the output of [#list].
    ///
    /// @param redactor removes the bot's secrets
    /// @throws IllegalArgumentException if it is not OpenClaw's
    static List<PairingRequest> parse(String channel, String output, UnaryOperator<String> redactor) {
        try {
            List<PairingRequest> requests = new ArrayList<>();
            for (JsonValue element : JsonValue.parse(output).get("requests").elements()) {
                if (requests.size() < MAX_REQUESTS) {
                    requests.add(request(channel, element, redactor));
                }
            }
            return List.copyOf(requests);
        } catch (JsonException | DateTimeException e) {
            throw new IllegalArgumentException("not a list of pairing requests", e);
        }
    }

    /// Returns whether a failed command of [#decide] reported that the request no longer exists.
    static boolean isGone(String output) {
        try {
            return JsonValue.parse(output).get("error").get("code").string().equals(NO_SUCH_REQUEST);
        } catch (JsonException _) {
            return false;
        }
    }

    private static PairingRequest request(String channel, JsonValue json, UnaryOperator<String> redactor) {
        String code = matching(CODE, json.get("code").string());
        String sender = matching(IDENTITY, json.get("id").string());
        if (!redactor.apply(code).equals(code) || !redactor.apply(sender).equals(sender)) {
            throw new IllegalArgumentException("a pairing request contains a secret of the bot");
        }
        String createdAt = json.get("createdAt").string();
        Optional<JsonValue> meta = json.find("meta").filter(it -> !it.isNull());
        String account = matching(ACCOUNT, meta.flatMap(it -> text(it, "accountId")).orElse("default"));
        return new PairingRequest(code, sender, meta.flatMap(it -> name(it, redactor)),
                Instant.parse(createdAt), id(channel, account, sender, createdAt), account);
    }

    private static Optional<String> name(JsonValue meta, UnaryOperator<String> redactor) {
        String full = Stream.of("name", "displayName", "firstName", "lastName")
                .flatMap(key -> text(meta, key).stream()).distinct().collect(Collectors.joining(" "));
        String user = Stream.of("username", "tag").flatMap(key -> text(meta, key).stream()).findFirst()
                .map(it -> full.isEmpty() ? it : " (" + it + ")").orElse("");
        return Optional.of(PlainText.of(redactor.apply(full + user))).filter(it -> !it.isEmpty());
    }

    private static Optional<String> text(JsonValue object, String name) {
        return object.find(name).map(JsonValue::string).filter(text -> !text.isBlank());
    }

    private static String matching(Pattern form, String text) {
        if (!form.matcher(text).matches()) {
            throw new IllegalArgumentException("a part of a pairing request has the wrong form");
        }
        return text;
    }

    /// Derives the id as OpenClaw does (`resolveChannelPairingRequestId`), since its list leaves it out: so the operator decides on
    /// exactly the request shown, and not on a later one.
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
