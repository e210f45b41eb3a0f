package botmaker.chat;

import botmaker.dialect.Answer;
import botmaker.dialect.Credential;
import botmaker.dialect.Refused;
import botmaker.json.Json;
import botmaker.wire.RequestHead;
import java.util.List;
import java.util.Set;

/// Matrix, by the client-server API (https://spec.matrix.org/latest/client-server-api/): the token is in `Authorization: Bearer <token>`.
/// What a client reads before it signs in needs none.
final class Matrix implements ChatService {
    private static final Set<String> VERSIONS = Set.of("r0", "v1", "v3", "unstable");

    @Override
    public String id() {
        return "matrix";
    }

    @Override
    public Outgoing outgoing(RequestHead head, String base, byte[] body, Tokens tokens) throws Refused {
        List<Credential> presented = Requests.credentials(head);
        if (isPublic(head, base) && presented.isEmpty()) {
            return new Outgoing(head.target(), Requests.fields(head), body, Kind.CALL);
        }
        var fields = Requests.authorized(head, "Bearer", tokens);
        List<String> client = Requests.parts(head, base + "/_matrix/client/");
        boolean media = !Requests.parts(head, base + "/_matrix/media/").isEmpty();
        List<String> call = client.size() > 1 && VERSIONS.contains(client.getFirst()) ? client.subList(1, client.size()) : List.of();
        if (!isPublic(head, base) && !media && call.isEmpty()) {
            throw Requests.notAllowed(head.method() + " outside the client's API");
        }
        if (!call.isEmpty() && outlives(head.method(), call)) {
            tokens.requireAllowed(call.contains("openid") ? "openid" : call.getFirst());
        }
        return new Outgoing(head.target(), fields, body, call.equals(List.of("sync")) ? Kind.WAIT : Kind.CALL);
    }

    private static boolean isPublic(RequestHead head, String base) {
        return head.method().equals("GET")
                && (head.path().equals(base + "/_matrix/client/versions") || head.path().equals(base + "/.well-known/matrix/client"));
    }

    /// Mints or ends a token, an account or a device; has notifications sent elsewhere.
    private static boolean outlives(String method, List<String> call) {
        boolean reads = method.equals("GET");
        return Set.of("login", "logout", "register", "refresh", "auth", "auth_issuer", "auth_metadata", "admin", "delete_devices").contains(call.getFirst())
                || Requests.begins(call, "account") && !reads
                || Requests.begins(call, "devices") && method.equals("DELETE")
                || Requests.begins(call, "pushers", "set")
                || call.contains("openid") || call.contains("get_token");
    }

    @Override
    public Answer refusal(Refused refused) {
        String code = switch (refused.reason()) {
            case CREDENTIAL -> "M_MISSING_TOKEN";
            case ROUTE -> "M_UNRECOGNIZED";
            case BUSY -> "M_LIMIT_EXCEEDED";
            case SIZE -> "M_TOO_LARGE";
            default -> "M_UNKNOWN";
        };
        var json = Json.object().put("errcode", code).put("error", "BotMaker: " + refused.getMessage());
        refused.retryAfter().ifPresent(seconds -> json.put("retry_after_ms", seconds * 1000L));
        return Requests.refusal(refused, refused.reason().status(), json.build());
    }
}
