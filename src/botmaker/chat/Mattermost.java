package botmaker.chat;

import botmaker.dialect.Answer;
import botmaker.dialect.Refused;
import botmaker.json.Json;
import botmaker.wire.HeaderFields;
import botmaker.wire.RequestHead;
import java.util.List;
import java.util.Set;

/// Mattermost (https://developers.mattermost.com/api-documentation/): the token is in `Authorization: Bearer <token>`, and at the WebSocket in
/// the message `authentication_challenge`.
final class Mattermost implements ChatService {
    /// Webhooks and applications have tokens of their own; the rest is for administrators.
    private static final Set<String> DENIED = Set.of("hooks", "oauth", "outgoing_oauth_connections", "plugins", "config", "jobs", "imports", "exports",
            "remotecluster", "sharedchannels", "system", "ldap", "saml", "cloud", "license", "data_retention");
    /// Of an account.
    private static final Set<String> OF_USERS = Set.of("tokens", "sessions", "login", "logout", "mfa", "password", "auth", "email", "convert_to_bot");

    @Override
    public String id() {
        return "mattermost";
    }

    @Override
    public Outgoing outgoing(RequestHead head, String base, byte[] body, Tokens tokens) throws Refused {
        List<String> call = Requests.parts(head, base + "/api/v4/");
        if (call.equals(List.of("websocket"))) {
            HeaderFields fields = Requests.handshake(head);
            if (!Requests.credentials(head).isEmpty()) {
                fields = fields.and("Authorization", Requests.authorized(head, "Bearer", tokens).first("authorization").orElseThrow());
            }
            if (!head.query().isEmpty()) {
                throw Requests.notAllowed("the WebSocket with parameters");
            }
            return new Outgoing(head.target(), fields, body, Kind.WEB_SOCKET);
        }
        HeaderFields fields = Requests.authorized(head, "Bearer", tokens);
        if (call.isEmpty() || isDenied(head.method(), call)) {
            throw Requests.notAllowed(head.method() + " " + (call.isEmpty() ? "outside the API" : call.getFirst() + " in this way"));
        }
        return new Outgoing(head.target(), fields, body, Kind.CALL);
    }

    private static boolean isDenied(String method, List<String> call) {
        boolean reads = method.equals("GET");
        return DENIED.contains(call.getFirst()) && !(reads && Requests.begins(call, "system", "ping"))
                || call.getFirst().equals("users") && (call.stream().skip(1).anyMatch(OF_USERS::contains) || call.size() == 1 && !reads)
                || (call.getFirst().equals("bots") || call.getFirst().equals("commands")) && !reads;
    }

    @Override
    public Answer refusal(Refused refused) {
        int status = refused.reason().status();
        return Requests.refusal(refused, status, Json.object().put("id", "botmaker." + refused.reason().id())
                .put("message", "BotMaker: " + refused.getMessage()).put("status_code", (long) status).build());
    }
}
