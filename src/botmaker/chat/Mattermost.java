package botmaker.chat;

import botmaker.dialect.Answer;
import botmaker.dialect.Refused;
import botmaker.json.Json;
import botmaker.wire.HeaderFields;
import botmaker.wire.RequestHead;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Mattermost (https://developers.mattermost.com/api-documentation/): the token is in `Authorization: Bearer <token>`, and at the WebSocket in
/// the message `authentication_challenge`.
final class Mattermost implements ChatService {
    /// Webhooks and applications have tokens of their own; the rest is for administrators.
    private static final Set<String> OUTLIVING = Set.of("hooks", "oauth", "outgoing_oauth_connections", "plugins", "config", "jobs", "imports", "exports",
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
        if (call.isEmpty()) {
            throw Requests.notAllowed(head.method() + " outside the API");
        }
        Optional<String> outliving = outliving(head.method(), call);
        if (outliving.isPresent()) {
            tokens.requireAllowed(outliving.get());
        }
        return new Outgoing(head.target(), fields, body, Kind.CALL);
    }

    private static Optional<String> outliving(String method, List<String> call) {
        boolean reads = method.equals("GET");
        String first = call.getFirst();
        if (first.equals("users")) {
            return call.stream().skip(1).filter(OF_USERS::contains).findFirst().map("users/"::concat)
                    .or(() -> Optional.of(first).filter(_ -> call.size() == 1 && !reads));
        }
        boolean outlives = OUTLIVING.contains(first) && !(reads && Requests.begins(call, "system", "ping"))
                || (first.equals("bots") || first.equals("commands")) && !reads;
        return Optional.of(first).filter(_ -> outlives);
    }

    @Override
    public Answer refusal(Refused refused) {
        int status = refused.reason().status();
        return Requests.refusal(refused, status, Json.object().put("id", "botmaker." + refused.reason().id())
                .put("message", "BotMaker: " + refused.getMessage()).put("status_code", (long) status).build());
    }
}
