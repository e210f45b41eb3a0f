package botmaker.http;

import java.io.IOException;

/// Observes every request that may change state, and every refused one, for the audit log. An implementation must neither fail
/// for a reason of its own after a change, nor take long.
public interface AuditListener {
    /// Observes nothing.
    AuditListener NONE = new AuditListener() { };

    /// Answers a request whose method is not safe (RFC 9110 §9.2.1), and sees the outcome.
    default Response change(Route route, Request rq) throws IOException, InterruptedException {
        return route.answer(rq);
    }

    /// Observes valid credentials; called for each request.
    default void signedIn(Request.Head head, String user) { }

    /// Observes a request that the origin rules or the authenticator refused.
    default void refused(Request.Head head, HttpError reason) { }
}
