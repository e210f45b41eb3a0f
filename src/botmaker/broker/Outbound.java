package botmaker.broker;

import botmaker.wire.HeaderFields;
import java.io.IOException;

/// The answer to one request of a bot, sent as it is written. Every call blocks while the client does not read; one that reads nothing
/// for 60 s is dropped.
interface Outbound {
    /// Sends the head.
    ///
    /// @param status 200 to 599
    /// @param fields those that are meant for one connection are left out. A `Content-Length` frames the body, which is chunked without
    /// @throws IOException if the client left
    void begin(int status, HeaderFields fields) throws IOException;

    /// Sends the head of an answer after which both sides speak WebSocket: what is written then is sent as it is, until [#end()].
    ///
    /// @param fields those that are meant for one connection are left out
    /// @throws IOException if the client left
    void switchToWebSocket(HeaderFields fields) throws IOException;

    /// Sends `bytes[from..to)`, a part of the body.
    ///
    /// @throws IOException if the client left, or the body gets longer than its length
    default void write(byte[] bytes, int from, int to) throws IOException {
        add(bytes, from, to);
        flush();
    }

    /// Adds `bytes[from..to)` to what is sent of the body: as soon as it fills a record of TLS, or at [#flush()].
    ///
    /// @throws IOException if the client left, or the body gets longer than its length
    void add(byte[] bytes, int from, int to) throws IOException;

    /// Sends what was added.
    ///
    /// @throws IOException if the client left
    void flush() throws IOException;

    /// Ends the answer as a whole one.
    ///
    /// @throws IOException if the client left, or the body is shorter than its length
    void end() throws IOException;

    /// Returns whether [#begin] was called.
    boolean hasBegun();

    /// Sends a whole answer.
    default void send(int status, HeaderFields fields, byte[] body) throws IOException {
        begin(status, fields.without("content-length").and("Content-Length", Integer.toString(body.length)));
        write(body, 0, body.length);
        end();
    }
}
