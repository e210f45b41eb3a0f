package botmaker.broker;

import java.io.IOException;

/// Answers the requests of bots.
interface Handler {
    /// Answers one request, on the thread of its connection.
    ///
    /// Whoever returns before [Outbound#end()], or throws, breaks the client off: it sees a connection that ended in the middle of an
    /// answer, never a whole one. Only a [BodyRefused] that is thrown before [Outbound#begin] is answered, in plain text.
    ///
    /// @throws IOException if the client or the server asked in its place broke off
    void handle(Inbound request, Outbound answer) throws IOException;
}
