package botmaker.http;

/// Tells who sent a request. Called for every request but those to open routes, possibly at the same time.
@FunctionalInterface
public interface Authenticator {
    /// @return the user's name
    /// @throws HttpError when the credentials are absent or wrong
    /// @throws HttpError when there were too many wrong ones
    String authenticate(RequestHead head) throws InterruptedException;

    /// Whether somebody who was let in would be so still, told at once and at little cost: every open event stream is asked
    /// about again each second, and ends when the answer is no.
    default boolean stillAuthentic(RequestHead head) {
        return true;
    }
}
