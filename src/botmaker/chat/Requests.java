package botmaker.chat;

import botmaker.dialect.Credential;
import botmaker.dialect.Credentials;
import botmaker.dialect.Refused;
import botmaker.wire.HeaderFields;
import botmaker.wire.RequestHead;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/// What the requests to all services have in common.
final class Requests {
    /// What clients of these services send. Any other field could present a credential under a name that is not known here.
    private static final Pattern SENT = Pattern.compile("accept|accept-language|content-type|content-disposition|user-agent|range"
            + "|if-none-match|if-modified-since|x-audit-log-reason|x-ratelimit-precision|x-requested-with");

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

    /// Returns the fields to send on. Answers are asked for uncompressed, since they are searched for the token.
    static HeaderFields fields(RequestHead head) {
        return new HeaderFields(head.fields().endToEnd().list().stream()
                .filter(field -> SENT.matcher(field.name().toLowerCase(Locale.ROOT)).matches()).toList()).and("Accept-Encoding", "identity");
    }
}
