/// The HTTP interface: a thin layer over `com.sun.net.httpserver` that knows nothing of bots.
///
/// Features hand in a table of [Route]s whose [Handler]s turn a [Request] into a [Response]; [WebServer] does the rest. Every
/// request passes the same checks in the same order, which `RequestHandler#answer` lists:
///
/// ```
/// framing and limits → peer → host → origin → credentials → route → body and its type → handler → Response
/// └─── refused: answered, then closed ───┘
/// ```
///
/// An open route (health) skips host, origin and credentials. Whatever goes wrong on the way becomes one problem document
/// (RFC 9457), every response carries the security headers, and an [AuditListener] observes changes and refusals.
/// Only this package touches `HttpExchange`. Imports `json` and `error`.
package botmaker.http;
