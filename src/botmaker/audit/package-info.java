/// The audit log: an append-only record of every change, chained by hashes.
///
/// ```
/// http.AuditListener ─▶ RequestAudit ─┬─▶ Refusals (many into one) ─┐
///                               └─────────────────────────────┼─▶ Audit ─▶ AuditStore (table `audit`)
/// what BotMaker does by itself ───────────────────────────────┘               └─ Entry (the hashes)
/// ```
///
/// A record says who (user and source address), when, what, to which bot, and how it went; never a field's value.
/// Imports `http`, `store`, `json` and `error`.
package botmaker.audit;
