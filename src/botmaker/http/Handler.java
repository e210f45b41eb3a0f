package botmaker.http;

import java.io.IOException;

/// Answers one kind of request. Runs on a virtual thread of its own, so it may block; being interrupted means stop.
@FunctionalInterface
public interface Handler {
    /// @throws botmaker.error.Failure for an error that the client may know; anything else becomes a bare 500
    Response handle(Request rq) throws IOException, InterruptedException;
}
