package botmaker.chat;

import static java.nio.charset.StandardCharsets.UTF_8;

import botmaker.dialect.Answer;
import botmaker.dialect.Refused;
import botmaker.json.Json;
import botmaker.wire.HeaderFields;
import botmaker.wire.RequestHead;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Discord (https://docs.discord.com/developers): the token is in `Authorization: Bot <token>`, and at the gateway, a WebSocket, in the
/// first message, IDENTIFY or RESUME. Answers to a person's interaction, and follow-ups to them, are authorised by the interaction's own
/// token in the path.
final class Discord implements ChatService {
    private static final Set<String> FILES = Set.of("cdn.discordapp.com", "media.discordapp.net");
    private static final String API = "/api/";
    private static final Pattern VERSION = Pattern.compile("v[0-9]+");
    private static final Pattern GATEWAY = Pattern.compile("|(v=[0-9]{1,2}|encoding=json)(&(v=[0-9]{1,2}|encoding=json))?");
    private static final Set<String> OWN_APPLICATION = Set.of("commands", "guilds", "emojis");

    @Override
    public String id() {
        return "discord";
    }

    @Override
    public Outgoing outgoing(RequestHead head, String base, byte[] body, Tokens tokens) throws Refused {
        String host = Requests.host(head);
        if (host.endsWith(".discord.gg")) {
            Requests.requireNone(Requests.credentials(head));
            if (!head.path().equals("/") || !GATEWAY.matcher(head.query()).matches()) {
                throw Requests.notAllowed("the gateway with other parameters than JSON without compression");
            }
            return new Outgoing(head.target(), Requests.handshake(head), body, Kind.WEB_SOCKET);
        }
        if (FILES.contains(host)) {
            Requests.requireNone(Requests.credentials(head));
            if (!head.method().equals("GET")) {
                throw Requests.notAllowed(head.method() + " at " + host);
            }
            return new Outgoing(head.target(), Requests.fields(head), body, Kind.CALL);
        }
        List<String> all = Requests.parts(head, API);
        List<String> parts = all.size() > 1 && VERSION.matcher(all.getFirst()).matches() ? all.subList(1, all.size()) : all;
        boolean answers = answersPerson(head, parts, tokens);
        HeaderFields fields = answers && Requests.credentials(head).isEmpty() ? Requests.fields(head) : Requests.authorized(head, "Bot", tokens);
        if (parts.isEmpty() || !answers && isForOthers(parts)) {
            throw Requests.notAllowed(head.method() + " " + (parts.isEmpty() ? "outside the API" : "/" + parts.getFirst() + " in this way"));
        }
        Optional<String> outliving = Optional.of(head.method()).filter(_ -> !answers).flatMap(method -> outliving(method, parts));
        if (outliving.isPresent()) {
            tokens.requireAllowed(outliving.get());
        }
        return new Outgoing(head.target(), fields, body, Kind.CALL);
    }

    /// Returns whether a call answers what a person asked of this bot's own application: a webhook of another one is somebody else's.
    private static boolean answersPerson(RequestHead head, List<String> parts, Tokens tokens) {
        return parts.size() == 4 && Requests.begins(parts, "interactions", "*", "*", "callback") && head.method().equals("POST")
                || parts.size() >= 3 && Requests.begins(parts, "webhooks") && isOwn(parts.get(1), tokens);
    }

    /// The application's id is the first part of its bot's token, in Base64.
    private static boolean isOwn(String application, Tokens tokens) {
        return tokens.placeholders().stream().map(it -> it.split("\\.", -1)[0]).anyMatch(it -> {
            try {
                return application.equals(new String(Base64.getUrlDecoder().decode(it), UTF_8));
            } catch (IllegalArgumentException e) {
                return false;
            }
        });
    }

    /// Returns whether a call has another token in its path, or is for people and other applications.
    private static boolean isForOthers(List<String> parts) {
        return Requests.begins(parts, "webhooks", "*", "*") || parts.contains("interactions") || parts.contains("") || Requests.begins(parts, "auth");
    }

    /// Webhooks have tokens of their own, and followers make one elsewhere; the rest is for the application's owner.
    private static Optional<String> outliving(String method, List<String> parts) {
        boolean reads = method.equals("GET");
        boolean oauth = Requests.begins(parts, "oauth2") && !(reads && parts.equals(List.of("oauth2", "applications", "@me")));
        boolean application = Requests.begins(parts, "applications") && !reads && (parts.size() < 3 || !OWN_APPLICATION.contains(parts.get(2)));
        return Stream.of("webhooks", "followers").filter(parts::contains).findFirst()
                .or(() -> Optional.of(parts.getFirst()).filter(_ -> oauth || application));
    }

    @Override
    public Answer refusal(Refused refused) {
        var json = Json.object().put("message", "BotMaker: " + refused.getMessage()).put("code", 0L);
        refused.retryAfter().ifPresent(seconds -> json.put("retry_after", (long) seconds).put("global", false));
        return Requests.refusal(refused, refused.reason().status(), json.build());
    }
}
