/// The bots' logs as event streams: every line once and in order, over reconnects, restarts of the container and of the engine.
/// And as files.
///
/// ```
///  LogRoutes ─┬─ SingleLog ─ EventSink ─┐          parameters (LogRequest), at most 100 at once (Slots)
///             ├─ LogDownload ─ TextSink ─┤ LogSink  where one bot's lines go
///             └─ MergedLog ─ Merge, Lane ┤
///                                        │
///   Follower: one bot ───────────────────┘          catch up, follow, catch up …
///     ├─ Runs, PastDeath                            died and started, in their place
///     ├─ Continuity, Lag                            when a follow is not to be believed
///     └─ ContainerLog                               places that are found again (Position)
///          └─ LineReader ─ LineAssembler, Ordinals  frames to lines
/// ```
///
/// Events: a line has no name, an `id:` and `{"t","s","m"}`, with `"cut"` (bytes left out) when it was over 256 KiB, and `"b"` (the
/// bot) in a merged log. Others have no id: `started` and `died` with `"t"`, the latter with `"exitCode"` and `"oom"` unless the
/// engine forgot; `gap` with `"reason"` (`rotated`, `replaced`) and `"detail"`; `engine` with `"available"` and, while it is not,
/// `"detail"`; `removed` when a bot leaves a merged log; and `end` with `"reason"`.
///
/// May import `botmaker.http`, `docker`, `json` and `error`. Which container is whose is told by whoever implements
/// [LoggedBots].
package botmaker.logs;
