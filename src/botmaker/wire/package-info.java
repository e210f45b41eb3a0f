/// HTTP/1.1 on a connection (RFC 9112): heads and bodies of messages, read strictly and written, and time limits for blocking reads
/// and writes. Both sides of it: the Docker client and the broker use the same.
///
/// ```
///  MessageReader ─┬─ MessageHead ─┬─ RequestHead     the bytes of a connection, message by message
///                 │               └─ ResponseHead
///                 └─ Framing                         where a body ends
///  HeaderFields                                      the fields of a head, and how one is written
///  ChannelSocket, Deadline                           a channel as a socket; closes it in time
///  WebSocket                                         the client's end of one
///  AcceptLoop                                        the connections of a listening socket
/// ```
///
/// May import `botmaker.json`, `botmaker.error` and `botmaker.log`; needs none of them.
package botmaker.wire;
