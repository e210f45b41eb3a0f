/// A small client of the Docker Engine API over its Unix domain socket: hand-written HTTP/1.1, one connection per call.
///
/// The only package that knows the Engine API's vocabulary. Every call blocks its (virtual) thread, is guarded by a time
/// limit and by pings, and ends in one of three ways: a value, an [EngineException] (the engine refused), or
/// [botmaker.error.Failure.EngineDown] (the engine did not answer, or not in a way that can be parsed).
///
/// ```
///  Engine ──┐
///  Images   ├─ Client ── Exchange ─┬─ Connection   the socket
///  Networks ┘  version,            ├─ Watchdog     time limit and pings, closes the socket
///              errors              └─ Body         the bytes, with package wire
/// ```
///
/// May import `botmaker.wire`, `botmaker.json` and `botmaker.error`. Knows nothing of bots.
package botmaker.docker;
