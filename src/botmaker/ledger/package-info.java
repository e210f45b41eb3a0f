/// What bots used of their AI, what it cost, and what is left of their budgets.
///
/// ```
///  broker ── Budgets ── Ledger ── usage.db ── UsageReader ── dashboard
///               └─ Prices                                        one process writes, the other reads
/// ```
///
/// Holds numbers and names only: no header, no body, no query. Money is in nanodollars, billionths of a US dollar. Imports `dialect`,
/// `policy`, `store`, `file`, `json` and `error`.
package botmaker.ledger;
