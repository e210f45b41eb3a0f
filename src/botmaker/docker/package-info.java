/// A small client of the Docker Engine API over its Unix domain socket: HTTP/1.1 by hand, a new connection per call.
///
/// The only place that knows the Engine API's words. Every call blocks its (virtual) thread, is watched by a deadline
/// and by pings, and ends in one of three ways: a value, an [EngineException] (the engine said no), or
/// [botmaker.error.Failure.EngineDown] (the engine said nothing, or nothing that can be understood).
///
/// ```
///  Engine ─┬─ Containers ─┐
///          ├─ Execs       ├─ Client ── Exchange ─┬─ Connection   the socket
///          ├─ Images      │   version,           ├─ Watchdog     deadline and pings, closes the socket
///          └─ Networks  ──┘   errors             └─ ResponseHead, Body, Framing   the bytes
/// ```
///
/// May import `botmaker.json` and `botmaker.error`. Knows nothing of bots.
package botmaker.docker;
