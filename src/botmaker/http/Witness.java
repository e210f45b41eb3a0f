package botmaker.http;

import java.io.IOException;

/// Is there when something is asked for that may change anything, or is refused for who asks: to keep a record of it. It must
/// neither fail for a reason of its own after a change, nor take long.
public interface Witness {
    /// Watches nothing.
    Witness NONE = new Witness() { };

    /// Answers a request that is not safe (RFC 9110 §9.2.1) and sees how it ends.
    default Response change(Route route, Request rq) throws IOException, InterruptedException {
        return route.answer(rq);
    }

    /// Somebody's credentials were right; told for each request.
    default void signedIn(RequestHead head, String user) { }

    /// The rules about origins, or the authenticator, refused a request.
    default void refused(RequestHead head, HttpError reason) { }
}
