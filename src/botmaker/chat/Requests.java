package botmaker.chat;

import static java.nio.charset.StandardCharsets.UTF_8;

import botmaker.chat.ChatService.Tokens;
import botmaker.dialect.Answer;
import botmaker.dialect.Credential;
import botmaker.dialect.Credentials;
import botmaker.dialect.Refused;
import botmaker.json.JsonValue;
import botmaker.wire.HeaderFields;
import botmaker.wire.RequestHead;
import java.net.URLDecoder;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// What the requests to all services have in common.
final class Requests {
    /// What clients of these services send. Any other field could present a credential under a name that is not known here.
    private static final Pattern SENT = Pattern.compile("accept|accept-language|content-type|content-disposition|user-agent|range"
            + "|if-none-match|if-modified-since|x-audit-log-reason|x-ratelimit-precision|x-requested-with");

    private static final Pattern KEY = Pattern.compile("[A-Za-z0-9+/]{22}==");

    private Requests() {}

    /// Returns the credentials in the header fields and the query.
    static List<Credential> credentials(RequestHead head) {
        return Credentials.all(head.fields(), head.query());
    }

    /// Refuses a request that presents a credential where a service takes none.
    static void requireNone(List<Credential> credentials) throws Refused {
        if (!credentials.isEmpty()) {
            throw foreign(credentials.getLast().place());
        }
    }

    static Refused foreign(String place) {
        return new Refused(Refused.Reason.CREDENTIAL, "The request has another token than this bot's placeholder: at " + place + ".");
    }

    static Refused missing() {
        return new Refused(Refused.Reason.CREDENTIAL, "The request has no token.");
    }

    /// @param call as people write it, without a token
    static Refused notAllowed(String call) {
        return new Refused(Refused.Reason.ROUTE, "Bots may not call " + call + ".");
    }

    /// Returns the fields to send on, with the real token in `Authorization`.
    ///
    /// @param scheme such as `Bearer`
    static HeaderFields authorized(RequestHead head, String scheme, Tokens tokens) throws Refused {
        List<Credential> all = credentials(head);
        if (all.isEmpty()) {
            throw missing();
        }
        String value = head.fields().first("authorization").orElse("");
        if (all.size() > 1 || !value.startsWith(scheme + " ")) {
            throw foreign(all.getLast().place());
        }
        return fields(head).and("Authorization", scheme + " " + tokens.of(value.substring(scheme.length() + 1)));
    }

    /// Returns the fields of a WebSocket's handshake to send on, without extensions, so that its messages can be read.
    static HeaderFields handshake(RequestHead head) throws Refused {
        List<String> keys = head.fields().all("sec-websocket-key");
        if (!isUpgrade(head) || keys.size() != 1 || !KEY.matcher(keys.getFirst()).matches()) {
            throw notAllowed("this address without a WebSocket");
        }
        return fields(head).and("Sec-WebSocket-Version", "13").and("Sec-WebSocket-Key", keys.getFirst());
    }

    private static boolean isUpgrade(RequestHead head) {
        return head.method().equals("GET") && head.fields().all("upgrade").stream().anyMatch("websocket"::equalsIgnoreCase)
                && head.fields().all("sec-websocket-version").equals(List.of("13"));
    }

    /// Returns the host that a request is for, without its port.
    static String host(RequestHead head) {
        return head.host().replaceFirst(":[0-9]+$", "");
    }

    /// Returns the parts of a path behind a prefix, decoded and in lower case, as a service may read them; empty where it is another path.
    static List<String> parts(RequestHead head, String prefix) throws Refused {
        if (!head.path().startsWith(prefix)) {
            return List.of();
        }
        try {
            return Stream.of(head.path().substring(prefix.length()).split("/", -1))
                    .map(part -> URLDecoder.decode(part.replace("+", "%2B"), UTF_8).toLowerCase(Locale.ROOT)).toList();
        } catch (IllegalArgumentException malformed) {
            throw notAllowed("a path that cannot be decoded");
        }
    }

    /// Returns whether the parts of a path begin with these, where `*` stands for any.
    static boolean begins(List<String> parts, String... with) {
        return parts.size() >= with.length && IntStream.range(0, with.length).allMatch(i -> with[i].equals("*") || with[i].equals(parts.get(i)));
    }

    /// Returns a refusal as JSON.
    static Answer refusal(Refused refused, int status, JsonValue body) {
        HeaderFields fields = HeaderFields.of("Content-Type", "application/json", Answer.MARK, refused.reason().id());
        return new Answer(status, refused.retryAfter().isPresent()
                ? fields.and("Retry-After", Integer.toString(refused.retryAfter().getAsInt())) : fields, body.toString().getBytes(UTF_8));
    }

    /// Returns the fields to send on. Answers are asked for uncompressed, since they are searched for the token.
    static HeaderFields fields(RequestHead head) {
        return new HeaderFields(head.fields().endToEnd().list().stream()
                .filter(field -> SENT.matcher(field.name().toLowerCase(Locale.ROOT)).matches()).toList()).and("Accept-Encoding", "identity");
    }
}
