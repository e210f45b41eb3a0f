/// What bots spend on their AI: prices, and what the broker has counted, for the dashboard.
///
/// Knows nothing of how calls are counted and budgets are kept, which are `ledger`'s and the broker's.
package botmaker.spending;
