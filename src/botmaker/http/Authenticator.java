package botmaker.http;

/// Identifies the sender of a request. Called for every request except those to open routes, also concurrently.
@FunctionalInterface
public interface Authenticator {
    /// @return the user's name
    /// @throws HttpError if the credentials are absent or wrong, or if there were too many wrong ones
    String authenticate(Request.Head head) throws InterruptedException;

    /// Returns whether credentials that were accepted still are, quickly and cheaply: it is called each second for every open
    /// stream and download, which end when it returns false.
    default boolean stillAuthentic(Request.Head head) {
        return true;
    }
}
