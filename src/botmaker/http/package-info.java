/// The HTTP interface: a thin layer over `com.sun.net.httpserver` that knows nothing of bots.
///
/// Features hand in a table of [Route]s whose [Handler]s turn a [Request] into a [Response]; [WebServer] does the rest. Every
/// request passes the same gates in the same order:
///
/// ```
///            ┌───────── Gate: refused = answered and hung up ──────────┐
/// exchange → │ framing and limits → refused peers → Host allow list    │ → RequestHead
///            └─────────────────────────────────────────────────────────┘
///          → origin rules → credentials → route → body and its type → [Witness] → handler → Response
/// ```
///
/// Whatever goes wrong on the way becomes one problem document (RFC 9457), and every answer carries the security headers.
/// Only this package touches `HttpExchange`. Imports `json` and `error`.
package botmaker.http;
