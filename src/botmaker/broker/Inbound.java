package botmaker.broker;

import botmaker.policy.BotPolicy;
import botmaker.policy.Origin;
import botmaker.wire.RequestHead;
import java.io.Closeable;
import java.io.IOException;

/// One request of a bot, whose head was checked: it names the origin that it came for, and is framed in one way only.
interface Inbound {
    /// Returns the bot, known by the socket that the request came through, as the policy was when the head had come, the body was read, or
    /// [#follow()] was called.
    BotPolicy bot();

    /// Returns the server that the bot asks, of the same policy.
    Origin origin();

    /// Takes the bot and its server as the policy is now.
    ///
    /// @throws BodyRefused if it no longer has that server; can be answered
    void follow() throws BodyRefused;

    /// Returns method, path, query and fields, as they came.
    RequestHead head();

    /// Reads the whole body, or returns an empty one. It counts against the memory for all bots until the answer ended, or until
    /// [#releaseBody()].
    ///
    /// @param most in bytes, at most 16 MiB
    /// @throws BodyRefused if it is larger, is malformed, or finds no memory, or if the policy no longer has that server; can be answered
    /// @throws IOException if the client left, or took more than a minute to send it
    byte[] readBody(int most) throws IOException;

    /// Gives the memory of the body back early; the caller keeps no reference to it.
    void releaseBody();

    /// Reads at least one byte that the client sends after an answer that switched to another protocol; returns −1 at the end.
    ///
    /// @throws IOException if the client broke off
    int readOn(byte[] into, int from, int length) throws IOException;

    /// Breaks the client off in a while, unless it ends the connection itself. From any thread.
    void endSoon();

    /// Closes something as soon as the client leaves before the answer ended, or now if it has left. The latest one counts.
    ///
    /// Whether the client leaves is watched from the moment that the body was read whole.
    void closeOnLeave(Closeable upstream);

    /// Returns whether the client has left, as far as known.
    boolean hasLeft();
}
