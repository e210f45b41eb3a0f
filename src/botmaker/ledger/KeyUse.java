package botmaker.ledger;

import java.time.LocalDate;

/// How all bots together have used a key.
///
/// @param month nanodollars in this month
/// @param last  the latest day on which it was used
public record KeyUse(long month, LocalDate last) { }
