/// The process between bots and the servers that they may ask: it knows a bot by the socket that a request came through, and holds what
/// the bot must not have.
///
/// The transport moves requests and answers; only [Handler] interprets them:
///
/// ```
///  Links ── LinkConnection ── Handler ── Upstreams       a request of a bot, and the answer to it
///    │           └─ Authority                            ends TLS with a certificate that only bots trust
///    └─ Egress                                           tunnels to public addresses
/// ```
///
/// Only `botmaker.server` and `botmaker.cli` may import it. Imports `policy`, `dialect`, `chat`, `secret`, `ledger`, `tls`, `file`, `wire`,
/// `json` and `error`.
package botmaker.broker;
