/// Who may use BotMaker: one user, known by HTTP Basic credentials (RFC 7617).
///
/// ```
/// credentials → seen before? ──yes──────────────────────────────────→ signed in
///                   │no
///                   ↓
///               throttle (per source) ──too often──→ 429
///                   ↓
///               one password hash at a time ──wrong──→ 401, counted
///                   ↓right
///               remembered until BotMaker stops or has another password ─→ signed in
/// ```
///
/// Imports `http`, `file`, `json` and `error`.
package botmaker.auth;
