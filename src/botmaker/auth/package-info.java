/// Authenticates the one user of BotMaker by HTTP Basic credentials (RFC 7617).
///
/// ```
/// credentials → known? ──yes────────────────────────────────────────→ signed in
///                   │no
///                   ↓
///               throttle (per source) ──too often──→ 429
///                   ↓
///               one password hash at a time ──wrong──→ 401, counted
///                   ↓right
///               remembered until BotMaker stops or the password changes ─→ signed in
/// ```
///
/// Imports `http`, `file`, `json` and `error`.
package botmaker.auth;
