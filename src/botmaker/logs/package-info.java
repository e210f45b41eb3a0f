/// The bots' logs as event streams: every line once and in order, over reconnects, restarts of the container and of the engine.
/// And as files.
///
/// ```
///  LogRoutes ─┬─ SingleLog ─────────────┐          parameters (LogRequest)
///             └─ MergedLog ─ Merge ─────┤ Follower.Sink  receives one bot's lines
///                                       │
///   Follower: one bot ──────────────────┘          catch up, follow, catch up …
///     ├─ RestartTracker                            died and started, in their place
///     └─ ContainerLog                              places that are found again (Position), damage, RotationGuard
///          └─ LineReader ─ LineAssembler           frames to lines
/// ```
///
/// Events: a line has no name, an `id:` and `{"t","s","m"}`, with `"cut"` (bytes left out) when it was over 256 KiB, and `"b"` (the
/// bot) in a merged log. Others have no id: `started` and `died` with `"t"`, the latter with `"exitCode"` and `"oom"` unless the
/// engine forgot; `gap` with `"detail"` and `"reason"`: `rotated`, `replaced`, `damaged` (the engine's file), `secrets` (they cannot be
/// read, so lines are not shown), `unknown` (a bot of a merged log whose place was not known yet); `engine` with `"available"` and,
/// while it is not, `"detail"`; `removed` when a bot leaves a merged log; and `end` with `"reason"`. An `id:` without an event tells
/// where a client that has no line yet goes on.
///
/// May import `botmaker.http`, `docker`, `json` and `error`. The server implements [LoggedBots], so nothing here knows more of bots.
package botmaker.logs;
