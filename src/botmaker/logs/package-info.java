/// The bots' logs as event streams: every line once and in order, over reconnects, restarts of the container and of the engine.
///
/// ```
///  LogRoutes ── LogStreams ─┬─ SingleLog ──────────────┐
///   parameters  at most 100 └─ MergedLog ── Lane, Merge ┤ LogSink      where lines go: an event stream, or a lane
///                                                       └ Follower     one bot: catch up, follow, died, started, again
///                                                          ContainerLog  places in a log that are found again
///                                                           LineReader    Timestamp, LineAssembler, Ordinals: frames to lines
/// ```
///
/// May import `botmaker.http`, `docker`, `json` and `error`. Which container is whose is told by whoever implements
/// [BotContainers].
package botmaker.logs;
